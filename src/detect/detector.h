#ifndef DETECTOR_H
#define DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "hash.h"
#include "instance.h"
#include "mem.h"
#include "stmt.h"

#define MAX_DETECTOR_PARAMS (STMT_MAX_PARAMS - 8) /* beside those that every detector is given */

/* One detector's file, with its head read (detect.h) and the configuration applied. */
struct detector {
    char *name;
    char *path; /* of a user's file; NULL: built in */
    bool enabled;
    bool reads_shared; /* its SELECT names what shared.h computes */
    char *select;
    struct stmt stmt; /* sql/judge/detect.sql around the detector's SELECT; owned */
    int lines_before; /* of stmt's text before the SELECT's first */
    struct stmt_arg params[MAX_DETECTOR_PARAMS + 2]; /* owned; one more for backtest */
    int n_params;
    int64_t lookback; /* days */
    int64_t budget;   /* findings a date that are shown */
    char *params_json;
    char *summary;        /* the first sentence of its head */
    char hash[HASH_SIZE]; /* SHA-256 of the file's text */
};

/*
 * instance: what the file gives this one of its detectors, or NULL. What is wrong in its head or
 * its section is ERR_USAGE. The caller frees.
 */
MUST_CHECK struct detector *detector_read(const struct conf *conf, const char *name,
                                          const char *path, const char *text,
                                          const struct instance *instance, struct err *err);
void detector_freep(struct detector **detector);

/* Its SELECT where a statement says :detector; *ret_line lines stand before it. The caller frees.
 */
char *detector_within(const struct stmt *stmt, const char *select, int *ret_line);

#endif

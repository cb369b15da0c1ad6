#ifndef DETECTORS_H
#define DETECTORS_H

#include <stdint.h>

#include "conf.h"
#include "db.h"
#include "detector.h"
#include "severity.h"

/*
 * Which detectors there are: those of the files in sql/detect/, those of the files that a user
 * has put into the folder of [ingest] detectors, and those that a section of the configuration
 * makes of one of these files by file = NAME. A file is one SELECT; its head comment declares
 * its parameters and how far it looks back:
 *
 *     -- param threshold = 4        what it means
 *     -- param season = none | week the values that there may be, the first one if none is given
 *     -- lookback = history         days: a number, or a parameter, times a number if need be
 *
 * and, where it makes several detectors, which (instance.h). A parameter's value comes from
 * [detector NAME] of the configuration, else from there, else from the declaration.
 * :'source', :'date' and :'run' are given to every detector.
 */
struct detectors {
    struct detector **detector;
    size_t n;
    int64_t horizon; /* the longest lookback */
    int64_t learned; /* days further back a scorecard looks (shared.h); 0: no detector has one */
    struct severity severity;
    const char *alerts; /* findings of a date that are shown; the configuration's */
    struct cJSON *list; /* of all, disabled ones too, as sql/judge/detector_list.sql takes it */
    char *settings;     /* as sql/judge/detect_publish.sql takes it */
    struct {
        char *text; /* what went wrong with a user's detector first; NULL: nothing */
    } * trouble;
};

/* What is wrong in a head or in the configuration is ERR_USAGE. The caller frees. */
MUST_CHECK struct detectors *detectors_read(const struct conf *conf, struct err *err);
void detectors_freep(struct detectors **detectors);

/* Writes what they are into the table detector, for those who only see the database. */
MUST_CHECK int detectors_tell(const struct detectors *detectors, struct db *db, struct err *err);

/*
 * What went wrong with a detector of a user's own since this was asked last, NULL: nothing. The
 * caller frees.
 */
char *detectors_take_trouble(const struct detectors *detectors);

/* Whether there is a detector of the name, enabled or not. */
bool detectors_know(const struct detectors *detectors, const char *name);

/* The hash of the detector of that name; NULL: none of that name runs. */
const char *detectors_hash(const struct detectors *detectors, const char *name);

/* How many days the detector that looks back farthest does. */
int64_t detectors_horizon(const struct detectors *detectors);

#endif

#ifndef TUNE_H
#define TUNE_H

#include <stdbool.h>

#include "db.h"
#include "detect.h"

/*
 * txingest tune: what a detector would have found on dates with other values of its
 * parameters, each combination of those that are given, beside what was decided since:
 * findings a date, how many of those that were decided about were fraud (precision), and
 * how many of the frauds were found (recall). Nothing is written.
 */
#define TUNE_MAX_SETS 8

struct tune_options {
    const char *source;
    const char *detector;
    const char *const *sets; /* "name=value,value,…" */
    size_t n_sets;
    const char *from;
    const char *to;
    bool json;
};

MUST_CHECK int tune_print(struct db *db, const struct detectors *detectors,
                          const struct tune_options *options, struct err *err);

#endif

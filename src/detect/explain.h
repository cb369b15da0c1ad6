#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

#include "db.h"
#include "detect.h"

/*
 * txingest explain: an anomaly as arithmetic, on standard output: the training days and
 * their values, the days that were left out and why, expected, bounds, observed, score,
 * parameters, the detector's hash, and the transactions behind it with file and line.
 * What its detector kept as evidence is shown; where it kept none, the subject's own
 * days before the date are.
 */

/* source: its source's name, or NULL. ERR_USAGE: there is no such anomaly. */
MUST_CHECK int explain_print(struct db *db, const struct detectors *detectors, const char *source,
                             const char *id, bool json, struct err *err);

#endif

#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>

#include "db.h"
#include "detect.h"

/*
 * txingest explain: an anomaly as arithmetic, on standard output: the training days and
 * their values, the days that were left out and why, expected, bounds, observed, score,
 * parameters, the detector's hash, and the transactions behind it with file and line.
 * Days are those that its detector kept as evidence; where it kept none, a line says what
 * it compares with.
 */

/* source: its source's name, or NULL. ERR_USAGE: there is no such anomaly. */
MUST_CHECK int explain_print(struct db *db, const struct detectors *detectors, const char *source,
                             const char *id, bool json, struct err *err);

#endif

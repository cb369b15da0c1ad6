#ifndef RETAIN_H
#define RETAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "job.h"

/*
 * Drops what a source's retain_days and retain_rollups_days do not keep: whole leaves, oldest
 * first, some a transaction, counted back from the newest date with data and never from a clock.
 * It is a run of its own, after one that loaded: the caller begins and ends it. Records of dropped
 * dates that come later are rejected (row_is_timely), so no date comes back by half.
 */

/* Whether there is anything to drop. */
MUST_CHECK int retain_is_due(struct job *job, bool *ret, struct err *err);
MUST_CHECK int retain_work(struct job *job, struct err *err);

#endif

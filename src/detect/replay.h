#ifndef REPLAY_H
#define REPLAY_H

#include "dates.h"
#include "db.h"
#include "judge.h"

/*
 * Judging loaded dates of a source once more without leaving a trace: each within a
 * transaction that is rolled back, so that everything a detector is given is there and
 * nothing stays. A date is judged with what was decided before it.
 */
struct replay {
    struct db *db;
    char source_id[24];
    struct dates dates;
};

/* The loaded dates from from to to, both included. ERR_USAGE: there is no such source or date. */
MUST_CHECK int replay_open(struct replay *ret, struct db *db, const char *source, const char *from,
                           const char *to, struct err *err);
void replay_release(struct replay *replay); /* for CLEANUP; a zeroed one is fine */

/*
 * Begins a transaction and gathers the detectors' findings on dates in pg_temp.finding. The caller
 * rolls back.
 */
MUST_CHECK struct db *replay_judge(const struct replay *replay, const struct detectors *detectors,
                                   const struct dates *dates, struct err *err);

#endif

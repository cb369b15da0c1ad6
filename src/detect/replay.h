#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>

#include "dates.h"
#include "db.h"
#include "judge.h"

/*
 * Judging loaded dates of a source once more without leaving a trace: within a transaction
 * that is rolled back and touches no table that a run writes to. A date is judged with what
 * was decided before it. What is derived on the way (sql/judge/replay_open.sql) stays until
 * the transaction's end: the next dates need not derive it again.
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

/* The next of the dates that one transaction may judge, since each holds locks on its leaves until
 * the end; *at is 0 at first. false: there are none. */
bool replay_next(const struct replay *replay, size_t *at, struct dates *ret);

/* Begins a transaction for judging dates, in their order. The caller rolls back. */
MUST_CHECK struct db *replay_begin(const struct replay *replay, const struct dates *dates,
                                   struct err *err);

/* Gathers the detectors' findings on some of them in pg_temp.finding. */
MUST_CHECK int replay_judge(const struct replay *replay, const struct detectors *detectors,
                            const struct dates *dates, struct err *err);

#endif

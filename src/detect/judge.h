#ifndef JUDGE_H
#define JUDGE_H

#include "dates.h"
#include "db.h"
#include "detectors.h"

/*
 * Runs detectors within the caller's transaction: between judge_open and judge_close
 * their findings gather in a temporary table; judge_publish makes anomalies of them.
 *
 * A detector of a user's own runs in a subtransaction that can write nothing but that
 * table and, where etc/roles.sql was run, reads only what the role txmon_detector may.
 * One that fails is logged once with its file and line and leaves nothing; the others
 * go on, and the trouble is kept for the caller's exit status.
 */
MUST_CHECK int judge_open(struct db *db, struct err *err);
MUST_CHECK int judge_dates(const struct detectors *detectors, struct db *db, const char *source_id,
                           const char *run_id, const struct dates *dates, struct err *err);
MUST_CHECK int judge_publish(const struct detectors *detectors, struct db *db,
                             const char *source_id, const char *run_id, struct err *err);
MUST_CHECK int judge_close(struct db *db, struct err *err);

#endif

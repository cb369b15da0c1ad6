#ifndef SHARED_H
#define SHARED_H

#include "db.h"

/*
 * How many days before a date the first one is that its scorecard may be learned from: the newest
 * transaction that is decided about is up to 90 days before it, and three weeks count up to that.
 */
#define SHARED_LEARNED 111

/*
 * What detectors share: how accounts, counterparties and merchants were before a date, each of its
 * transactions beside that, and its scores (pg_temp.scored). Computed once a date, before the
 * first detector, in temporary tables of the caller's transaction.
 */
MUST_CHECK int shared_open(struct db *db, struct err *err);
MUST_CHECK int shared_compute(struct db *db, const char *source_id, const char *date,
                              struct err *err);
MUST_CHECK int shared_close(struct db *db, struct err *err);

#endif

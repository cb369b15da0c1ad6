#ifndef POOL_H
#define POOL_H

#include "db.h"

/*
 * A fixed number of connections for txapi's threads. They are made when they are first
 * wanted and made anew when they are lost; after a failure the next try waits, longer
 * each time, and those who ask meanwhile are told at once that the database is down.
 */
struct pool;

/* options' texts must live as long as the pool. The caller frees. */
struct pool *pool_new(const struct db_options *options, size_t size);
void pool_freep(struct pool **pool);

/*
 * A connection for the caller alone, NULL on failure (ERR_DB_DOWN, ERR_TIMEOUT when
 * none is free in time). Give it back with pool_put, and what went wrong on it, if anything did:
 * after a failure that is none of the known ones it is not used again, as nobody knows what state
 * it is in (a statement may be prepared whose answer was lost). *ret_was_idle, when asked for: it
 * was made earlier, and may have been lost since.
 */
MUST_CHECK struct db *pool_take(struct pool *pool, bool *ret_was_idle, struct err *err);
void pool_put(struct pool *pool, struct db *db, const struct err *err);

/*
 * The database has come back: connections from before are not used again, and new ones made at
 * once. Who still waits for an answer on one of them hears that it is lost: it may never come.
 */
void pool_renew(struct pool *pool);

/* Connections that are open. */
size_t pool_open(struct pool *pool);

#endif

#ifndef DB_H
#define DB_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "mem.h"
#include "stmt.h"

/*
 * One connection to PostgreSQL. libpq is used without blocking: every wait has a
 * deadline, and ends at once when a signal asks the program to stop (stop.h).
 * A connection belongs to one thread at a time.
 */
struct db;

/* The texts must live as long as the connection. */
struct db_options {
    const char *conninfo; /* libpq's; "" or NULL: the environment alone (PGHOST, PGSERVICE, …) */
    const char *program;  /* application_name */
    const char *work_mem; /* memory of a sort or a hash on the server; NULL: 4MB */
    int timeout;          /* seconds that one statement may take; 0: no limit */
    bool read_only;       /* every transaction of the session is */
    bool stoppable;       /* waits end when stop_signal() does */
    void (*on_wait)(void *cls); /* see db_on_wait */
    void *on_wait_cls;
};

/* The caller owns what db_open returns, NULL on failure: ERR_DB_DOWN, ERR_PERMISSION. */
MUST_CHECK struct db *db_open(const struct db_options *options, struct err *err);
void db_close(struct db *db); /* NULL is fine */
void db_closep(struct db **db);

/*
 * A new connection in place of the one that was lost, with the same options. The session's locks,
 * temporary tables and transaction are gone.
 */
MUST_CHECK int db_reconnect(struct db *db, struct err *err);

/* Whether the connection is still usable, as far as the client can know. */
bool db_is_up(const struct db *db);

/*
 * Whether a signal ends waits from here on, as options.stoppable said at first; returns how it
 * was. What has to be said to the server after a signal is said with false.
 */
bool db_set_stoppable(struct db *db, bool stoppable);

/*
 * What is called while an answer is waited for, once a second or more often; NULL: nothing. It
 * says nothing on this connection.
 */
void db_on_wait(struct db *db, void (*on_wait)(void *cls), void *cls);

/* The connection itself, for COPY and notifications. Stays owned by db. */
PGconn *db_conn(struct db *db);

/*
 * Runs one statement, prepared at its first use on this connection. Every parameter
 * that it names must be in args; args may hold more. *ret_result, when asked for,
 * belongs to the caller.
 */
MUST_CHECK int db_run(struct db *db, const struct stmt *stmt, const struct stmt_arg *args,
                      PGresult **ret_result, struct err *err);

/*
 * The same in two steps, so that the caller can do something else while the server works: nothing
 * else may be said on the connection between them. db_cancel gives up what was started.
 */
MUST_CHECK int db_start(struct db *db, const struct stmt *stmt, const struct stmt_arg *args,
                        struct err *err);
MUST_CHECK int db_finish(struct db *db, const struct stmt *stmt, PGresult **ret_result,
                         struct err *err);
void db_cancel(struct db *db);

/* db_run for a statement that gives exactly one value; the caller frees *ret_value. */
MUST_CHECK int db_value(struct db *db, const struct stmt *stmt, const struct stmt_arg *args,
                        char **ret_value, struct err *err);

/* Runs SQL text of any number of statements, without parameters: migrations. */
MUST_CHECK int db_script(struct db *db, const char *name, const char *text, struct err *err);

/*
 * For COPY: sends what libpq holds back; waits for the next result (NULL: there is none). When
 * that cannot be waited for, what the server does is cancelled, and the connection usable again.
 */
MUST_CHECK int db_flush(struct db *db, struct err *err);
MUST_CHECK int db_next_result(struct db *db, PGresult **ret_result, struct err *err);

/* Sets err from what the server said to res (NULL: from the connection); returns -1. */
int db_fail(struct db *db, const PGresult *res, const char *doing, struct err *err);

/* Where in its statement's text the server found the last error: the n-th character; 0: nowhere. */
int db_error_position(const struct db *db);

/*
 * A transaction as a scope, READ COMMITTED whatever the server's default is: it is
 * rolled back at the end of the scope unless db_commit was reached.
 *
 *     CLEANUP(db_rollbackp) struct db *txn = db_begin(db, err);
 *
 * db_begin_snapshot is for reading: REPEATABLE READ, READ ONLY.
 */
MUST_CHECK struct db *db_begin(struct db *db, struct err *err);
MUST_CHECK struct db *db_begin_snapshot(struct db *db, struct err *err);
MUST_CHECK int db_commit(struct db **txn, struct err *err);
void db_rollbackp(struct db **txn);

static inline void db_clearp(PGresult **res)
{
    PQclear(*res);
}

/* The number in a result's field, which SQL has cast to bigint; 0 for NULL. */
int64_t db_i64(const PGresult *res, int row, int column);

#endif

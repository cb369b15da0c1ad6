#include "db.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "text.h"
#include "wire.h"

struct prepared {
    const struct stmt *stmt;
    struct bound bound;
};

struct db {
    struct db_options options;
    struct wire wire;
    struct prepared *prepared;
    size_t n_prepared;
    int error_position;
};

/*
 * What results depend on is set here, not taken over: the server's, the role's and
 * the environment's settings are other people's. client_connection_check_interval:
 * the backend of a killed client ends, and with it its transaction and its locks.
 */
static int session_settings(struct db *db, const struct db_options *options, struct err *err)
{
    static const struct stmt settings = {
        "settings",
        "SELECT set_config(name, value, false)\n"
        "  FROM (VALUES ('search_path', 'public, pg_temp'), ('DateStyle', 'ISO, YMD'),\n"
        "               ('IntervalStyle', 'postgres'), ('bytea_output', 'hex'),\n"
        "               ('extra_float_digits', '1'), ('standard_conforming_strings', 'on'),\n"
        "               ('client_min_messages', 'notice'), ('lock_timeout', '30s'),\n"
        "               ('default_transaction_isolation', 'read committed'),\n"
        "               ('default_transaction_deferrable', 'off'),\n"
        "               ('idle_in_transaction_session_timeout', '10min'),\n"
        "               ('client_connection_check_interval', '1s'),\n"
        "               ('plan_cache_mode', 'force_custom_plan'), ('jit', 'off'),\n"
        "               ('work_mem', :'work_mem'),\n"
        "               ('default_transaction_read_only', :'read_only'),\n"
        "               ('statement_timeout', :'timeout')) AS s (name, value)"
    };
    char ms[TEXT_I64_SIZE];

    return db_run(db, &settings,
                  STMT_ARGS({ "read_only", options->read_only ? "on" : "off" },
                            { "work_mem", options->work_mem ? options->work_mem : "4MB" },
                            { "timeout", text_from_i64((int64_t)options->timeout * 1000, ms) }),
                  NULL, err);
}

static int connect_to(struct db *db, struct err *err)
{
    db->wire = (struct wire){ 0 };
    if (wire_connect(&db->wire, &db->options, err) < 0)
        return -1;
    return session_settings(db, &db->options, err) < 0 ? err_wrap(err, "setting up the session")
                                                       : 0;
}

static void disconnect(struct db *db)
{
    PQfinish(db->wire.conn);
    for (size_t i = 0; i < db->n_prepared; i++)
        bound_release(&db->prepared[i].bound);
    db->n_prepared = 0;
}

struct db *db_open(const struct db_options *options, struct err *err)
{
    CLEANUP(db_closep) struct db *db = mem_alloc(sizeof(*db));

    db->options = *options;
    return connect_to(db, err) < 0 ? NULL : TAKE(db);
}

int db_reconnect(struct db *db, struct err *err)
{
    disconnect(db);
    return connect_to(db, err);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    disconnect(db);
    free(db->prepared);
    free(db);
}

void db_closep(struct db **db)
{
    db_close(*db);
}

bool db_is_up(const struct db *db)
{
    return !db->wire.lost && PQstatus(db->wire.conn) == CONNECTION_OK;
}

bool db_set_stoppable(struct db *db, bool stoppable)
{
    bool before = db->wire.stoppable;

    db->wire.stoppable = stoppable;
    return before;
}

void db_on_wait(struct db *db, void (*on_wait)(void *cls), void *cls)
{
    db->options.on_wait = on_wait;
    db->options.on_wait_cls = cls;
}

PGconn *db_conn(struct db *db)
{
    return db->wire.conn;
}

int db_fail(struct db *db, const PGresult *res, const char *doing, struct err *err)
{
    return wire_fail(&db->wire, res, doing, err);
}

int db_flush(struct db *db, struct err *err)
{
    return wire_flush(&db->wire, wire_deadline(db->wire.timeout), err);
}

int db_next_result(struct db *db, PGresult **ret_result, struct err *err)
{
    if (wire_next_result(&db->wire, wire_deadline(db->wire.timeout), ret_result, err) == 0)
        return 0;
    db_cancel(db);
    return -1;
}

static void keep_position(struct db *db, const PGresult *res)
{
    const char *position = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
    int64_t number = 0;

    if (position)
        (void)text_to_i64(position, 1, INT32_MAX, &number);
    db->error_position = (int)number;
}

int db_error_position(const struct db *db)
{
    return db->error_position;
}

/*
 * The last of a statement's results, after reading all of them: the first failure
 * counts. COPY's result is returned at once, as more comes only when it is over.
 */
static int take_result(struct db *db, const char *doing, PGresult **ret_result, struct err *err)
{
    CLEANUP(db_clearp) PGresult *last = NULL;
    int64_t deadline = wire_deadline(db->wire.timeout);
    int rc = 0;

    for (;;) {
        CLEANUP(db_clearp) PGresult *res = NULL;

        if (wire_next_result(&db->wire, deadline, &res, err) < 0) {
            db_cancel(db);
            return err_wrap(err, "%s", doing);
        }
        if (!res)
            break;
        switch (PQresultStatus(res)) {
        case PGRES_COPY_IN:
            *ret_result = TAKE(res);
            return rc;
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
            PQclear(last);
            last = TAKE(res);
            break;
        default:
            if (rc == 0) {
                rc = db_fail(db, res, doing, err);
                keep_position(db, res);
            }
        }
    }
    if (rc == 0 && !last)
        rc = db_fail(db, NULL, doing, err);
    if (rc == 0)
        *ret_result = TAKE(last);
    return rc;
}

static int prepare(struct db *db, const struct stmt *stmt, const char *text, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (PQsendPrepare(db->wire.conn, stmt->name, text, 0, NULL) == 0)
        return db_fail(db, NULL, stmt->name, err);
    return take_result(db, stmt->name, &res, err);
}

static const struct bound *find_prepared(const struct db *db, const struct stmt *stmt)
{
    for (size_t i = 0; i < db->n_prepared; i++)
        if (db->prepared[i].stmt == stmt)
            return &db->prepared[i].bound;
    return NULL;
}

static const struct bound *keep_prepared(struct db *db, const struct stmt *stmt,
                                         struct bound *bound)
{
    db->prepared = mem_resize(db->prepared, db->n_prepared + 1, sizeof(db->prepared[0]));
    db->prepared[db->n_prepared] = (struct prepared){ stmt, *bound };
    *bound = (struct bound){ 0 };
    return &db->prepared[db->n_prepared++].bound;
}

static int send_bound(struct db *db, const struct stmt *stmt, const struct bound *bound,
                      bool is_prepared, const struct stmt_arg *args, struct err *err)
{
    const char *values[STMT_MAX_PARAMS];
    int sent;

    for (int i = 0; i < bound->n; i++) {
        const struct stmt_arg *arg = stmt_arg(args, bound->names[i]);

        if (!arg)
            return err_set(err, ERR_FAILED, "%s: no value for %s", stmt->name, bound->names[i]);
        values[i] = arg->value;
    }
    if (is_prepared)
        sent = PQsendQueryPrepared(db->wire.conn, stmt->name, bound->n, values, NULL, NULL, 0);
    else
        sent = PQsendQueryParams(db->wire.conn, bound->text, bound->n, NULL, values, NULL, NULL, 0);
    return sent == 0 ? db_fail(db, NULL, stmt->name, err) : 0;
}

int db_start(struct db *db, const struct stmt *stmt, const struct stmt_arg *args, struct err *err)
{
    CLEANUP(bound_release) struct bound once = { 0 };
    const struct bound *bound = find_prepared(db, stmt);
    bool is_prepared = bound != NULL;

    if (!bound) {
        if (stmt_bind(stmt, args, &once, err) < 0)
            return -1;
        bound = &once;
        if (once.fixed) {
            if (prepare(db, stmt, once.text, err) < 0)
                return -1;
            bound = keep_prepared(db, stmt, &once);
            is_prepared = true;
        }
    }
    if (send_bound(db, stmt, bound, is_prepared, args, err) < 0)
        return -1;
    if (db_flush(db, err) == 0)
        return 0;
    db_cancel(db);
    return err_wrap(err, "%s", stmt->name);
}

int db_finish(struct db *db, const struct stmt *stmt, PGresult **ret_result, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (take_result(db, stmt->name, &res, err) < 0)
        return -1;
    if (ret_result)
        *ret_result = TAKE(res);
    return 0;
}

void db_cancel(struct db *db)
{
    if (db_is_up(db))
        wire_cancel(&db->wire);
}

int db_run(struct db *db, const struct stmt *stmt, const struct stmt_arg *args,
           PGresult **ret_result, struct err *err)
{
    return db_start(db, stmt, args, err) < 0 ? -1 : db_finish(db, stmt, ret_result, err);
}

int db_value(struct db *db, const struct stmt *stmt, const struct stmt_arg *args, char **ret_value,
             struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, stmt, args, &res, err) < 0)
        return -1;
    if (PQntuples(res) != 1 || PQnfields(res) != 1 || PQgetisnull(res, 0, 0))
        return err_set(err, ERR_DB, "%s: not one value", stmt->name);
    *ret_value = mem_copy(PQgetvalue(res, 0, 0));
    return 0;
}

int db_script(struct db *db, const char *name, const char *text, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (PQsendQuery(db->wire.conn, text) == 0)
        return db_fail(db, NULL, name, err);
    return take_result(db, name, &res, err);
}

static const struct stmt begin = { "begin", "BEGIN ISOLATION LEVEL READ COMMITTED" };
static const struct stmt snapshot = { "snapshot",
                                      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
static const struct stmt commit = { "commit", "COMMIT" };
static const struct stmt rollback = { "rollback", "ROLLBACK" };

struct db *db_begin(struct db *db, struct err *err)
{
    return db_run(db, &begin, STMT_NO_ARGS, NULL, err) == 0 ? db : NULL;
}

struct db *db_begin_snapshot(struct db *db, struct err *err)
{
    return db_run(db, &snapshot, STMT_NO_ARGS, NULL, err) == 0 ? db : NULL;
}

int db_commit(struct db **txn, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(*txn, &commit, STMT_NO_ARGS, &res, err) < 0)
        return -1;
    *txn = NULL;

    /* COMMIT of a transaction that failed is no error to the server: it rolls back and says so. */
    if (strcmp(PQcmdStatus(res), "COMMIT") != 0)
        return err_set(err, ERR_DB, "commit: the transaction had failed and was rolled back");
    return 0;
}

void db_rollbackp(struct db **txn)
{
    struct err err;
    bool stoppable;

    if (!*txn)
        return;
    stoppable = db_set_stoppable(*txn, false);
    if (db_run(*txn, &rollback, STMT_NO_ARGS, NULL, &err) < 0)
        log_debug("%s", err.msg); /* the caller has the first error already */
    (void)db_set_stoppable(*txn, stoppable);
}

int64_t db_i64(const PGresult *res, int row, int column)
{
    int64_t value = 0;

    if (!PQgetisnull(res, row, column))
        (void)text_to_i64(PQgetvalue(res, row, column), INT64_MIN, INT64_MAX, &value);
    return value;
}

#include "answer.h"

#include "db.h"
#include "json.h"
#include "log.h"
#include "sql.h"

/* What the database failed with, as far as it is the client's business. */
static struct reply failure(const char *path, const struct err *err)
{
    if (err->code == ERR_VALUE)
        return reply_problem(400, "a parameter has a value that means nothing, such as a time zone "
                                  "that does not exist or a time that is out of range");
    log_event(LOG_ERROR, LOG_FIELDS({ "path", path }), "%s", err->msg);
    switch (err->code) {
    case ERR_DB_DOWN:
        return reply_problem(503, "the database is away");
    case ERR_TIMEOUT:
        return reply_problem(503, "the database did not answer in time");
    case ERR_SCHEMA:
        return reply_problem(503, "the database has no txmon schema yet");
    case ERR_PERMISSION:
        return reply_problem(503, "the database does not let txapi read");
    default:
        return reply_problem(500, "the database did not answer as it should");
    }
}

/* Both statements see the same state of the data. */
static int ask(struct db *db, const struct question *question, PGresult **ret_res,
               PGresult **ret_meta, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin_snapshot(db, err);

    if (!txn || db_run(db, question->route->stmt, question->args, ret_res, err) < 0 ||
        db_run(db, &sql_api_meta, STMT_NO_ARGS, ret_meta, err) < 0)
        return -1;
    return db_commit(&txn, err);
}

struct reply answer_make(struct pool *pool, const struct question *question)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(db_clearp) PGresult *meta = NULL;
    const struct route *route = question->route;
    struct err err;
    struct db *db = pool_take(pool, &err);
    int rc;

    if (!db)
        return failure(route->path, &err);
    rc = ask(db, question, &res, &meta, &err);
    pool_put(pool, db);
    if (rc < 0)
        return failure(route->path, &err);
    if (route->one_row && PQntuples(res) == 0)
        return reply_problem(400, "start must be before end, and the range have at most 100000 "
                                  "buckets");
    return reply_of("application/json", json_answer(res, route->one_row, meta));
}

struct reply answer_ready(struct pool *pool)
{
    struct err err;
    struct db *db = pool_take(pool, &err);
    int rc;

    if (!db)
        return failure("/ready", &err);
    rc = db_run(db, &sql_api_ready, STMT_NO_ARGS, NULL, &err);
    pool_put(pool, db);
    return rc < 0 ? failure("/ready", &err)
                  : reply_of("application/json", mem_copy("{\"status\":\"ready\"}"));
}

#include "answer.h"

#include <stdio.h>

#include "db.h"
#include "json.h"
#include "log.h"
#include "mem.h"
#include "page.h"
#include "sheet.h"
#include "sql.h"
#include "text.h"

/* What the database failed with, as far as it is the client's business. */
static struct reply failure(const char *path, const struct err *err)
{
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

/* The columns of sql/api/meta.sql. */
enum { STATE_AS_OF, STATE_RUN_ID, STATE_VERSION, STATE_COLUMNS };

/* What the database says to a question: the answer, and of which state of the data it is. */
struct found {
    PGresult *res;
    PGresult *meta; /* NULL: it stands in res, behind the answer's columns */
};

static void found_release(struct found *found)
{
    PQclear(found->res);
    PQclear(found->meta);
    *found = (struct found){ 0 };
}

/* Both of the statements see the same state of the data. */
static int ask_both(struct db *db, const struct question *question, struct found *ret,
                    struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin_snapshot(db, err);

    if (!txn || db_run(db, question->route->stmt, question->args, &ret->res, err) < 0 ||
        db_run(db, &sql_api_meta, STMT_NO_ARGS, &ret->meta, err) < 0)
        return -1;
    return db_commit(&txn, err);
}

static int ask(struct db *db, const struct question *question, struct found *ret, struct err *err)
{
    return question->route->shape == ROUTE_STATED
               ? db_run(db, question->route->stmt, question->args, &ret->res, err)
               : ask_both(db, question, ret, err);
}

/* NULL: it is NULL, or there is no row. */
static const char *state_of(const struct found *found, int column)
{
    const PGresult *res = found->meta ? found->meta : found->res;

    if (!found->meta)
        column += PQnfields(res) - STATE_COLUMNS;
    return PQntuples(res) == 0 || PQgetisnull(res, 0, column) ? NULL : PQgetvalue(res, 0, column);
}

/* A connection that has been idle may have been lost long ago: then another one is asked. */
static int ask_pool(struct pool *pool, const struct question *question, struct found *ret,
                    struct err *err)
{
    bool was_idle = true;
    int rc = -1;

    while (rc < 0 && was_idle) {
        struct db *db = pool_take(pool, &was_idle, err);

        if (!db)
            return -1;
        rc = ask(db, question, ret, err);
        pool_put(pool, db, rc < 0 ? err : NULL);
        if (rc < 0)
            found_release(ret);
        if (rc < 0 && err->code != ERR_DB_DOWN)
            return -1;
    }
    return rc;
}

/* 0, or -1: it is unknown (ERR_VALUE), or could not be asked for. */
static int check_zone(struct pool *pool, const char *zone, struct err *err)
{
    struct db *db = pool_take(pool, NULL, err);
    int rc;

    if (!db)
        return -1;
    rc = db_run(db, &sql_api_zone, STMT_ARGS({ "tz", zone }), NULL, err);
    pool_put(pool, db, rc < 0 ? err : NULL);
    return rc;
}

/* start, if it is given; end need not be. */
static const char *range_parameter(const struct question *question)
{
    const char *start = question_value(question, "start");
    const char *end = question_value(question, "end");

    return start && !start[0] && end && end[0] ? "end" : "start";
}

/* A value that is none where it stands. That a time zone is none only the database knows. */
static struct reply refusal(struct pool *pool, const struct question *question)
{
    const char *zone = question_value(question, "tz");
    struct err err;

    if (zone && check_zone(pool, zone, &err) < 0)
        return err.code == ERR_VALUE
                   ? reply_problem_of(400, "tz: there is no time zone of this name", "tz")
                   : failure(question->route->path, &err);
    if (question->after[0])
        return reply_problem_of(400, "after: this is no place in the list", "after");
    return reply_problem_of(400, "the time is out of range", range_parameter(question));
}

static struct reply unanswered(struct pool *pool, const struct question *question,
                               const struct err *err)
{
    return err->code == ERR_VALUE ? refusal(pool, question) : failure(question->route->path, err);
}

/* No row: what the path names is not there, or the range is none. */
static struct reply nothing(const struct question *question)
{
    if (question->id[0])
        return reply_problem_of(404, "id: there is nothing of this id", "id");
    return reply_problem_of(400,
                            "start must be before end, and the range have at most 100000 "
                            "buckets",
                            range_parameter(question));
}

/* The only row says that what the path names is there, and has nothing. */
static bool is_placeless(const struct question *question, const struct table *table)
{
    return question->route->shape == ROUTE_PAGES && table->rows == 1 &&
           PQgetisnull(table->res, 0, table->columns - 1);
}

/*
 * Of a page the statement gives one row more than was asked for: then there is another page,
 * behind the last row that is shown. Returns where it begins, "" or, of what has no pages, NULL.
 */
static char *cut_page(const struct question *question, struct table *table)
{
    int64_t limit = 0;
    CLEANUP(mem_freep) char *pages = NULL;

    if (question->route->shape != ROUTE_PAGES)
        return NULL;
    (void)text_to_i64(question_value(question, "limit"), 1, PARAM_LIMIT_MAX, &limit);
    table->columns--;
    if (table->rows <= (int)limit)
        return mem_copy("");
    table->rows = (int)limit;
    pages = question_pages(question);
    return page_write(pages, PQgetvalue(table->res, table->rows - 1, table->columns));
}

static struct reply write_answer(const struct question *question, const struct found *found)
{
    struct table table = { found->res, PQntuples(found->res),
                           PQnfields(found->res) - (found->meta ? 0 : STATE_COLUMNS) };
    const struct meta meta = { state_of(found, STATE_AS_OF), state_of(found, STATE_RUN_ID) };
    bool one_row = route_is_one(question->route);
    CLEANUP(mem_freep) char *next = NULL;

    if (table.rows == 0 && (one_row || question->id[0]))
        return nothing(question);
    if (question->id[0] && is_placeless(question, &table))
        table.rows = 0;
    next = cut_page(question, &table);
    if (!question->csv)
        return reply_of("application/json", json_answer(&table, one_row, &meta, next));
    return reply_of("text/csv; charset=utf-8; header=present",
                    one_row ? sheet_of_member(&table, question->route->rows)
                            : sheet_of_table(&table));
}

struct reply answer_make(struct pool *pool, const struct question *question,
                         char version[CACHE_VERSION_SIZE])
{
    CLEANUP(found_release) struct found found = { 0 };
    const char *known;
    struct err err;

    if (ask_pool(pool, question, &found, &err) < 0)
        return unanswered(pool, question, &err);
    known = state_of(&found, STATE_VERSION);
    (void)snprintf(version, CACHE_VERSION_SIZE, "%s", known ? known : "");
    return write_answer(question, &found);
}

struct reply answer_ready(struct pool *pool)
{
    struct err err;
    struct db *db = pool_take(pool, NULL, &err);
    int rc;

    if (!db)
        return failure("/ready", &err);
    rc = db_run(db, &sql_api_ready, STMT_NO_ARGS, NULL, &err);
    pool_put(pool, db, rc < 0 ? &err : NULL);
    return rc < 0 ? failure("/ready", &err)
                  : reply_of("application/json", mem_copy("{\"status\":\"ready\"}"));
}

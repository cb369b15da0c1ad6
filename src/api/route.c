#include "route.h"

#include <string.h>

#include "json.h"
#include "log.h"
#include "param.h"
#include "sql.h"

#define ROUTE_PARAMS 8

struct route {
    const char *path;
    const struct stmt *stmt;
    bool one_row; /* data is an object, not an array; no row then means that the range is wrong */
    struct {
        const char *name;
        enum param_type type;
        const char *otherwise; /* when it is not given */
    } params[ROUTE_PARAMS];
};

static const struct route routes[] = {
    { "/api/v1/transactions/count",
      &sql_api_transactions_count,
      true,
      { { "start", PARAM_TIME, "" },
        { "end", PARAM_TIME, "" },
        { "bucket", PARAM_BUCKET, "day" },
        { "tz", PARAM_ZONE, "UTC" },
        { "source", PARAM_TEXT, "" } } },
    { "/api/v1/anomalies/count",
      &sql_api_anomalies_count,
      true,
      { { "start", PARAM_TIME, "" },
        { "end", PARAM_TIME, "" },
        { "tz", PARAM_ZONE, "UTC" },
        { "source", PARAM_TEXT, "" },
        { "detector", PARAM_TEXT, "" } } },
    { "/api/v1/ingestion/status",
      &sql_api_ingestion_status,
      false,
      { { NULL, PARAM_TEXT, NULL } } },
};

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = { { 400, "Bad Request" },
                   { 404, "Not Found" },
                   { 405, "Method Not Allowed" },
                   { 414, "URI Too Long" },
                   { 500, "Internal Server Error" },
                   { 503, "Service Unavailable" },
                   { 505, "HTTP Version Not Supported" } };

    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

struct reply route_problem(unsigned status, const char *detail)
{
    char *body = json_problem(status, title_of(status), detail);

    return (struct reply){ .status = status,
                           .type = "application/problem+json",
                           .body = body,
                           .len = strlen(body),
                           .is_owned = true };
}

static struct reply json_reply(char *body)
{
    return (struct reply){ .status = 200,
                           .type = "application/json",
                           .body = body,
                           .len = strlen(body),
                           .is_owned = true };
}

static struct reply bad_request(const char *fmt, const char *name, const char *text)
{
    CLEANUP(mem_freep) char *detail = NULL;

    detail = mem_format("%s: %s%s", name, fmt, text);
    return route_problem(400, detail);
}

/* What the database failed with, as far as it is the client's business. */
static struct reply db_reply(const char *path, const struct err *err)
{
    if (err->code == ERR_VALUE)
        return route_problem(400, "a parameter has a value that means nothing, such as a time zone "
                                  "that does not exist or a time that is out of range");
    log_event(LOG_ERROR, LOG_FIELDS({ "path", path }), "%s", err->msg);
    switch (err->code) {
    case ERR_DB_DOWN:
        return route_problem(503, "the database is away");
    case ERR_TIMEOUT:
        return route_problem(503, "the database did not answer in time");
    case ERR_SCHEMA:
        return route_problem(503, "the database has no txmon schema yet");
    case ERR_PERMISSION:
        return route_problem(503, "the database does not let txapi read");
    default:
        return route_problem(500, "the database did not answer as it should");
    }
}

/* Both statements see the same state of the data. */
static int query(struct db *db, const struct stmt *stmt, const struct stmt_arg *args,
                 PGresult **ret_res, PGresult **ret_meta, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin_snapshot(db, err);

    if (!txn || db_run(db, stmt, args, ret_res, err) < 0 ||
        db_run(db, &sql_api_meta, STMT_NO_ARGS, ret_meta, err) < 0)
        return -1;
    return db_commit(&txn, err);
}

static struct reply ask(const struct api *api, const struct route *route,
                        const struct stmt_arg *args)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(db_clearp) PGresult *meta = NULL;
    struct err err;
    struct db *db = pool_take(api->pool, &err);
    int rc;

    if (!db)
        return db_reply(route->path, &err);
    rc = query(db, route->stmt, args, &res, &meta, &err);
    pool_put(api->pool, db);
    if (rc < 0)
        return db_reply(route->path, &err);
    if (route->one_row && PQntuples(res) == 0)
        return route_problem(400, "start must be before end, and the range have at most 100000 "
                                  "buckets");
    return json_reply(json_answer(res, route->one_row, meta));
}

/* Fills args from the query; every parameter of the query must be one of the route. */
static const char *find_unknown(const struct route *route, const struct params *params)
{
    for (size_t i = 0; i < params->n; i++) {
        bool known = false;

        for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name; r++)
            known = known || strcmp(route->params[r].name, params->param[i].name) == 0;
        if (!known)
            return params->param[i].name;
    }
    return NULL;
}

static struct reply unknown_parameter(const struct route *route, const char *name)
{
    char known[256] = "";
    size_t len = 0;

    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name && len < sizeof(known); r++)
        len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", r > 0 ? ", " : "",
                                route->params[r].name);
    return bad_request("there is no such parameter; there are: ", name, known[0] ? known : "none");
}

static struct reply answer_route(const struct api *api, const struct route *route,
                                 const char *query_text)
{
    struct stmt_arg args[ROUTE_PARAMS + 1] = { { NULL, NULL } };
    struct params params = { .n = 0 };
    const char *wrong = params_read(&params, query_text);
    const char *unknown;

    if (wrong)
        return route_problem(400, wrong);
    unknown = find_unknown(route, &params);
    if (unknown)
        return unknown_parameter(route, unknown);
    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name; r++) {
        const char *given = params_find(&params, route->params[r].name);

        wrong = given ? param_check(route->params[r].type, given) : NULL;
        if (wrong)
            return bad_request("should be ", route->params[r].name, wrong);
        args[r].name = route->params[r].name;
        args[r].value = given ? given : route->params[r].otherwise;
    }
    return ask(api, route, args);
}

/* Whether the database answers and has a schema. */
static struct reply ready(const struct api *api)
{
    struct err err;
    struct db *db = pool_take(api->pool, &err);
    int rc;

    if (!db)
        return db_reply("/ready", &err);
    rc = db_run(db, &sql_api_ready, STMT_NO_ARGS, NULL, &err);
    pool_put(api->pool, db);
    return rc < 0 ? db_reply("/ready", &err) : json_reply(mem_copy("{\"status\":\"ready\"}"));
}

static struct reply page(const struct asset *asset, const struct request *request)
{
    bool same = request->if_none_match && strstr(request->if_none_match, asset->etag);

    return (struct reply){ .status = same ? 304 : 200,
                           .type = same ? NULL : asset->type,
                           .body = asset->body,
                           .len = same ? 0 : asset->len,
                           .etag = asset->etag,
                           .is_page = true };
}

static struct reply dispatch(const struct api *api, const struct request *request, const char *path,
                             const char *query_text)
{
    const struct asset *asset;

    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return answer_route(api, &routes[i], query_text);
    if (strcmp(path, "/live") == 0)
        return json_reply(mem_copy("{\"status\":\"live\"}"));
    if (strcmp(path, "/ready") == 0)
        return ready(api);
    asset = path[0] == '/' ? assets_find(api->assets, path + 1) : NULL;
    return asset ? page(asset, request) : route_problem(404, "there is nothing at this path");
}

struct reply route_answer(const struct api *api, const struct request *request)
{
    const char *mark = strchrnul(request->target, '?');
    CLEANUP(mem_freep)
    char *path = mem_copy_n(request->target, (size_t)(mark - request->target));

    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        struct reply reply = route_problem(405, "only GET and HEAD are answered here");

        reply.close = true; /* whatever body the method may have is not read */
        return reply;
    }
    return dispatch(api, request, path, mark[0] == '?' ? mark + 1 : "");
}

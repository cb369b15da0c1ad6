#include "json.h"

#include <cjson/cJSON.h>

#include "mem.h"

/* Type numbers from PostgreSQL's pg_type.dat: fixed since its first release. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_JSON = 114,
    OID_JSONB = 3802
};

static cJSON *value(const PGresult *res, int row, int column)
{
    const char *text = PQgetvalue(res, row, column);

    if (PQgetisnull(res, row, column))
        return cJSON_CreateNull();
    switch (PQftype(res, column)) {
    case OID_BOOL:
        return cJSON_CreateBool(text[0] == 't');
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
    case OID_JSON:
    case OID_JSONB:
        return cJSON_CreateRaw(text);
    default:
        return cJSON_CreateString(text);
    }
}

/* A row as an object; without such a row each member is null. */
static cJSON *row_object(const struct table *table, int row)
{
    cJSON *object = cJSON_CreateObject();

    for (int column = 0; column < table->columns; column++)
        (void)cJSON_AddItemToObject(object, PQfname(table->res, column),
                                    row < table->rows ? value(table->res, row, column)
                                                      : cJSON_CreateNull());
    return object;
}

static cJSON *row_array(const struct table *table)
{
    cJSON *array = cJSON_CreateArray();

    for (int row = 0; row < table->rows; row++)
        (void)cJSON_AddItemToArray(array, row_object(table, row));
    return array;
}

static cJSON *text_or_null(const char *text)
{
    return text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

static cJSON *meta_object(const struct meta *meta, const char *next)
{
    cJSON *object = cJSON_CreateObject();

    (void)cJSON_AddItemToObject(object, "as_of", text_or_null(meta->as_of));
    (void)cJSON_AddItemToObject(object, "run_id", text_or_null(meta->run_id));
    if (next)
        (void)cJSON_AddItemToObject(object, "next", text_or_null(next[0] ? next : NULL));
    return object;
}

static char *print(cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);

    cJSON_Delete(json);
    return text ? text : mem_copy("{}");
}

char *json_answer(const struct table *table, bool one_row, const struct meta *meta,
                  const char *next)
{
    cJSON *answer = cJSON_CreateObject();

    (void)cJSON_AddItemToObject(answer, "data", one_row ? row_object(table, 0) : row_array(table));
    (void)cJSON_AddItemToObject(answer, "meta", meta_object(meta, next));
    return print(answer);
}

char *json_problem(unsigned status, const char *title, const char *detail, const char *parameter)
{
    cJSON *problem = cJSON_CreateObject();

    (void)cJSON_AddStringToObject(problem, "type", "about:blank");
    (void)cJSON_AddStringToObject(problem, "title", title);
    (void)cJSON_AddNumberToObject(problem, "status", status);
    if (detail)
        (void)cJSON_AddStringToObject(problem, "detail", detail);
    if (parameter)
        (void)cJSON_AddStringToObject(problem, "parameter", parameter);
    return print(problem);
}

#include "json.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#include "mem.h"
#include "tally.h"
#include "text.h"

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

static cJSON *count_of(int64_t n)
{
    char digits[TEXT_I64_SIZE];

    return cJSON_CreateRaw(text_from_i64(n, digits));
}

/* Microseconds since 2000 as a time of UTC, to the second. */
static cJSON *time_of(int64_t at)
{
    int64_t second = at / 1000000 - (at % 1000000 < 0);
    int64_t day = second / 86400 - (second % 86400 < 0);
    int of_day = (int)(second - day * 86400);
    char date[TEXT_DATE_SIZE];
    char text[48];

    (void)snprintf(text, sizeof(text), "%sT%02d:%02d:%02dZ", text_from_date((int32_t)day, date),
                   of_day / 3600, of_day / 60 % 60, of_day % 60);
    return cJSON_CreateString(text);
}

static cJSON *amounts_array(const struct sum *sum, size_t n)
{
    cJSON *array = cJSON_CreateArray();
    char text[MONEY_SIZE];

    for (size_t i = 0; i < n; i++) {
        cJSON *object = cJSON_CreateObject();

        (void)cJSON_AddStringToObject(object, "currency", sum[i].currency);
        (void)cJSON_AddItemToObject(object, "n", count_of(sum[i].n));
        (void)cJSON_AddStringToObject(object, "amount", money_text(&sum[i].amount, text));
        (void)cJSON_AddItemToArray(array, object);
    }
    return array;
}

static int64_t total_of(const struct sum *sum, size_t n)
{
    int64_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += sum[i].n;
    return total;
}

static cJSON *bucket_object(const struct tally *tally, const struct bucket *bucket)
{
    const struct sum *sum = bucket->n > 0 ? &tally->parts.sum[bucket->first] : NULL;
    cJSON *object = cJSON_CreateObject();

    (void)cJSON_AddItemToObject(object, "start", time_of(bucket->start));
    (void)cJSON_AddItemToObject(object, "n", count_of(total_of(sum, bucket->n)));
    (void)cJSON_AddItemToObject(object, "amounts", amounts_array(sum, bucket->n));
    (void)cJSON_AddItemToObject(object, "groups", cJSON_CreateArray());
    return object;
}

static cJSON *tally_object(const struct tally *tally)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *buckets = cJSON_CreateArray();

    for (size_t i = 0; i < tally->n; i++)
        (void)cJSON_AddItemToArray(buckets, bucket_object(tally, &tally->buckets[i]));
    (void)cJSON_AddItemToObject(object, "start", time_of(tally->start));
    (void)cJSON_AddItemToObject(object, "end", time_of(tally->end));
    (void)cJSON_AddStringToObject(object, "bucket", tally->bucket_name);
    (void)cJSON_AddStringToObject(object, "tz", "UTC");
    (void)cJSON_AddItemToObject(object, "total",
                                count_of(total_of(tally->whole.sum, tally->whole.n)));
    (void)cJSON_AddItemToObject(object, "amounts", amounts_array(tally->whole.sum, tally->whole.n));
    (void)cJSON_AddStringToObject(object, "group_by", "");
    (void)cJSON_AddItemToObject(object, "groups", cJSON_CreateArray());
    (void)cJSON_AddItemToObject(object, "buckets", buckets);
    return object;
}

char *json_tally(const struct tally *tally, const struct meta *meta)
{
    cJSON *answer = cJSON_CreateObject();

    (void)cJSON_AddItemToObject(answer, "data", tally_object(tally));
    (void)cJSON_AddItemToObject(answer, "meta", meta_object(meta, NULL));
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

#include "report.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "sql.h"
#include "text.h"

static void add_seconds(cJSON *object, const char *name, double seconds)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%.3f", seconds);
    (void)cJSON_AddRawToObject(object, name, text);
}

static void run_json(const char *source, const struct run_result *result, const struct err *why)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        { "files", result->files },       { "skipped", result->skipped },
        { "bytes", result->bytes },       { "records", result->records },
        { "loaded", result->loaded },     { "duplicate", result->duplicate },
        { "rejected", result->rejected }, { "anomalies", result->anomalies },
        { "dropped", result->dropped },
    };
    cJSON *object = cJSON_CreateObject();

    json_text(object, "source", source);
    json_text(object, "run_id", result->run_id);
    json_text(object, "status", result->status);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        json_i64(object, counts[i].name, counts[i].value);
    (void)cJSON_AddRawToObject(object, "totals", result->totals ? result->totals : "{}");
    json_text(object, "first_date", result->first_date);
    json_text(object, "last_date", result->last_date);
    json_text(object, "dropped_to", result->dropped_to);
    add_seconds(object, "seconds", result->seconds);
    add_seconds(object, "seconds_load", result->load_seconds);
    json_text(object, "error", why ? why->msg : NULL);
    json_print(object);
}

static void report_totals(const char *json)
{
    cJSON *totals = cJSON_Parse(json ? json : "{}");
    const cJSON *total;

    cJSON_ArrayForEach (total, totals)
        (void)printf("  loaded %s %s\n", total->string, cJSON_GetStringValue(total));
    cJSON_Delete(totals);
}

void report_run(const char *source, const struct run_result *result, const struct err *why,
                bool json)
{
    if (json) {
        run_json(source, result, why);
        return;
    }
    if (why || result->status[0] == '\0')
        return; /* the log says it */
    (void)printf("%s: run %s, %s in %.1f s: %" PRId64 " files, %" PRId64 " with nothing new\n",
                 source, result->run_id, result->status, result->seconds, result->files,
                 result->skipped);
    (void)printf("  records %" PRId64 " = loaded %" PRId64 " + duplicate %" PRId64
                 " + rejected %" PRId64 "\n",
                 result->records, result->loaded, result->duplicate, result->rejected);
    report_totals(result->totals);
    if (result->first_date[0])
        (void)printf("  dates %s to %s, anomalies %" PRId64 "\n", result->first_date,
                     result->last_date, result->anomalies);
    if (result->dropped_to[0])
        (void)printf("  dropped %" PRId64 " transactions of dates to %s\n", result->dropped,
                     result->dropped_to);
}

static void status_json(const PGresult *res)
{
    cJSON *rows = cJSON_CreateArray();

    for (int row = 0; row < PQntuples(res); row++) {
        cJSON *object = cJSON_CreateObject();

        for (int column = 0; column < PQnfields(res); column++) {
            const char *value = PQgetvalue(res, row, column);
            bool is_count = PQftype(res, column) == 20; /* bigint: pg_type.dat */

            if (PQgetisnull(res, row, column))
                (void)cJSON_AddNullToObject(object, PQfname(res, column));
            else if (is_count)
                (void)cJSON_AddRawToObject(object, PQfname(res, column), value);
            else
                (void)cJSON_AddStringToObject(object, PQfname(res, column), value);
        }
        (void)cJSON_AddItemToArray(rows, object);
    }
    json_print(rows);
}

static void status_text(const PGresult *res)
{
    if (PQntuples(res) == 0)
        (void)puts("no source has been loaded yet");
    for (int row = 0; row < PQntuples(res); row++) {
        bool first = true;

        for (int column = 0; column < PQnfields(res); column++) {
            if (PQgetisnull(res, row, column))
                continue;
            (void)printf("%s%-15s %s\n", first ? "" : "  ", PQfname(res, column),
                         PQgetvalue(res, row, column));
            first = false;
        }
    }
}

int report_status(struct db *db, bool json, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, &sql_command_status, STMT_NO_ARGS, &res, err) < 0)
        return -1;
    if (json)
        status_json(res);
    else
        status_text(res);
    return 0;
}

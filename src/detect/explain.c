#include "explain.h"

#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "sql.h"
#include "text.h"

#define LISTED 100 /* transactions */

/* The columns of sql/judge/explain.sql. */
enum { SOURCE_ID, DATE, FIRST, LAST, ANOMALY };

static void object_freep(cJSON **object)
{
    cJSON_Delete(*object);
}

/* The rows of a result as an array of objects, columns that are NULL left out. */
static cJSON *rows_json(const PGresult *res, int most)
{
    cJSON *rows = cJSON_CreateArray();

    for (int row = 0; row < PQntuples(res) && row < most; row++) {
        cJSON *object = cJSON_CreateObject();

        for (int column = 0; column < PQnfields(res); column++)
            if (!PQgetisnull(res, row, column))
                (void)cJSON_AddStringToObject(object, PQfname(res, column),
                                              PQgetvalue(res, row, column));
        (void)cJSON_AddItemToArray(rows, object);
    }
    return rows;
}

static int add_transactions(cJSON *object, struct db *db, const struct stmt_arg *args,
                            struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, &sql_judge_explain_transactions, args, &res, err) < 0)
        return -1;
    (void)cJSON_AddItemToObject(object, "transactions", rows_json(res, LISTED));
    (void)cJSON_AddBoolToObject(object, "more_transactions", PQntuples(res) > LISTED);
    return 0;
}

/* The anomaly as an object; the caller deletes it. */
static cJSON *read_anomaly(struct db *db, const char *source, const char *id, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(object_freep) cJSON *object = NULL;
    const struct stmt_arg *args;

    if (db_run(db, &sql_judge_explain, STMT_ARGS({ "id", id }, { "source", source ? source : "" }),
               &res, err) < 0)
        return NULL;
    if (PQntuples(res) == 0) {
        err_set(err, ERR_USAGE,
                "there is no anomaly '%s' (it goes when its date is judged again without it)", id);
        return NULL;
    }
    object = cJSON_Parse(PQgetvalue(res, 0, ANOMALY));
    args = STMT_ARGS({ "source", PQgetvalue(res, 0, SOURCE_ID) }, { "id", id },
                     { "date", PQgetvalue(res, 0, DATE) }, { "first", PQgetvalue(res, 0, FIRST) },
                     { "last", PQgetvalue(res, 0, LAST) });
    if (!object) {
        err_set(err, ERR_DB, "anomaly '%s': its evidence cannot be read", id);
        return NULL;
    }
    if (add_transactions(object, db, args, err) < 0)
        return NULL;
    return TAKE(object);
}

static const char *text_of(const cJSON *object, const char *name, const char *otherwise)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));

    return text ? text : otherwise;
}

static void print_value(const cJSON *value)
{
    if (cJSON_IsString(value))
        (void)printf(" %s", value->valuestring);
    else if (cJSON_IsNumber(value))
        (void)printf(" %g", value->valuedouble);
}

/* How many of the days from this one on follow each other and were left out for the same reason. */
static int run_of(const cJSON *day)
{
    int32_t first;
    int32_t next;
    int n = 1;

    if (!text_to_date(text_of(day, "date", ""), &first))
        return n;
    for (const cJSON *other = day->next; other; other = other->next, n++)
        if (!text_to_date(text_of(other, "date", ""), &next) || next != first + n ||
            strcmp(text_of(other, "why", ""), text_of(day, "why", "")) != 0)
            break;
    return n;
}

static void print_excluded(const cJSON *object)
{
    const cJSON *list = cJSON_GetObjectItem(object, "excluded");

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
        return;
    (void)puts("days left out, and why");
    for (const cJSON *day = list->child; day; day = day->next) {
        const cJSON *first = day;

        for (int n = run_of(first); n > 1; n--)
            day = day->next;
        (void)printf("  %s%s%s %s\n", text_of(first, "date", ""), day == first ? "" : " to ",
                     day == first ? "" : text_of(day, "date", ""), text_of(first, "why", ""));
    }
}

/* A list of texts, or of objects: their date first, then what else they have. */
static void print_list(const cJSON *object, const char *name, const char *title)
{
    const cJSON *list = cJSON_GetObjectItem(object, name);
    const cJSON *item;
    const cJSON *field;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
        return;
    (void)puts(title);
    cJSON_ArrayForEach (item, list) {
        const cJSON *date = cJSON_GetObjectItem(item, "date");

        (void)putchar(' ');
        print_value(item);
        print_value(date);
        cJSON_ArrayForEach (field, item)
            if (field != date)
                print_value(field);
        (void)putchar('\n');
    }
}

static void print_transactions(const cJSON *object)
{
    const cJSON *list = cJSON_GetObjectItem(object, "transactions");
    const cJSON *t;

    (void)puts(cJSON_GetArraySize(list) > 0 ? "transactions behind it"
                                            : "no transaction is behind it");
    cJSON_ArrayForEach (t, list) {
        (void)printf("  %s:%s  %s %s %s %s %s", text_of(t, "file", ""), text_of(t, "line", ""),
                     text_of(t, "transaction_id", ""), text_of(t, "account_id", ""),
                     text_of(t, "ts", ""), text_of(t, "amount", ""), text_of(t, "currency", ""));
        if (text_of(t, "merchant_id", NULL))
            (void)printf(" to %s", text_of(t, "merchant_id", ""));
        if (text_of(t, "verdict", NULL))
            (void)printf(" (verdict: %s)", text_of(t, "verdict", ""));
        (void)putchar('\n');
    }
    if (cJSON_IsTrue(cJSON_GetObjectItem(object, "more_transactions")))
        (void)puts("  and smaller ones");
}

static void print_params(const cJSON *object)
{
    const cJSON *param;

    (void)printf("parameters");
    cJSON_ArrayForEach (param, cJSON_GetObjectItem(object, "params"))
        (void)printf("  %s = %s", param->string, cJSON_GetStringValue(param));
    (void)putchar('\n');
}

static void print_text(const cJSON *object)
{
    const char *by = text_of(object, "suppressed_by", NULL);
    const char *compared = text_of(object, "compared_with", NULL);

    (void)printf("%s: %s of %s, %s %s%s%s%s%s\n", text_of(object, "id", ""),
                 text_of(object, "detector", ""), text_of(object, "date", ""),
                 text_of(object, "subject_type", ""), text_of(object, "subject_id", ""),
                 text_of(object, "currency", NULL) ? " in " : "", text_of(object, "currency", ""),
                 text_of(object, "transaction_id", NULL) ? ", transaction " : "",
                 text_of(object, "transaction_id", ""));
    (void)printf("%s\n", text_of(object, "reason", ""));
    print_list(object, "training", "training days");
    print_excluded(object);
    if (compared)
        (void)printf("compared   with %s\n", compared);
    print_list(object, "arithmetic", "arithmetic");
    (void)printf("expected   %s, bounds %s to %s\n", text_of(object, "expected", "nothing said"),
                 text_of(object, "lower", "none"), text_of(object, "upper", "none"));
    (void)printf("observed   %s\n", text_of(object, "observed", ""));
    (void)printf("score      %s, %s, %s%s%s\n", text_of(object, "score", ""),
                 text_of(object, "severity", ""), text_of(object, "state", ""), by ? ": " : "",
                 by ? by : "");
    print_params(object);
    (void)printf("detector   %s of txingest %s, SHA-256 %s%s\n", text_of(object, "detector", ""),
                 text_of(object, "version", "?"), text_of(object, "sql_hash", ""),
                 cJSON_IsTrue(cJSON_GetObjectItem(object, "changed_since"))
                     ? " (it has changed since, or runs no more)"
                     : "");
    (void)printf("run        %s of source %s\n", text_of(object, "run_id", ""),
                 text_of(object, "source", ""));
    print_transactions(object);
}

int explain_print(struct db *db, const struct detectors *detectors, const char *source,
                  const char *id, bool json, struct err *err)
{
    CLEANUP(object_freep) cJSON *object = read_anomaly(db, source, id, err);
    const char *hash;

    if (!object)
        return -1;
    hash = detectors_hash(detectors, text_of(object, "detector", ""));
    (void)cJSON_AddBoolToObject(object, "changed_since",
                                !hash || strcmp(hash, text_of(object, "sql_hash", "")) != 0);
    if (json) {
        json_print(TAKE(object));
        return 0;
    }
    print_text(object);
    return 0;
}

#include "validate.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "job.h"
#include "json_out.h"
#include "mem.h"
#include "text.h"

#define LISTED 100 /* rejected records in a JSON object */

static void print_reject(void *cls, const struct csv_record *record, const struct reject *reject)
{
    const struct file *file = cls;

    (void)printf("%s:%" PRId64 ": %s%s%s%s\n", file->path, record->line,
                 reject->column ? "column '" : "", reject->column ? reject->column : "",
                 reject->column ? "': " : "", reject->detail);
}

static void list_reject(void *cls, const struct csv_record *record, const struct reject *reject)
{
    cJSON *list = cls;
    cJSON *object;

    if (cJSON_GetArraySize(list) >= LISTED)
        return;
    object = cJSON_CreateObject();
    json_i64(object, "line", record->line);
    json_i64(object, "byte_offset", record->offset);
    json_text(object, "column", reject->column);
    json_text(object, "reason", reject->reason);
    json_text(object, "detail", reject->detail);
    (void)cJSON_AddItemToArray(list, object);
}

static void print_check(const struct file *file, const struct check *check)
{
    CLEANUP(mem_freep) char *text = check_text(check);
    char amount[NUMBER_SUM_SIZE];

    (void)printf("%s: %s\n", file->path, text);
    for (size_t i = 0; i < check->n_totals; i++)
        (void)printf("  %s %s in %" PRId64 " records\n", check->totals[i].currency,
                     number_sum_text(&check->totals[i].amount, amount), check->totals[i].records);
}

/* Takes rejects. */
static void print_json(const struct file *file, const struct check *check, cJSON *rejects)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *totals;
    char date[TEXT_DATE_SIZE];
    char amount[NUMBER_SUM_SIZE];
    bool any = check->records > check->rejected;

    json_text(object, "path", file->path);
    json_i64(object, "records", check->records);
    json_i64(object, "rejected", check->rejected);
    json_text(object, "first_date", any ? text_from_date(check->first_date, date) : NULL);
    json_text(object, "last_date", any ? text_from_date(check->last_date, date) : NULL);
    totals = cJSON_AddObjectToObject(object, "totals");
    for (size_t i = 0; i < check->n_totals; i++)
        json_text(totals, check->totals[i].currency,
                  number_sum_text(&check->totals[i].amount, amount));
    (void)cJSON_AddItemToObject(object, "rejects", rejects);
    json_print(object);
}

static int validate(const struct source *source, struct file *file, bool json, struct check *check,
                    struct err *err)
{
    CLEANUP(reader_release) struct reader in = { 0 };
    cJSON *rejects = json ? cJSON_CreateArray() : NULL;
    const struct row_limits limits = job_limits(source);
    struct zone zone;
    bool empty;

    check->on_reject = json ? list_reject : print_reject;
    check->cls = json ? (void *)rejects : (void *)file;
    if (zone_set(&zone, source->time_zone, err) < 0 ||
        reader_open(source, file, &in, &empty, err) < 0 ||
        check_read(&in, &zone, &limits, check, err) < 0) {
        cJSON_Delete(rejects);
        return err_wrap(err, "%s", file->path);
    }
    if (json)
        print_json(file, check, rejects);
    else
        print_check(file, check);
    return 0;
}

int validate_files(const struct source *source, const struct files *files, bool json,
                   int64_t *ret_rejected, struct err *err)
{
    struct err over = { .code = ERR_NONE };

    *ret_rejected = 0;
    for (size_t i = 0; i < files->n; i++) {
        CLEANUP(check_release) struct check check = { 0 };

        if (validate(source, &files->file[i], json, &check, err) < 0)
            return -1;
        *ret_rejected += check.rejected;
        if (!reject_limit_is_met(&source->limit, check.records, check.rejected))
            err_set(&over, ERR_REJECTED,
                    "%s: %" PRId64 " of %" PRId64 " records would be rejected, reject_limit = %s",
                    files->file[i].path, check.rejected, check.records, source->limit_text);
    }
    if (over.code == ERR_NONE)
        return 0;
    *err = over;
    return -1;
}

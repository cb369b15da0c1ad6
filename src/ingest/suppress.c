#include "suppress.h"

#include <stdio.h>
#include <string.h>

#include "json_out.h"
#include "sql.h"
#include "text.h"

/* TYPE:ID may be of a type that a detector of one's own has; TYPE alone is taken for a slip if it
 * is none. */
static bool is_subject(const char *text)
{
    static const char *const types[] = {
        "*", "total", "account", "merchant", "channel", "country"
    };
    const char *colon = strchr(text, ':');

    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(text, types[i]) == 0)
            return true;
    return colon && colon > text;
}

int suppress_check(const struct suppress *suppress, const struct detectors *detectors,
                   struct err *err)
{
    int64_t number;

    if (suppress->end)
        return text_to_i64(suppress->end, 1, INT64_MAX, &number)
                   ? 0
                   : err_set(err, ERR_USAGE,
                             "'%s' is not the number of a suppression (txingest suppress lists "
                             "them)",
                             suppress->end);
    if (strcmp(suppress->detector, "*") != 0 && !detectors_know(detectors, suppress->detector))
        return err_set(err, ERR_USAGE, "there is no detector '%s'", suppress->detector);
    if (!is_subject(suppress->subject))
        return err_set(err, ERR_USAGE,
                       "'%s' is no subject: account:ID is one, or merchant, channel, country; "
                       "account is every one, * all",
                       suppress->subject);
    if (!suppress->from || !suppress->until)
        return err_set(err, ERR_USAGE, "suppress from when until when? --from D --until D");
    if (!suppress->reason || suppress->reason[0] == '\0')
        return err_set(err, ERR_USAGE, "suppress why? --reason TEXT is kept beside the findings");
    return 0;
}

/* "account:C17" is its type and its id; "account" has no id, "*" neither. */
static char *type_of(const char *subject)
{
    return strcmp(subject, "*") == 0 ? mem_copy("") : mem_copy_n(subject, strcspn(subject, ":"));
}

static const char *id_of(const char *subject)
{
    const char *colon = strchr(subject, ':');

    return colon ? colon + 1 : "";
}

/* Adds the row, or takes it out; either way gives the dates that it concerns. */
static int change(struct job *job, const struct suppress *suppress, struct dates *dates,
                  struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(mem_freep) char *type = suppress->end ? NULL : type_of(suppress->subject);
    int32_t date;

    if (suppress->end) {
        if (db_run(job->db, &sql_ingest_suppress_end,
                   STMT_ARGS({ "source", job->source_id }, { "id", suppress->end }), &res, err) < 0)
            return -1;
        if (PQntuples(res) == 0)
            return err_set(err, ERR_USAGE,
                           "source %s has no suppression %s (txingest suppress lists them)",
                           job->source->name, suppress->end);
    } else if (db_run(job->db, &sql_ingest_suppress_add,
                      STMT_ARGS({ "source", job->source_id },
                                { "detector",
                                  strcmp(suppress->detector, "*") == 0 ? "" : suppress->detector },
                                { "type", type }, { "subject", id_of(suppress->subject) },
                                { "from", suppress->from }, { "until", suppress->until },
                                { "reason", suppress->reason }),
                      &res, err) < 0) {
        return -1;
    }
    for (int row = 0; row < PQntuples(res); row++)
        if (text_to_date(PQgetvalue(res, row, 0), &date))
            dates_add(dates, date);
    return 0;
}

int suppress_work(struct job *job, const struct suppress *suppress, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(job->db, err);
    CLEANUP(dates_release) struct dates dates = { 0 };
    CLEANUP(mem_freep) char *text = NULL;

    if (!txn || change(job, suppress, &dates, err) < 0)
        return -1;
    text = dates_text(&dates);
    if (dates.n > 0 &&
        detectors_judge(job->detectors, job->db, job->source_id, job->run_id, &dates, err) < 0)
        return -1;
    if (job_add_dates(job, text, err) < 0)
        return -1;
    return job_commit(job, &txn, err);
}

static void print_json(const PGresult *res, int row)
{
    cJSON *object = cJSON_CreateObject();

    for (int column = 0; column < PQnfields(res); column++)
        json_text(object, PQfname(res, column), PQgetvalue(res, row, column));
    json_print(object);
}

int suppress_list(struct db *db, const char *source, bool json, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, &sql_ingest_suppress_list, STMT_ARGS({ "source", source ? source : "" }), &res,
               err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++) {
        if (json) {
            print_json(res, row);
            continue;
        }
        for (int column = 0; column < PQnfields(res); column++)
            (void)printf("%s%s", column > 0 ? "  " : "", PQgetvalue(res, row, column));
        (void)putchar('\n');
    }
    return 0;
}

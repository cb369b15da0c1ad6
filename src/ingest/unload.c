#include "unload.h"

#include "sql.h"
#include "text.h"

/* Runs a statement that gives dates, and adds them. */
static int run_for_dates(struct db *db, const struct stmt *stmt, const struct stmt_arg *args,
                         struct dates *dates, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    int32_t date;

    if (db_run(db, stmt, args, &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++) {
        if (!text_to_date(PQgetvalue(res, row, 0), &date))
            return err_set(err, ERR_DB, "%s: '%s' is no date", stmt->name, PQgetvalue(res, row, 0));
        dates_add(dates, date);
    }
    return 0;
}

int unload_file(struct job *job, const struct ledger_entry *file, struct dates *dates,
                struct err *err)
{
    char id[TEXT_I64_SIZE];
    const struct stmt_arg *args =
        STMT_ARGS({ "source", job->source_id }, { "file", text_from_i64(file->file_id, id) },
                  { "from", file->first_date }, { "to", file->last_date });

    if (file->first_date[0] &&
        run_for_dates(job->db, &sql_ingest_file_unload, args, dates, err) < 0)
        return -1;
    return db_run(job->db, &sql_ingest_file_forget, args, NULL, err);
}

int unload_promote(struct job *job, const char *files, struct dates *dates, struct err *err)
{
    const struct stmt_arg *args = STMT_ARGS({ "source", job->source_id }, { "files", files });

    if (run_for_dates(job->db, &sql_ingest_orphan_promote, args, dates, err) < 0)
        return -1;
    return db_run(job->db, &sql_ingest_orphan_point, args, NULL, err);
}

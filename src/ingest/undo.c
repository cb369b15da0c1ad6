#include "undo.h"

#include <string.h>

#include "rollup.h"
#include "sql.h"
#include "text.h"
#include "unload.h"

/* The columns of sql/ingest/undo_run.sql. */
enum { SOURCE, STATUS, MODE, FIRST_DATE, LAST_DATE };

static int find(struct db *db, const char *run_id, PGresult **ret, struct err *err)
{
    int64_t number;

    if (!text_to_i64(run_id, 1, INT64_MAX, &number))
        return err_set(err, ERR_USAGE, "'%s' is not the number of a run", run_id);
    if (db_run(db, &sql_ingest_undo_run, STMT_ARGS({ "run", run_id }), ret, err) < 0)
        return -1;
    if (PQntuples(*ret) != 1)
        return err_set(err, ERR_USAGE, "there is no run %s (txingest status shows the latest)",
                       run_id);
    return 0;
}

int undo_source(struct db *db, const char *run_id, char **ret_source, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (find(db, run_id, &res, err) < 0)
        return -1;
    if (strcmp(PQgetvalue(res, 0, STATUS), "undone") == 0)
        return err_set(err, ERR_USAGE, "run %s is undone already", run_id);
    if (strcmp(PQgetvalue(res, 0, MODE), "undo") == 0)
        return err_set(err, ERR_USAGE,
                       "run %s undid another one: txingest --replace loads the files again",
                       run_id);
    *ret_source = mem_copy(PQgetvalue(res, 0, SOURCE));
    return 0;
}

/* The result's files as "{1,2,3}". Each comes once a date: few enough to be put together so. */
static char *files_text(const PGresult *res)
{
    CLEANUP(mem_freep) char *list = mem_copy("");

    for (int row = 0; row < PQntuples(res); row++) {
        CLEANUP(mem_freep) char *before = TAKE(list);

        list = mem_format("%s%s%s", before, row > 0 ? "," : "", PQgetvalue(res, row, 1));
    }
    return mem_format("{%s}", list);
}

static int take_out(struct job *job, const char *run_id, struct dates *dates, struct err *err)
{
    CLEANUP(db_clearp) PGresult *run = NULL;
    CLEANUP(db_clearp) PGresult *gone = NULL;
    CLEANUP(mem_freep) char *files = NULL;
    int32_t date;

    if (find(job->db, run_id, &run, err) < 0 ||
        db_run(job->db, &sql_ingest_undo_rows,
               STMT_ARGS({ "source", job->source_id }, { "undo", run_id },
                         { "from", PQgetvalue(run, 0, FIRST_DATE) },
                         { "to", PQgetvalue(run, 0, LAST_DATE) }),
               &gone, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(gone); row++)
        if (text_to_date(PQgetvalue(gone, row, 0), &date))
            dates_add(dates, date);
    files = files_text(gone);
    return unload_promote(job, files, dates, err);
}

/* What is derived from the dates, the run's own words, and the checkpoint. */
static int account(struct job *job, const char *run_id, const struct dates *dates, struct err *err)
{
    CLEANUP(mem_freep) char *text = dates_text(dates);
    const struct stmt_arg *args =
        STMT_ARGS({ "source", job->source_id }, { "run", job->run_id }, { "undo", run_id },
                  { "dates", text }, { "files", "0" }, { "bytes", "0" }, { "records", "0" },
                  { "loaded", "0" }, { "duplicate", "0" }, { "rejected", "0" });

    if (rollup_rebuild(job->db, job->source_id, dates, NULL, err) < 0 ||
        detectors_run(job->detectors, job->db, job->source_id, job->run_id, dates, err) < 0 ||
        db_run(job->db, &sql_ingest_run_add, args, NULL, err) < 0 ||
        db_run(job->db, &sql_ingest_state_settle, args, NULL, err) < 0)
        return -1;
    return db_run(job->db, &sql_ingest_undo_mark, args, NULL, err);
}

int undo_work(struct job *job, const char *run_id, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(job->db, err);
    CLEANUP(dates_release) struct dates dates = { 0 };

    if (!txn || take_out(job, run_id, &dates, err) < 0 || account(job, run_id, &dates, err) < 0)
        return -1;
    return job_commit(job, &txn, err);
}

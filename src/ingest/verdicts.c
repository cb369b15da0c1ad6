#include "verdicts.h"

#include <inttypes.h>

#include "log.h"
#include "sql.h"
#include "text.h"
#include "verdict_file.h"

/* The columns of sql/ingest/verdict_sum.sql. */
enum { LOADED, DUPLICATE, CHANGED, AMBIGUOUS, CONTRADICTORY, UNKNOWN };

/* Those of sql/ingest/verdict_decided.sql. */
enum { DATES, DECIDED, FIRST, LAST };

/* One load: what was read of its files, and what became of it. */
struct verdicts {
    struct job *job;
    const struct files *files;
    struct verdict_file in;
    struct tally tally;
    struct dates dates; /* to be judged again */
};

static void verdicts_release(struct verdicts *verdicts)
{
    verdict_file_release(&verdicts->in);
    dates_release(&verdicts->dates);
}

static int read_files(struct verdicts *verdicts, struct err *err)
{
    for (size_t i = 0; i < verdicts->files->n; i++) {
        verdicts->in.number = (int32_t)i;
        if (verdict_file_read(&verdicts->in, &verdicts->files->file[i], err) < 0)
            return -1;
    }
    return 0;
}

static int send(struct verdicts *verdicts, struct err *err)
{
    struct db *db = verdicts->job->db;
    CLEANUP(copy_abort) struct copy copy = { 0 };

    if (db_run(db, &sql_ingest_verdict_make, STMT_NO_ARGS, NULL, err) < 0 ||
        copy_begin(&copy, db, &sql_ingest_verdict_copy, STMT_NO_ARGS, err) < 0 ||
        spill_copy(&verdicts->in.rows, &copy, err) < 0)
        return -1;
    return copy_end(&copy, err);
}

/* The records that SQL found wrong, as verdict_file logs those that it does. */
static int log_refused(const struct verdicts *verdicts, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(verdicts->job->db, &sql_ingest_verdict_refused, STMT_NO_ARGS, &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++)
        log_warn("%s:%s: rejected: %s", verdicts->files->file[db_i64(res, row, 0)].path,
                 PQgetvalue(res, row, 1), PQgetvalue(res, row, 2));
    return 0;
}

static int count(struct verdicts *verdicts, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    const struct reject_limit *limit = &verdicts->job->source->limit;
    struct tally *tally = &verdicts->tally;

    if (db_run(verdicts->job->db, &sql_ingest_verdict_sum, STMT_NO_ARGS, &res, err) < 0)
        return -1;
    *tally = (struct tally){
        .records = verdicts->in.records,
        .loaded = db_i64(res, 0, LOADED) + db_i64(res, 0, CHANGED),
        .duplicate = db_i64(res, 0, DUPLICATE),
        .rejected =
            verdicts->in.rejected + db_i64(res, 0, AMBIGUOUS) + db_i64(res, 0, CONTRADICTORY),
    };
    if (tally->rejected > 0 && !reject_limit_is_met(limit, tally->records, tally->rejected))
        return err_set(err, ERR_REJECTED,
                       "%" PRId64 " of %" PRId64 " verdicts are rejected, reject_limit = %s",
                       tally->rejected, tally->records, verdicts->job->source->limit_text);
    log_info(
        "verdicts: %s new, %s changed, %s known already, %s of transactions that are not there",
        PQgetvalue(res, 0, LOADED), PQgetvalue(res, 0, CHANGED), PQgetvalue(res, 0, DUPLICATE),
        PQgetvalue(res, 0, UNKNOWN));
    if (db_i64(res, 0, UNKNOWN) > 0)
        log_warn(
            "source %s: %s verdicts are of transactions that are not there: they wait for them",
            verdicts->job->source->name, PQgetvalue(res, 0, UNKNOWN));
    return 0;
}

/* What each of them is, and then the table. */
static int merge(struct verdicts *verdicts, struct err *err)
{
    char newest[TEXT_DATE_SIZE];
    const struct stmt_arg *args =
        STMT_ARGS({ "source", verdicts->job->source_id }, { "run", verdicts->job->run_id },
                  { "newest", text_from_date(verdicts->in.newest, newest) });

    if (db_run(verdicts->job->db, &sql_ingest_verdict_find, args, NULL, err) < 0 ||
        db_run(verdicts->job->db, &sql_ingest_verdict_class, args, NULL, err) < 0 ||
        log_refused(verdicts, err) < 0 || count(verdicts, err) < 0 ||
        db_run(verdicts->job->db, &sql_ingest_verdict_merge, args, NULL, err) < 0)
        return -1;
    return db_run(verdicts->job->db, &sql_ingest_verdict_replaced, args, NULL, err);
}

static int find_dates(struct verdicts *verdicts, struct err *err)
{
    const struct job *job = verdicts->job;
    CLEANUP(db_clearp) PGresult *res = NULL;
    struct changed changed;

    if (db_run(job->db, &sql_ingest_verdict_decided, STMT_NO_ARGS, &res, err) < 0)
        return -1;
    if (PQgetisnull(res, 0, DATES))
        return 0;
    changed = (struct changed){
        .dates = PQgetvalue(res, 0, DATES),
        .after = PQgetvalue(res, 0, DECIDED),
        .from = PQgetvalue(res, 0, FIRST),
        .to = PQgetvalue(res, 0, LAST),
    };
    return detectors_reach(job->detectors, job->db, job->source_id, &changed, &verdicts->dates,
                           err);
}

static int account(const struct verdicts *verdicts, struct err *err)
{
    CLEANUP(mem_freep) char *dates = dates_text(&verdicts->dates);
    char n[5][TEXT_I64_SIZE];

    return db_run(verdicts->job->db, &sql_ingest_run_add,
                  STMT_ARGS({ "source", verdicts->job->source_id },
                            { "run", verdicts->job->run_id }, { "dates", dates }, { "bytes", "0" },
                            { "files", text_from_i64((int64_t)verdicts->files->n, n[0]) },
                            { "records", text_from_i64(verdicts->tally.records, n[1]) },
                            { "loaded", text_from_i64(verdicts->tally.loaded, n[2]) },
                            { "duplicate", text_from_i64(verdicts->tally.duplicate, n[3]) },
                            { "rejected", text_from_i64(verdicts->tally.rejected, n[4]) }),
                  NULL, err);
}

/* What accounts were like on the first of the dates was looked at in the week before it. */
static int judge(const struct verdicts *verdicts, struct err *err)
{
    const struct job *job = verdicts->job;
    const struct dates *dates = &verdicts->dates;

    if (dates->n == 0)
        return 0;
    if (detectors_forget(job->db, job->source_id, dates->date[0] - 7, dates, err) < 0)
        return -1;
    return detectors_judge(job->detectors, job->db, job->source_id, job->run_id, dates, err);
}

int verdicts_work(struct job *job, const struct files *files, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(job->db, err);
    CLEANUP(verdicts_release) struct verdicts verdicts = { .job = job, .files = files };

    if (!txn || read_files(&verdicts, err) < 0 || send(&verdicts, err) < 0 ||
        merge(&verdicts, err) < 0 || find_dates(&verdicts, err) < 0 || judge(&verdicts, err) < 0)
        return -1;
    return account(&verdicts, err) < 0 ? -1 : job_commit(job, &txn, err);
}

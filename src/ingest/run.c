#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "files.h"
#include "job.h"
#include "ledger.h"
#include "load.h"
#include "log.h"
#include "need.h"
#include "resume.h"
#include "retain.h"
#include "rollup.h"
#include "rotate.h"
#include "sql.h"
#include "suppress.h"
#include "text.h"
#include "undo.h"
#include "verdicts.h"

/* The source's row, made at its first run; what was decided then binds. */
static int open_source(struct job *job, struct err *err)
{
    const struct source *source = job->source;
    CLEANUP(db_clearp) PGresult *res = NULL;
    const char *leaf;

    if (db_run(job->db, &sql_ingest_source_open,
               STMT_ARGS({ "source", source->name }, { "time_zone", source->time_zone }), &res,
               err) < 0)
        return -1;
    if (PQntuples(res) != 1)
        return err_set(err, ERR_DB, "source %s: made by another run just now", source->name);
    (void)snprintf(job->source_id, sizeof(job->source_id), "%s", PQgetvalue(res, 0, 0));
    if (strcmp(PQgetvalue(res, 0, 1), source->time_zone) != 0)
        return err_set(err, ERR_USAGE,
                       "[source %s] time_zone = %s: it was loaded with %s, and the dates of its "
                       "transactions are that zone's",
                       source->name, source->time_zone, PQgetvalue(res, 0, 1));
    leaf = PQgetvalue(res, 0, 2);
    if (!PQgetisnull(res, 0, 3) && !text_to_date(PQgetvalue(res, 0, 3), &job->limits.kept_from))
        return err_set(err, ERR_DB, "kept_from '%s' is no date", PQgetvalue(res, 0, 3));
    job->leaf_known = leaf[0] != '\0';
    job->by_month = strcmp(leaf, "month") == 0;
    if (job->leaf_known && strcmp(source->leaf, "auto") != 0 && strcmp(source->leaf, leaf) != 0)
        return err_set(err, ERR_USAGE, "[source %s] leaf = %s: its leaves are of a %s already",
                       source->name, source->leaf, leaf);
    return zone_set(&job->zone, source->time_zone, err);
}

static int begin(struct job *job, const char *mode, struct err *err)
{
    CLEANUP(mem_freep) char *id = NULL;
    char now[CLOCK_UTC_SIZE];
    const struct stmt_arg *args = STMT_ARGS({ "source", job->source_id }, { "mode", mode },
                                            { "version", VERSION }, { "now", clock_utc(now) });

    if (detectors_tell(job->detectors, job->db, err) < 0 ||
        db_run(job->db, &sql_ingest_run_abandoned, args, NULL, err) < 0 ||
        db_value(job->db, &sql_ingest_run_begin, args, &id, err) < 0)
        return -1;
    (void)snprintf(job->run_id, sizeof(job->run_id), "%s", id);
    return 0;
}

/* twin: the known file whose content it has, or NULL. */
static int skip(struct job *job, const struct file *file, const char *twin,
                struct run_result *result, struct err *err)
{
    result->skipped++;
    progress_file(job->progress, file->size);
    if (!twin)
        return 0;
    log_info("%s has the content of %s, which was loaded: skipped", file->path, twin);
    return ledger_note_twin(job->db, job->source_id, file, twin, err);
}

/* The file is not what was loaded: as new, anew, or not at all. */
static int do_changed(struct job *job, const struct file *file, const struct ledger_entry *known,
                      struct tally *tally, struct err *err)
{
    if (job->as_new) {
        log_warn("%s: it is loaded as a new file, and what it had brought stays", err->msg);
        return load_file(job, file, known, LOAD_BESIDE, tally, err);
    }
    if (!job->replace)
        return -1;
    log_warn("%s: it is loaded anew", err->msg);
    return load_file(job, file, known, LOAD_AGAIN, tally, err);
}

static int do_file(struct job *job, const struct ledger *ledger, const struct file *file,
                   const struct run_options *options, struct run_result *result, struct err *err)
{
    CLEANUP(need_release) struct need need = { 0 };
    struct tally tally = { 0 };
    int rc;

    if (need_find(job, ledger, file, options, &need, err) < 0)
        return -1;
    switch (need.what) {
    case NEED_NOTHING:
        return skip(job, file, need.twin, result, err);
    case NEED_NEW:
        return load_file(job, file, NULL, LOAD_NEW, &tally, err);
    case NEED_ANEW:
        return load_file(job, file, &need.known, LOAD_AGAIN, &tally, err);
    case NEED_TAIL:
        break;
    }
    rc = load_file(job, file, &need.known, LOAD_TAIL, &tally, err);
    if (rc == 0 && tally.records == 0)
        result->skipped++;
    return rc < 0 && err->code == ERR_LEDGER ? do_changed(job, file, &need.known, &tally, err) : rc;
}

/* For those who ask what is late: what is expected, and what is there but waits. */
static int note_files(struct job *job, const struct files *found, struct err *err)
{
    const struct source *source = job->source;
    char now[CLOCK_UTC_SIZE];
    char waiting[TEXT_I64_SIZE];
    char days[TEXT_I64_SIZE] = "";

    if (source->retain_days > 0)
        (void)text_from_i64(source->retain_days, days);
    return db_run(job->db, &sql_ingest_source_seen,
                  STMT_ARGS({ "source", job->source_id },
                            { "expected_by", source->expected_by ? source->expected_by : "" },
                            { "retain_days", days },
                            { "waiting", text_from_i64((int64_t)found->unsettled, waiting) },
                            { "now", clock_utc(now) }),
                  NULL, err);
}

static int do_files(struct job *job, const struct run_options *options, struct run_result *result,
                    struct err *err)
{
    CLEANUP(files_release) struct files found = { 0 };
    CLEANUP(ledger_release) struct ledger ledger = { 0 };
    const struct files *files = options->given ? options->given : &found;
    int64_t total = 0;

    if ((!options->given &&
         (files_find(job->source, &found, err) < 0 || note_files(job, &found, err) < 0)) ||
        ledger_read(job->db, job->source_id, &ledger, err) < 0 ||
        rotate_find(files, &ledger, err) < 0 || rotate_write(job, &ledger, err) < 0)
        return -1;
    for (size_t i = 0; i < files->n; i++)
        total += files->file[i].size;
    progress_begin(job->progress, job->source->name, total);
    for (size_t i = 0; i < files->n; i++)
        if (do_file(job, &ledger, &files->file[i], options, result, err) < 0)
            return -1;
    return 0;
}

/* The dates of a re-run: what is derived from them is rebuilt, as a slice of no records. */
static int do_dates(struct job *job, const struct run_options *options, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(job->db, err);
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(dates_release) struct dates dates = { 0 };
    CLEANUP(mem_freep) char *text = NULL;
    int32_t date;

    if (!txn || db_run(job->db, &sql_judge_rerun_dates,
                       STMT_ARGS({ "source", job->source_id }, { "from", options->from },
                                 { "to", options->to }),
                       &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++)
        if (text_to_date(PQgetvalue(res, row, 0), &date))
            dates_add(&dates, date);
    if (dates.n == 0)
        return 0;
    text = dates_text(&dates);
    if (rollup_rebuild(job->db, job->source_id, &dates, NULL, err) < 0 ||
        detectors_run(job->detectors, job->db, job->source_id, job->run_id, &dates, err) < 0 ||
        job_add_dates(job, text, err) < 0)
        return -1;
    return job_commit(job, &txn, err);
}

/* The columns of sql/ingest/run_end.sql. */
static void read_result(const PGresult *res, struct run_result *result)
{
    (void)snprintf(result->status, sizeof(result->status), "%s", PQgetvalue(res, 0, 0));
    result->records = db_i64(res, 0, 1);
    result->loaded = db_i64(res, 0, 2);
    result->duplicate = db_i64(res, 0, 3);
    result->rejected = db_i64(res, 0, 4);
    result->anomalies = db_i64(res, 0, 5);
    result->files = db_i64(res, 0, 6);
    result->bytes = db_i64(res, 0, 7);
    (void)snprintf(result->first_date, sizeof(result->first_date), "%s", PQgetvalue(res, 0, 8));
    (void)snprintf(result->last_date, sizeof(result->last_date), "%s", PQgetvalue(res, 0, 9));
    result->totals = mem_copy(PQgetvalue(res, 0, 10));
    result->dropped = db_i64(res, 0, 11);
}

void run_result_release(struct run_result *result)
{
    mem_freep(&result->totals);
}

/* Says in the run's row how it ended, also after a signal. why: its error, or NULL. */
static int end(struct job *job, const struct err *why, struct run_result *result, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(mem_freep) char *trouble = detectors_take_trouble(job->detectors);
    const char *status = !why ? "success" : why->code == ERR_STOPPED ? "interrupted" : "failure";
    char now[CLOCK_UTC_SIZE];
    struct err unheard;
    bool stoppable;
    int rc;

    result->trouble = trouble != NULL;
    (void)snprintf(result->status, sizeof(result->status), "%s", status);
    if (!db_is_up(job->db))
        return err_set(err, ERR_DB_DOWN, "the connection to the database is lost");
    stoppable = db_set_stoppable(job->db, false);
    rc = db_run(job->db, &sql_ingest_run_end,
                STMT_ARGS({ "run", job->run_id }, { "status", status }, { "now", clock_utc(now) },
                          { "error", why ? why->msg : trouble }),
                &res, err);
    if (rc == 0 && db_run(job->db, &sql_ingest_notify, STMT_NO_ARGS, NULL, &unheard) < 0)
        log_debug("%s", unheard.msg); /* txapi looks every second besides */
    (void)db_set_stoppable(job->db, stoppable);
    if (rc < 0)
        return -1;
    if (PQntuples(res) != 1)
        return err_set(err, ERR_DB, "run %s is not in ingestion_run any more", job->run_id);
    read_result(res, result);
    return 0;
}

static int count_severe(struct job *job, const char *severity, struct run_result *result,
                        struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(job->db, &sql_ingest_run_severe,
               STMT_ARGS({ "run", job->run_id }, { "severity", severity }), &res, err) < 0)
        return -1;
    result->severe = db_i64(res, 0, 0);
    return 0;
}

static int work(struct job *job, const struct run_options *options, struct run_result *result,
                struct err *err)
{
    if (options->undo)
        return undo_work(job, options->undo, err);
    if (options->verdicts)
        return verdicts_work(job, options->verdicts, err);
    if (options->suppress)
        return suppress_work(job, options->suppress, err);
    result->skipped = 0;
    if (do_files(job, options, result, err) < 0)
        return -1;
    return job->rerun ? do_dates(job, options, err) : 0;
}

static const char *mode_of(const struct run_options *options)
{
    if (options->undo)
        return "undo";
    if (options->verdicts)
        return "verdicts";
    if (options->suppress)
        return "suppress";
    if (options->from)
        return "rerun";
    return options->replace ? "replace" : "ingest";
}

/* All of the work can be begun again at any time: the ledger says what is done. */
static int work_on(struct job *job, const struct run_options *options, struct run_result *result,
                   struct err *err)
{
    struct resume resume = { .limit = options->retry };
    int rc = work(job, options, result, err);

    while (rc < 0 && err->code == ERR_DB_DOWN && resume_after(&resume, job, err) == 0)
        rc = work(job, options, result, err);
    return rc;
}

/* How the work of the run at hand ended, which fails when that cannot be said. */
static int ended(struct job *job, int rc, struct run_result *result, struct err *err)
{
    struct err end_err;

    if (end(job, rc < 0 ? err : NULL, result, &end_err) == 0)
        return rc;
    if (rc == 0)
        *err = end_err;
    return -1;
}

static int one_run(struct job *job, const struct run_options *options, struct run_result *ret,
                   struct err *err)
{
    int rc;

    if (begin(job, mode_of(options), err) < 0)
        return -1;
    (void)snprintf(ret->run_id, sizeof(ret->run_id), "%s", job->run_id);
    beat_begin(&job->progress->beat, job->db, job->run_id, clock_seconds());
    db_on_wait(job->db, progress_tick, job->progress);
    rc = work_on(job, options, ret, err);
    db_on_wait(job->db, NULL, NULL);
    if (rc == 0 && options->fail_on)
        rc = count_severe(job, options->fail_on, ret, err);
    progress_end(job->progress);
    return ended(job, rc, ret, err);
}

/* After a run that loaded: a further one that drops what is not to be kept, if there is anything.
 */
static int retain(struct job *job, struct run_result *result, struct err *err)
{
    CLEANUP(run_result_release) struct run_result dropped = { 0 };
    bool due;
    int rc;

    if (retain_is_due(job, &due, err) < 0)
        return -1;
    if (!due)
        return 0;
    if (begin(job, "retain", err) < 0)
        return -1;
    rc = ended(job, retain_work(job, err), &dropped, err);
    result->dropped = dropped.dropped;
    (void)snprintf(result->dropped_to, sizeof(result->dropped_to), "%s", dropped.last_date);
    return rc < 0 ? err_wrap(err, "dropping what retain_days does not keep") : 0;
}

bool run_replaces(const struct run_options *options)
{
    return !options->as_new && (options->from || options->replace);
}

/* Dates whose transactions are gone cannot be derived from them again. */
static int check_kept(const struct job *job, const struct run_options *options, struct err *err)
{
    char kept_from[TEXT_DATE_SIZE];

    (void)text_from_date(job->limits.kept_from, kept_from);
    if (job->limits.kept_from == INT32_MIN || !options->to || strcmp(options->to, kept_from) >= 0)
        return 0;
    return err_set(err, ERR_USAGE,
                   "source %s has its transactions from %s on: earlier dates were dropped by "
                   "retain_days and cannot be re-run",
                   job->source->name, kept_from);
}

int run_source(struct db *db, const struct source *source, const struct detectors *detectors,
               const struct run_options *options, struct run_result *ret, struct err *err)
{
    struct progress progress = { 0 };
    struct job job = { .db = db,
                       .source = source,
                       .detectors = detectors,
                       .progress = &progress,
                       .rerun = options->from != NULL,
                       .replace = run_replaces(options),
                       .as_new = options->as_new };
    double started = clock_seconds();
    int rc;

    *ret = (struct run_result){ 0 };
    job.limits = job_limits(source);
    if (open_source(&job, err) < 0 || check_kept(&job, options, err) < 0 || job_lock(&job, err) < 0)
        return -1;
    rc = one_run(&job, options, ret, err);
    if (rc == 0 && strcmp(mode_of(options), "ingest") == 0)
        rc = retain(&job, ret, err);
    job_unlock(&job);
    ret->seconds = clock_seconds() - started;
    ret->load_seconds = job.load_seconds;
    return rc;
}

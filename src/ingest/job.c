#include "job.h"

#include <string.h>
#include <time.h>

#include "log.h"
#include "sql.h"

#define UNIX_EPOCH INT64_C(946684800) /* 2000-01-01 in seconds since 1970 */

void tally_add(struct tally *sum, const struct tally *tally)
{
    sum->records += tally->records;
    sum->loaded += tally->loaded;
    sum->duplicate += tally->duplicate;
    sum->rejected += tally->rejected;
}

struct row_limits job_limits(const struct source *source)
{
    int64_t latest = (int64_t)time(NULL) - UNIX_EPOCH + source->max_future;

    return (struct row_limits){ .latest = latest * INT64_C(1000000), .kept_from = INT32_MIN };
}

int job_lock(struct job *job, struct err *err)
{
    CLEANUP(mem_freep) char *locked = NULL;

    if (db_value(job->db, &sql_ingest_source_lock, STMT_ARGS({ "source", job->source_id }), &locked,
                 err) < 0)
        return -1;
    if (strcmp(locked, "1") != 0)
        return err_set(err, ERR_BUSY, "another run of source %s is under way", job->source->name);
    return 0;
}

void job_unlock(struct job *job)
{
    struct err err;

    if (db_run(job->db, &sql_ingest_source_unlock, STMT_ARGS({ "source", job->source_id }), NULL,
               &err) < 0)
        log_debug("%s", err.msg); /* the session's end does it, too */
}

int job_add_dates(struct job *job, const char *dates, struct err *err)
{
    return db_run(job->db, &sql_ingest_run_add,
                  STMT_ARGS({ "source", job->source_id }, { "run", job->run_id },
                            { "dates", dates }, { "files", "0" }, { "bytes", "0" },
                            { "records", "0" }, { "loaded", "0" }, { "duplicate", "0" },
                            { "rejected", "0" }),
                  NULL, err);
}

int job_commit(struct job *job, struct db **txn, struct err *err)
{
    if (db_run(job->db, &sql_ingest_notify, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    return db_commit(txn, err);
}

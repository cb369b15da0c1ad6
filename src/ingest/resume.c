#include "resume.h"

#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "sql.h"
#include "stop.h"

/* So many losses in a row without progress between them: it is what we do that kills the server. */
#define ATTEMPTS 5

#define FIRST_WAIT_MS 250
#define LONGEST_WAIT_MS 8000

/* A connection and the lock, or not yet (0). -1: there is no use in trying again. */
static int try_again(struct job *job, struct err *err)
{
    if (db_reconnect(job->db, err) < 0)
        return err->code == ERR_DB_DOWN ? 0 : -1;
    if (job_lock(job, err) < 0)
        return err->code == ERR_DB_DOWN || err->code == ERR_BUSY ? 0 : -1;
    return 1;
}

static int reconnect(struct job *job, int64_t limit, struct err *err)
{
    double end = clock_seconds() + (double)limit;
    int wait = FIRST_WAIT_MS;

    for (;;) {
        int done;

        if (stop_wait(wait) != 0)
            return err_set(err, ERR_STOPPED, "stopped by signal %d", stop_signal());
        done = try_again(job, err);
        if (done != 0)
            return done < 0 ? -1 : 0;
        if (clock_seconds() > end)
            return err_wrap(err, "given up after %" PRId64 " s", limit);
        wait = wait * 2 < LONGEST_WAIT_MS ? wait * 2 : LONGEST_WAIT_MS;
    }
}

/* What was committed of the run, now that nothing of it can be under way any more. */
static int find_out(struct resume *resume, struct job *job, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    int64_t slices;

    if (db_run(job->db, &sql_ingest_run_state, STMT_ARGS({ "run", job->run_id }), &res, err) < 0)
        return -1;
    if (PQntuples(res) != 1 || strcmp(PQgetvalue(res, 0, 0), "running") != 0)
        return err_set(err, ERR_BUSY,
                       "while the connection was lost another run of source %s took over",
                       job->source->name);
    slices = db_i64(res, 0, 1);
    log_warn("connected again: %" PRId64 " slices of run %s were committed, the rest follows",
             slices, job->run_id);
    if (slices > resume->slices)
        resume->attempts = 0;
    resume->slices = slices;
    return 0;
}

int resume_after(struct resume *resume, struct job *job, struct err *err)
{
    struct err why = *err;

    if (resume->limit == 0 || ++resume->attempts > ATTEMPTS)
        return -1;
    log_warn("%s: trying again for up to %" PRId64 " s", why.msg, resume->limit);
    if (reconnect(job, resume->limit, err) < 0)
        return err->code == ERR_STOPPED ? -1 : err_wrap(err, "%s", why.msg);
    return find_out(resume, job, err);
}

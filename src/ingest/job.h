#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "dates.h"
#include "db.h"
#include "detect.h"
#include "progress.h"
#include "row.h"
#include "source.h"
#include "zone.h"

/* What became of records: records = loaded + duplicate + rejected, always. */
struct tally {
    int64_t records;
    int64_t loaded;
    int64_t duplicate;
    int64_t rejected;
};

void tally_add(struct tally *sum, const struct tally *tally);

/* One invocation's work on one source: what its parts share. */
struct job {
    struct db *db;
    const struct source *source;
    const struct detectors *detectors;
    struct progress *progress;
    struct zone zone;
    char source_id[24];
    char run_id[24];
    bool rerun;      /* --date, --from, --to: the checkpoint stays where it is */
    bool replace;    /* a file that is not what it was is loaded anew, not refused */
    bool as_new;     /* or as a new one */
    bool leaf_known; /* the source has decided between days and months */
    bool by_month;
    struct row_limits limits; /* which times a transaction may have */
    double load_seconds;      /* spent on loading alone, without rollups and detectors */
};

/* The source's lock, which the session keeps. ERR_BUSY: another run has it. */
MUST_CHECK int job_lock(struct job *job, struct err *err);
void job_unlock(struct job *job);

/* The dates that a slice of no records has judged again, added to the run's. dates: an array. */
MUST_CHECK int job_add_dates(struct job *job, const char *dates, struct err *err);

/* As db_commit, and txapi is told that the data has changed. */
MUST_CHECK int job_commit(struct job *job, struct db **txn, struct err *err);

/* Which times a transaction of the source may have now: max_future ahead of the clock. Which dates
 * were dropped only the database knows. */
struct row_limits job_limits(const struct source *source);

#endif

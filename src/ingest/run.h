#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "detect.h"
#include "files.h"
#include "source.h"

/*
 * A run: one invocation's work on one source. Under the source's lock it finds the
 * files that are new or have grown, oldest name first, and loads them; or, with from
 * and to, it re-runs dates: files that had brought them and have changed are loaded
 * anew, the dates' rollups and anomalies are rebuilt, and the checkpoint stays. With
 * replace every file that has changed is loaded anew: exactly the rows that it had
 * brought are replaced by those that it has now. With as_new it is loaded as a file of its
 * own, and the ledger's line of what its name had stood for goes to a name that no file has.
 */
struct run_options {
    const char *from; /* dates, both included; NULL: an ordinary run */
    const char *to;
    const char *undo;                /* the run that is to be undone, and nothing loaded */
    const struct files *verdicts;    /* files of verdicts, and nothing else is loaded; or NULL */
    const struct suppress *suppress; /* one that is added or ended, and nothing loaded; or NULL */
    const char *fail_on;       /* findings of this severity and higher ones are counted; or NULL */
    const struct files *given; /* these files instead of what the source's path names; or NULL */
    bool replace;              /* files that are not what they were are loaded anew */
    bool as_new;               /* or as new ones: what they had brought stays */
    int64_t retry;             /* seconds to try for when the connection is lost */
};

struct run_result {
    char run_id[24];
    char status[16]; /* as in ingestion_run; "" when the run did not even begin */
    int64_t files;
    int64_t skipped; /* files with nothing new */
    int64_t bytes;
    int64_t records;
    int64_t loaded;
    int64_t duplicate;
    int64_t rejected;
    int64_t anomalies;
    char first_date[12]; /* of the dates that changed; "" when none did */
    char last_date[12];
    char *totals;        /* sums a currency of what was loaded: {"EUR": "12.50"}; NULL: none */
    int64_t severe;      /* findings of fail_on's severity or a higher one */
    bool trouble;        /* a detector of the user's own failed */
    int64_t dropped;     /* transactions, by retain_days */
    char dropped_to[12]; /* the last date of them; "" when none were */
    double seconds;
    double load_seconds;
};

void run_result_release(struct run_result *result); /* for CLEANUP */

/* *ret is set on failure, too. */
MUST_CHECK int run_source(struct db *db, const struct source *source,
                          const struct detectors *detectors, const struct run_options *options,
                          struct run_result *ret, struct err *err);

/* Whether files that are not what they were are loaded anew. */
bool run_replaces(const struct run_options *options);

#endif

#ifndef LOAD_H
#define LOAD_H

#include "check.h"
#include "files.h"
#include "job.h"
#include "ledger.h"

/*
 * Loads what a file holds beyond its checkpoint, slice by slice: a slice's rows,
 * rejected records, rollups, anomalies, its file's and its run's counters and the
 * checkpoint commit in one transaction. A run that was cut short anywhere is made
 * whole by the next one: no record is lost or loaded twice.
 */

enum load_mode {
    LOAD_NEW,    /* a file that the ledger does not have; known is NULL */
    LOAD_TAIL,   /* verify the consumed prefix, then load what is behind it */
    LOAD_AGAIN,  /* the file's content changed: replace what it had brought */
    LOAD_BESIDE, /* likewise, but what it had brought stays, as that of a file that has gone */
};

/*
 * *tally is increased by what was committed, also on failure. ERR_LEDGER: the file is
 * not what the ledger says it was; ERR_REJECTED: the limit is exceeded and the slice
 * was rolled back.
 */
MUST_CHECK int load_file(struct job *job, const struct file *file, const struct ledger_entry *known,
                         enum load_mode mode, struct tally *tally, struct err *err);

/* What a file would bring beyond its checkpoint, for a dry run. */
MUST_CHECK int load_check(struct job *job, const struct file *file,
                          const struct ledger_entry *known, struct check *ret, struct err *err);

#endif

#ifndef LOAD_H
#define LOAD_H

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
    LOAD_NEW,   /* a file that the ledger does not have; known is NULL */
    LOAD_TAIL,  /* verify the consumed prefix, then load what is behind it */
    LOAD_AGAIN, /* the file's content changed: replace what it had brought */
};

/*
 * *tally is increased by what was committed, also on failure. ERR_LEDGER: the file is
 * not what the ledger says it was; ERR_REJECTED: the limit is exceeded and the slice
 * was rolled back.
 */
MUST_CHECK int load_file(struct job *job, const struct file *file, const struct ledger_entry *known,
                         enum load_mode mode, struct tally *tally, struct err *err);

/* What a file would bring, for a dry run: read and validated, nothing written. */
struct load_check {
    int64_t records;
    int64_t rejected;
    int32_t first_date; /* of the records that are not rejected, if there are any */
    int32_t last_date;
    char first_reject[512];
};
MUST_CHECK int load_check(struct job *job, const struct file *file,
                          const struct ledger_entry *known, struct load_check *ret,
                          struct err *err);

#endif

#ifndef SLICE_H
#define SLICE_H

#include <stdbool.h>
#include <stdint.h>

#include "content.h"
#include "job.h"
#include "ledger.h"
#include "reader.h"
#include "row.h"
#include "text.h"

/* A file that is being loaded. */
struct load {
    struct job *job;
    struct reader in;        /* stands where the next slice begins */
    struct content *content; /* NULL: the file has ids */
    int64_t offset;          /* bytes of the file that are accounted for */
    bool begun;              /* a slice was committed */
    bool dated;              /* a record was taken, */
    int32_t date;            /* the latest of this date */
    char file_id[TEXT_I64_SIZE];
    int64_t file_number;                 /* the same */
    const struct ledger_entry *replaced; /* what the first slice has to remove, or NULL */
    const struct ledger_entry *left;     /* likewise: whose name it has to take, or NULL */
};

/*
 * Loads the file's next slice in one transaction: its rows, its rejected records, the
 * rollups and anomalies of the dates that changed, the file's and the run's counters,
 * and the checkpoint. The slice ends with the file, or at a record's end when it has
 * made as many leaves or read as many bytes as a transaction should.
 *
 * *tally is increased when it was committed; *ret_more: the file goes on.
 */
MUST_CHECK int slice_load(struct load *load, struct tally *tally, bool *ret_more, struct err *err);

#endif

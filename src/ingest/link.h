#ifndef LINK_H
#define LINK_H

#include "csv.h"
#include "job.h"
#include "layout.h"
#include "spill.h"

/*
 * Records of a corrected reject export say which rejected record each of them was, in
 * rejected_file and rejected_line. What takes a rejected record's place resolves it, be it
 * loaded, a duplicate, or rejected once more: then the new one is the open one.
 */
struct links {
    struct spill spill;
};

/* Keeps what the record says, if it does. */
MUST_CHECK int links_take(struct links *links, const struct layout *layout,
                          const struct csv_record *record, struct err *err);

/* Resolves what was kept, in the transaction that loads the file. */
MUST_CHECK int links_write(struct links *links, const struct job *job, const char *file_id,
                           struct err *err);

void links_release(struct links *links); /* for CLEANUP; a zeroed one is fine */

#endif

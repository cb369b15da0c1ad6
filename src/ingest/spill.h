#ifndef SPILL_H
#define SPILL_H

#include <stdint.h>

#include "copy.h"
#include "pack.h"

/*
 * Packed rows that wait until the connection is free to take them: in memory up to
 * a limit, then in a temporary file without a name ($TMPDIR). Rows are packed into
 * spill->pack and counted by spill_put.
 */
struct spill {
    struct pack pack;
    int64_t rows;
    int fd; /* 0: none yet */
};

MUST_CHECK int spill_put(struct spill *spill, struct err *err);

/* Puts everything into an open COPY of the same columns, and empties the spill. */
MUST_CHECK int spill_copy(struct spill *spill, struct copy *copy, struct err *err);

void spill_release(struct spill *spill); /* for CLEANUP; a zeroed one is fine */

#endif

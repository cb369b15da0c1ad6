#ifndef TARGET_H
#define TARGET_H

#include "dates.h"
#include "leaf.h"

/*
 * Where a slice's rows go. They wait in memory, a batch a leaf, until that is full or
 * the slice ends; then the largest batch goes, sorted by the key:
 *
 * - into a leaf that this slice makes: COPY with FREEZE. Its key is built when no row
 *   of it has come for a while, or the slice ends.
 * - into a leaf with its key: COPY, too, in the hope that none of the rows is there
 *   already; else by way of the staging table, where SQL tells the new from the known.
 *
 * Both go on while the next records are read.
 */
struct target {
    struct db *db;
    const char *source_id;
    struct pack origin; /* what every row begins with */
    struct leaves leaves;
    struct leaf *last; /* of the last row */
    size_t held;       /* bytes in the leaves' batches */

    /* What the server is busy with while records are read: a COPY, or a key. */
    struct leaf *sending;
    struct batch batch; /* the rows that are sent to it */
    size_t sent;        /* of them */
    struct copy copy;
    struct leaf *closing;

    int64_t rows;         /* taken */
    int64_t duplicate;    /* of them, as far as is known */
    bool staged;          /* the staging table is made */
    struct dates changed; /* dates that gained a row */
    int64_t newest;       /* time of the rows taken */
    int32_t last_date;    /* of the rows taken */
};

enum target_put { TARGET_FAILED = -1, TARGET_TAKEN, TARGET_FULL };

/* The id's text must live as long as the target. target_origin follows, before the first row. */
MUST_CHECK int target_begin(struct target *target, struct db *db, const char *source_id,
                            bool by_month, struct err *err);
void target_origin(struct target *target, int64_t run, int64_t file);

/* TARGET_FULL: the slice ends before this row, which was not taken. */
MUST_CHECK enum target_put target_put(struct target *target, const struct row *row, int64_t line,
                                      struct err *err);

/* Everything is in its leaf, the keys built, the duplicates in duplicate_record. */
MUST_CHECK int target_end(struct target *target, struct err *err);

void target_abort(struct target *target); /* for CLEANUP; releases everything */

#endif

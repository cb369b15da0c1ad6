#ifndef LEAF_H
#define LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"

/*
 * The leaves of transactions that one slice touches. A leaf that exists takes rows by
 * way of a staging table; a new one is made in the slice's transaction and filled by
 * COPY directly, its key built afterwards. A slice makes at most LEAVES_MADE leaves
 * and touches at most LEAVES_TOUCHED: each costs locks.
 */
#define LEAVES_MADE 64
#define LEAVES_TOUCHED 512

enum leaf_state {
    LEAF_EXISTS, /* before the slice */
    LEAF_NEW,    /* not made yet */
    LEAF_MADE,   /* by this slice */
};

struct leaf {
    int32_t from; /* dates, half-open */
    int32_t to;
    enum leaf_state state;
    int64_t spilled; /* rows that wait for it */
    char name[64];   /* of its table, once LEAF_MADE */
};

struct leaves {
    bool by_month;
    int32_t *existing; /* first dates, in order */
    size_t n_existing;
    struct leaf *touched[LEAVES_TOUCHED];
    size_t n;
    size_t n_new; /* of them not LEAF_EXISTS */
};

/* Which leaves the source has. Release with leaves_release. */
MUST_CHECK int leaves_read(struct db *db, const char *source_id, bool by_month, struct leaves *ret,
                           struct err *err);
void leaves_release(struct leaves *leaves); /* for CLEANUP; a zeroed one is fine */

/* The leaf of a date; NULL: the slice may touch no more. */
struct leaf *leaves_find(struct leaves *leaves, int32_t date);

/* Makes the table of a LEAF_NEW. */
MUST_CHECK int leaf_make(struct db *db, const char *source_id, struct leaf *leaf, struct err *err);

/*
 * Builds the key of a LEAF_MADE, attaches and analyses it. *ret_duplicate: how many
 * rows went because an earlier one has their key.
 */
MUST_CHECK int leaf_finish(struct db *db, const struct leaf *leaf, int64_t *ret_duplicate,
                           struct err *err);

#endif

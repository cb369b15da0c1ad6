#ifndef LEAF_H
#define LEAF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "db.h"

/*
 * The leaves of transactions that one slice touches, each with the rows that wait for
 * it. A new one is made in the slice's transaction and filled before its key is built.
 * A slice makes at most LEAVES_MADE leaves and touches at most LEAVES_TOUCHED: each
 * costs locks.
 */
#define LEAVES_MADE 64
#define LEAVES_TOUCHED 512

enum leaf_state {
    LEAF_NEW,   /* not made yet */
    LEAF_OPEN,  /* made by this slice, without its key */
    LEAF_KEYED, /* has its key: before the slice, or closed by it */
};

struct leaf {
    int32_t from; /* dates, half-open */
    int32_t to;
    enum leaf_state state;
    bool refused;       /* a row's key was there already: what follows goes by the staging table */
    char name[64];      /* of its table; "" while it is LEAF_NEW */
    struct batch batch; /* rows that wait */
    int64_t seen;       /* which of the slice's rows was its latest */
    int64_t staged;     /* its rows in the staging table */
    int64_t came;       /* rows that came to it with its key */
};

struct leaves {
    bool by_month;
    struct leaf_known *existing; /* in the order of their dates */
    size_t n_existing;
    struct leaf *touched[LEAVES_TOUCHED];
    size_t n;
    size_t n_new; /* of them made, or to be made */
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
 * Closes a LEAF_OPEN: the server builds its key, attaches and analyses it while the
 * caller goes on (db_start). leaf_closed waits for that; *ret_duplicate is increased by
 * the rows that went because an earlier one has their key.
 */
MUST_CHECK int leaf_close(struct db *db, struct leaf *leaf, struct err *err);
MUST_CHECK int leaf_closed(struct db *db, int64_t *ret_duplicate, struct err *err);

#endif

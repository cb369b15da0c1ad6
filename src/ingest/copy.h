#ifndef COPY_H
#define COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "pack.h"

/* As much goes to libpq at once: large enough that calls do not count, small enough to stay in the
 * processor's cache. */
#define COPY_PIECE ((size_t)1 << 16)

/*
 * One binary COPY … FROM STDIN as a scope: left before copy_end it is aborted, and
 * the server keeps nothing of it. Rows are packed into copy->pack and counted in
 * copy->rows; copy_put or copy_push sends what has gathered. Nothing else can run on
 * the connection while it is open.
 */
struct copy {
    struct db *db; /* NULL: not open */
    const char *name;
    struct pack pack;
    int64_t rows;
    bool waiting; /* libpq holds bytes that the server did not take yet: more would pile up there */
};

MUST_CHECK int copy_begin(struct copy *copy, struct db *db, const struct stmt *stmt,
                          const struct stmt_arg *args, struct err *err);

/*
 * For a caller with other work to do: sends what was packed as far as nothing has to be waited for.
 * *ret_room: all of it is under way, and COPY_PIECE bytes more can be packed.
 */
MUST_CHECK int copy_push(struct copy *copy, bool *ret_room, struct err *err);

/* Sends what was packed, and then rows that were packed elsewhere (NULL: none). */
MUST_CHECK int copy_put(struct copy *copy, const char *data, size_t len, int64_t rows,
                        struct err *err);

/* Fails too when the server did not take as many rows as were put. */
MUST_CHECK int copy_end(struct copy *copy, struct err *err);

void copy_abort(struct copy *copy); /* for CLEANUP; releases everything */

#endif

#ifndef COPY_H
#define COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "pack.h"

/*
 * One binary COPY … FROM STDIN as a scope: left before copy_end it is aborted, and
 * the server keeps nothing of it. Rows are packed into copy->pack and counted by
 * copy_put, which sends what has gathered. Nothing else can run on the connection
 * while it is open.
 */
struct copy {
    struct db *db; /* NULL: not open */
    const char *name;
    struct pack pack;
    int64_t rows;
};

MUST_CHECK int copy_begin(struct copy *copy, struct db *db, const struct stmt *stmt,
                          const struct stmt_arg *args, struct err *err);

/* After each packed row. */
MUST_CHECK int copy_put(struct copy *copy, struct err *err);

/* Rows that were packed elsewhere. */
MUST_CHECK int copy_put_packed(struct copy *copy, const char *data, size_t len, int64_t rows,
                               struct err *err);

/* Fails too when the server did not take as many rows as were put. */
MUST_CHECK int copy_end(struct copy *copy, struct err *err);

bool copy_is_open(const struct copy *copy);
void copy_abort(struct copy *copy); /* for CLEANUP; releases everything */

#endif

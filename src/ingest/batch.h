#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "copy.h"
#include "row.h"

/*
 * Rows of one leaf that wait in memory, and leave it in the order of the key of
 * transactions: a key is built in half the time from rows that come sorted, and rows
 * that go into a leaf with its key meet the same pages of it again and again.
 */
struct batch {
    struct pack pack;
    struct batch_row *rows;
    size_t n;
    size_t size;
    bool short_accounts; /* since it was sorted: numbers say all of them */
    bool short_ids;
};

/* Holds what is the row's own. */
void batch_add(struct batch *batch, const struct row *row, int64_t line);

/* Packs what all rows of a slice begin with. */
void batch_origin(struct pack *origin, int64_t run, int64_t file, int32_t source);

/* Bytes that it holds. */
size_t batch_bytes(const struct batch *batch);

/* Puts the rows in order. Returns whether two of them share a key. */
bool batch_sort(struct batch *batch);

/* The date of the i-th row. */
int32_t batch_date(const struct batch *batch, size_t i);

/* Packs the i-th row with the slice's origin before it, in the order of the columns in
 * sql/ingest/leaf_copy.sql. */
void batch_pack(const struct batch *batch, size_t i, const struct pack *origin, struct pack *pack);

void batch_release(struct batch *batch); /* for CLEANUP; a zeroed one is fine */

#endif

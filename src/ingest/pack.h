#ifndef PACK_H
#define PACK_H

#include <stddef.h>
#include <stdint.h>

#include "number.h"

/*
 * Rows as binary COPY wants them (PostgreSQL, SQL-COPY, "Binary Format"), written
 * one behind the other into a buffer that grows. A row is pack_row(n) and then n
 * values, in the order of the COPY's columns.
 */
struct pack {
    char *data;
    size_t len;
    size_t size;
};

void pack_release(struct pack *pack); /* for CLEANUP; a zeroed one is fine */

/* Room for so many bytes, which the caller writes. It stands until the next call. */
char *pack_room(struct pack *pack, size_t len);

void pack_row(struct pack *pack, int16_t n);
void pack_null(struct pack *pack);
void pack_i32(struct pack *pack, int32_t value);                   /* integer and date */
void pack_i64(struct pack *pack, int64_t value);                   /* bigint and timestamptz */
void pack_bytes(struct pack *pack, const char *bytes, size_t len); /* text and bytea */
void pack_number(struct pack *pack, const struct number *number);
void pack_raw(struct pack *pack, const char *packed, size_t len); /* packed elsewhere */

/* The bytes that a binary COPY starts with. */
void pack_header(struct pack *pack);

#endif

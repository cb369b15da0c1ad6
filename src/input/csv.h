#ifndef CSV_READER_H
#define CSV_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hash.h"

/*
 * Bytes to records by RFC 4180, parsed by libcsv; this module adds what libcsv does
 * not tell: where each record starts (byte offset and physical line), its bytes as
 * they were read, and a hash of what was consumed. Fields are kept byte for byte:
 * blanks belong to them. A record whose quotes are wrong is given as bad with its
 * first physical line, and reading goes on at the next line.
 *
 * Memory is bounded whatever the file holds: a record of more than CSV_RECORD_MAX
 * bytes is bad, and its rest is skipped.
 */

#ifndef CSV_RECORD_MAX /* smaller when it is fuzzed */
#define CSV_RECORD_MAX ((size_t)1 << 20)
#endif
#define CSV_FIELDS_MAX 10000 /* that a configuration may name */
#define HASH_SIZE 65         /* SHA-256 in hex, and NUL */

struct csv_field {
    const char *text; /* closed by NUL, but may hold others */
    size_t len;
};

/* Without the blanks around it, which mean nothing to a name, a number or a time. */
struct csv_field csv_trim(struct csv_field field);

enum csv_state {
    CSV_GOOD,
    CSV_BAD_QUOTE,  /* a quote within a bare field, or text behind a closing quote */
    CSV_OPEN_QUOTE, /* the file, or the longest record, ends within quotes */
    CSV_TOO_LONG,
};

struct csv_record {
    enum csv_state state;
    int64_t offset;  /* of its first byte in the file */
    int64_t line;    /* of that byte; the file's first is 1 */
    const char *raw; /* as read, without the line's end; cut at CSV_RECORD_MAX */
    size_t raw_len;
    const struct csv_field *fields; /* empty unless CSV_GOOD */
    size_t n;
};

struct csv;

/*
 * Reads from fd, which stays the caller's and stands at offset 0; what is compressed is
 * decompressed (stream.h), and offsets are those of the decompressed bytes. quote NUL:
 * there is none.
 */
struct csv *csv_open(int fd, char separator, char quote);
void csv_closep(struct csv **csv);

/*
 * The next record: 1, 0 at the end of the file, -1 on a read error. Blank lines are
 * none. What it points to lives until the next call.
 */
MUST_CHECK int csv_next(struct csv *csv, struct csv_record *ret, struct err *err);

/* From now on records of blanks and separators alone, as spreadsheets write them, are none. */
void csv_pass_blank(struct csv *csv);

/* Gives the last record once more at the next call: for a record that has to wait. */
void csv_again(struct csv *csv);

/*
 * Reads on at an offset that csv_done gave earlier for the same file, where lines
 * physical lines lie before it. Reads and hashes all bytes before it; more than the
 * file has is ERR_LEDGER.
 */
enum csv_behind {
    CSV_NOTHING, /* the file ends there */
    CSV_RECORDS, /* at the start of a line */
    CSV_REST,    /* in the middle of one */
};
MUST_CHECK int csv_skip(struct csv *csv, int64_t offset, int64_t lines, enum csv_behind *ret,
                        struct err *err);

/* What was consumed with the records given so far: bytes, lines, and their SHA-256. */
struct csv_done {
    int64_t bytes;
    int64_t lines;
    char sha256[HASH_SIZE];
};
void csv_done(struct csv *csv, struct csv_done *ret);

/* How many bytes were consumed so far. */
int64_t csv_offset(const struct csv *csv);

/* How many bytes of the file itself were read, for progress. */
int64_t csv_taken(const struct csv *csv);

#endif

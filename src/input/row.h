#ifndef ROW_H
#define ROW_H

#include <stdint.h>

#include "csv.h"
#include "layout.h"
#include "number.h"
#include "zone.h"

/*
 * Is this record a transaction, and if not, why? Everything that the server could
 * object to is found here, so that COPY cannot fail on data.
 */

/* Longest texts, in bytes. The ids are parts of keys, which an index must be able to hold. */
#define ROW_ID_MAX 1024
#define ROW_WORD_MAX 255

struct row {
    int64_t ts;   /* microseconds since 2000-01-01 UTC */
    int32_t date; /* of ts in the source's zone, days since 2000-01-01 */
    struct number amount;
    struct csv_field text[COLUMNS]; /* NULL: none */
    unsigned char content[16];      /* where ids are made of it: of the record's SHA-256 */
};

/* Why a record is rejected; name and column as rejected_record has them. */
struct reject {
    const char *reason; /* one of a closed list, see reasons in README.md */
    const char *column; /* its name in the file, NULL: the record as a whole */
    char detail[256];
};

/* True: *ret is set, and points into record. False: *ret_reject says why. That depends on the
 * record alone, not on when it is read. */
bool row_read(const struct layout *layout, const struct csv_record *record, struct zone *zone,
              struct row *ret, struct reject *ret_reject);

/* Which times and dates a transaction may have now. */
struct row_limits {
    int64_t latest;    /* as row's ts */
    int32_t kept_from; /* as row's date: earlier ones were dropped; INT32_MIN: none were */
};

/* Whether a row that was read is within them. */
bool row_is_timely(const struct layout *layout, const struct row_limits *limits,
                   const struct row *row, struct reject *ret_reject);

/* The amount of a record, also of one that is rejected for another reason. */
bool row_amount(const struct layout *layout, const struct csv_record *record, struct number *ret);

/* "line 5, column 'amount': 'abc' is not a decimal number" */
void reject_text(const struct reject *reject, int64_t line, char *out, size_t size);

#endif

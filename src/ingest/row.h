#ifndef ROW_H
#define ROW_H

#include <stdint.h>

#include "csv.h"
#include "number.h"
#include "source.h"
#include "zone.h"

/*
 * Is this record a transaction, and if not, why? Everything that the server could
 * object to is found here, so that COPY cannot fail on data.
 */

/* Which field of a file's records is which column. */
struct layout {
    const struct source *source;
    int index[COLUMNS]; /* -1: the file has no such column */
    size_t n;           /* fields of the header */
    char ignored[512];  /* the header's other columns, for the log */
};

/* From the header record. A required column that is missing is ERR_FAILED, with what was found. */
MUST_CHECK int layout_read(const struct source *source, const struct csv_record *header,
                           struct layout *ret, struct err *err);

/* Longest texts, in bytes. The ids are parts of keys, which an index must be able to hold. */
#define ROW_ID_MAX 1024
#define ROW_WORD_MAX 255

struct row {
    int64_t ts;   /* microseconds since 2000-01-01 UTC */
    int32_t date; /* of ts in the source's zone, days since 2000-01-01 */
    struct number amount;
    struct csv_field text[COLUMNS]; /* NULL: none */
};

/* Why a record is rejected; name and column as rejected_record has them. */
struct reject {
    const char *reason; /* one of a closed list, see reasons in README.md */
    const char *column; /* its name in the file, NULL: the record as a whole */
    char detail[256];
};

/* True: *ret is set, and points into record. False: *ret_reject says why. latest: the newest
 * time that a transaction may have. */
bool row_read(const struct layout *layout, const struct csv_record *record, struct zone *zone,
              int64_t latest, struct row *ret, struct reject *ret_reject);

/* "line 5, column 'amount': 'abc' is not a decimal number" */
void reject_text(const struct reject *reject, int64_t line, char *out, size_t size);

#endif

#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>

#include "number.h"
#include "reader.h"
#include "row.h"

/* What a file holds: read and validated as in a load, and nothing written. */
struct check_total {
    char currency[4];
    int64_t records;
    struct number_sum amount;
};

struct check {
    int64_t records;
    int64_t rejected;
    int32_t first_date; /* of the records that are not rejected, if there are any */
    int32_t last_date;
    struct check_total *totals; /* likewise */
    size_t n_totals;
    struct number_sum control; /* of the amounts of all records that have one, of any currency */

    /* Called for each rejected record, unless it is NULL. */
    void (*on_reject)(void *cls, const struct csv_record *record, const struct reject *reject);
    void *cls;
};

/* Reads to the end; limits: which times a transaction may have. */
MUST_CHECK int check_read(struct reader *in, struct zone *zone, const struct row_limits *limits,
                          struct check *check, struct err *err);
void check_release(struct check *check); /* for CLEANUP; a zeroed one is fine */

/* "3 records, 1 of them rejected, dates 2026-01-01 to 2026-01-02" */
char *check_text(const struct check *check);

#endif

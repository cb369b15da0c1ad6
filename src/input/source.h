#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"
#include "number.h"

/*
 * A [source NAME] of the configuration, checked: what is wrong in it is found before
 * anything runs. Texts belong to the configuration, which must live as long.
 */

/* What a record's fields can mean. The order is that of columns[] in source.c. */
enum column {
    COLUMN_TRANSACTION_ID,
    COLUMN_ACCOUNT_ID,
    COLUMN_TS,
    COLUMN_DATE,
    COLUMN_TIME,
    COLUMN_AMOUNT,
    COLUMN_CURRENCY,
    COLUMN_MERCHANT_ID,
    COLUMN_CHANNEL,
    COLUMN_COUNTRY,
    COLUMNS
};

/* How many rejected records a slice may have: a number, or a share of its records. */
struct reject_limit {
    bool is_percent;
    int64_t number;
    double percent;
};
bool reject_limit_is_met(const struct reject_limit *limit, int64_t records, int64_t rejected);

struct source {
    const char *name;
    const char *path;
    const char *time_zone;
    const char *leaf;            /* auto, day or month */
    int64_t settle;              /* seconds */
    int64_t max_future;          /* seconds */
    const char *expected_by;     /* HH:MM; NULL: nobody says */
    int64_t retain_days;         /* of transactions; 0: for ever */
    int64_t retain_rollups_days; /* of what is derived from them; 0: for ever */
    const char *limit_text;
    struct reject_limit limit;
    /* The layout of its files. */
    char separator;
    char quote;              /* NUL: none */
    bool header;             /* the first record names the columns */
    bool empty_extra_fields; /* a record may have more fields than that, if these are empty */
    bool content_id;         /* there are no ids: they are made from the records' content */
    const char *encoding;    /* NULL: UTF-8 */
    const char *time_format; /* as pattern_read takes it; NULL: iso alone */
    struct number_style number;
    /* The column's name in the file, or names with '|' between them, or its number where there is
     * no header; its own name by default; NULL: no field is the column. */
    const char *header_name[COLUMNS];
    const char *otherwise[COLUMNS]; /* where the file has no such column or the field is empty */
};

/* A column's own name. */
const char *source_column(enum column column);

MUST_CHECK int source_read(const struct conf *conf, const char *section, struct source *ret,
                           struct err *err);

#endif

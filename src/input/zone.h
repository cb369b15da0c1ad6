#ifndef ZONE_H
#define ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/*
 * Local time of a source's zone to UTC and back, by the C library's zone data, which
 * is PostgreSQL's on Debian. Where a local time is skipped or comes twice it is read
 * as PostgreSQL reads it: with the offset before the skip, and with the one after
 * the repetition. Times are microseconds since 2000-01-01 00:00 UTC, dates are days
 * since 2000-01-01: PostgreSQL's own.
 *
 * The zone is the process's: one struct zone is in use at a time.
 */
struct zone {
    int32_t local_date; /* a date whose offset is known to be one and the same */
    int32_t utc_date;
    int64_t local_offset; /* seconds east of UTC */
    int64_t utc_offset;
    bool local_known;
    bool utc_known;
};

#define ZONE_DAY INT64_C(86400000000) /* microseconds */

/* Fails with ERR_USAGE for a name that the system does not know. */
MUST_CHECK int zone_set(struct zone *zone, const char *name, struct err *err);

int64_t zone_to_utc(struct zone *zone, int32_t date, int64_t usec_of_day);
int32_t zone_date(struct zone *zone, int64_t utc);

#endif

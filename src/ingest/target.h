#ifndef TARGET_H
#define TARGET_H

#include "copy.h"
#include "dates.h"
#include "leaf.h"
#include "row.h"
#include "spill.h"

/*
 * Where a slice's rows go. One COPY can be open at a time: into the leaf at hand, or
 * into the staging table for leaves that exist. Records usually come in date order, so
 * nearly all are streamed; the stragglers wait in a spill and are merged at the end.
 */
struct target {
    struct db *db;
    const char *source_id;
    int32_t source; /* the same as a number */
    int64_t run;
    int64_t file;
    struct leaves leaves;
    struct copy copy;
    struct leaf *into; /* of copy; NULL: the staging table */
    struct leaf *last; /* of the last row */
    struct spill spill;
    bool staged;        /* the staging table is made */
    int64_t stage_rows; /* streamed into it, beside what is spilled */
    struct dates made;  /* dates of rows in leaves that this slice made */
    int64_t newest;     /* time of the rows taken */
    int32_t last_date;  /* of the rows taken */
};

enum target_put { TARGET_FAILED = -1, TARGET_TAKEN, TARGET_FULL };

/* The ids' texts must live as long as the target. */
MUST_CHECK int target_begin(struct target *target, struct db *db, const char *source_id,
                            bool by_month, struct err *err);

/* TARGET_FULL: the slice ends before this row, which was not taken. */
MUST_CHECK enum target_put target_put(struct target *target, const struct row *row, int64_t line,
                                      struct err *err);

/*
 * Everything in its leaf, the keys built. *ret_duplicate counts the rows that were there
 * already; ret_dates gets the dates that gained a row.
 */
MUST_CHECK int target_end(struct target *target, int64_t *ret_duplicate, struct dates *ret_dates,
                          struct err *err);

void target_abort(struct target *target); /* for CLEANUP; releases everything */

#endif

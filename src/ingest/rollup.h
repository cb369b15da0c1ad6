#ifndef ROLLUP_H
#define ROLLUP_H

#include "dates.h"
#include "db.h"

/*
 * Rebuilds what is derived from a source's transactions of some dates: subject_day and
 * hour_count. Runs in the transaction that changed them. *ret_fresh (or NULL): none of
 * the dates had any.
 */
MUST_CHECK int rollup_rebuild(struct db *db, const char *source_id, const struct dates *dates,
                              bool *ret_fresh, struct err *err);

#endif

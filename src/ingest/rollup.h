#ifndef ROLLUP_H
#define ROLLUP_H

#include "db.h"

/*
 * Rebuilds what is derived from a source's transactions of some dates: subject_day and
 * hour_count. dates is a date[] in PostgreSQL's text form. Runs in the transaction that
 * changed them.
 */
MUST_CHECK int rollup_rebuild(struct db *db, const char *source_id, const char *dates,
                              struct err *err);

#endif

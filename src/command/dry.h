#ifndef DRY_H
#define DRY_H

#include "db.h"
#include "run.h"
#include "source.h"

/*
 * --dry-run: what a run would do, on standard output, a line a file. Files are found,
 * held against the ledger, read and validated as in a run; nothing is written, to the
 * database or elsewhere, and no lock is taken. Duplicates are not known before COPY.
 */
MUST_CHECK int dry_run(struct db *db, const struct source *source,
                       const struct run_options *options, struct err *err);

#endif

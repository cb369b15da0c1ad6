#ifndef UNLOAD_H
#define UNLOAD_H

#include "job.h"
#include "ledger.h"

/*
 * Rows that go again: of a file that was corrected, of a run that is undone. All of it
 * in the caller's transaction; dates gets the dates that change.
 */

/* What the file had brought goes, with its counters; its line in the ledger stays. */
MUST_CHECK int unload_file(struct job *job, const struct ledger_entry *file, struct dates *dates,
                           struct err *err);

/*
 * Afterwards, and after new rows took their place: where a row of these files is gone
 * that other records were duplicates of, the earliest of them takes its place, so that
 * what a file still says is not lost. files: a bigint[] in PostgreSQL's text form.
 */
MUST_CHECK int unload_promote(struct job *job, const char *files, struct dates *dates,
                              struct err *err);

#endif

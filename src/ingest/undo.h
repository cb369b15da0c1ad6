#ifndef UNDO_H
#define UNDO_H

#include "job.h"

/*
 * Takes out again what a run brought to the job's source: its rows, duplicates and
 * rejected records go, the rollups and anomalies of the dates are rebuilt, the
 * checkpoint goes back to where the data ends. The files' lines in the ledger stay, so
 * the next run does not load them again; txingest --replace does. One transaction.
 */
MUST_CHECK int undo_work(struct job *job, const char *run_id, struct err *err);

/*
 * The name of the source that the run was one of; the caller frees it. ERR_USAGE: there
 * is no such run, or it cannot be undone.
 */
MUST_CHECK int undo_source(struct db *db, const char *run_id, char **ret_source, struct err *err);

#endif

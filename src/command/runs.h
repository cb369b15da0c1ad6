#ifndef RUNS_H
#define RUNS_H

#include "session.h"

/*
 * The commands that change data: a run of each source, of its files, of verdicts, of a
 * suppression, or of what a run had brought and shall be undone; or, dry, what would be done.
 * One source's failure is logged and leaves the next one its turn; session->status tells it.
 */
MUST_CHECK int runs_do(struct session *session, struct err *err);

#endif

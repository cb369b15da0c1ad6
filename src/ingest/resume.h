#ifndef RESUME_H
#define RESUME_H

#include "job.h"

/*
 * When the connection to the database is lost in the middle of a run. What became of
 * the slice at hand is found out, never guessed: with a new connection the source's
 * lock is taken again, which the old session gives up only when its transaction has
 * ended one way or the other; from then on the run's own row and the ledger say what
 * was committed, and the run does the rest.
 */
struct resume {
    int64_t limit;  /* seconds of trying before it is given up; 0: not at all */
    int64_t slices; /* of the run that were committed when the connection was lost last */
    int attempts;   /* in a row without a slice between them */
};

/*
 * After a failure with ERR_DB_DOWN. 0: the connection and the lock are there again;
 * -1: given up, with why in *err, or stopped by a signal.
 */
MUST_CHECK int resume_after(struct resume *resume, struct job *job, struct err *err);

#endif

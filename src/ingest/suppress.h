#ifndef SUPPRESS_H
#define SUPPRESS_H

#include "job.h"

/*
 * Findings that are known and need not be shown: of a detector, about a subject, over
 * dates. They are stored all the same, as suppressed, with the reason beside them.
 */
struct suppress {
    const char *detector; /* "*": any */
    const char *subject;  /* TYPE:ID, TYPE (every one of that type), or "*" */
    const char *from;     /* dates, both included */
    const char *until;
    const char *reason;
    const char *end; /* the number of a suppression that is to end; the rest is NULL then */
};

/* Whether all that is needed is there, and the detector: ERR_USAGE. */
MUST_CHECK int suppress_check(const struct suppress *suppress, const struct detectors *detectors,
                              struct err *err);

/*
 * Adds or ends a suppression of the job's source, and judges again the dates that have
 * findings which it concerns. One transaction.
 */
MUST_CHECK int suppress_work(struct job *job, const struct suppress *suppress, struct err *err);

/* Those of all sources, or of the one of that name, on standard output. */
MUST_CHECK int suppress_list(struct db *db, const char *source, bool json, struct err *err);

#endif

#ifndef NEED_H
#define NEED_H

#include "files.h"
#include "job.h"
#include "ledger.h"
#include "run.h"

/* What a run with these options has to do with a file, by what the ledger knows of it. */
struct need {
    enum {
        NEED_NOTHING,
        NEED_NEW,  /* the ledger does not have it */
        NEED_TAIL, /* it looks other than when it was read: what is behind that, if that is there */
        NEED_ANEW, /* what it had brought was undone, and is to come again */
    } what;
    struct ledger_entry known; /* of a file that the ledger has */
    char *twin;                /* NEED_NOTHING: the known file that has the same content, or NULL */
};

MUST_CHECK int need_find(struct job *job, const struct ledger *ledger, const struct file *file,
                         const struct run_options *options, struct need *ret, struct err *err);

void need_release(struct need *need); /* for CLEANUP; a zeroed one is fine */

#endif

#ifndef EXITS_H
#define EXITS_H

#include "err.h"

/* How txingest ends; README has what each means to who starts it. */
enum {
    EXIT_USAGE = 2,
    EXIT_PARTIAL = 3,
    EXIT_SEVERE = 4,
    EXIT_SCHEMA = 10,
    EXIT_BUSY = 11,
    EXIT_PERMISSION = 12,
    EXIT_REJECTED = 13,
    EXIT_LEDGER = 14,
    EXIT_SIGNAL = 128 /* and the signal's number */
};

int exit_status(const struct err *err);

/* Of what went before and what comes now, the one to end with: the first failure, partial being the
 * mildest. */
int exit_first(int before, int now);

#endif

#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/*
 * What becomes of the n-th call to libpq from now on: it fails, once; it and every later one do; or
 * the connection is lost in front of it. The functions stand in front of libpq's: a test is linked
 * with them, and a program is run with LD_PRELOAD=fault.so FAULT_AT=n FAULT=once, for_good or cut.
 * FAULT_LEFT=FILE in place of FAULT_AT: see countdown.h. FAULT_COUNT=FILE: at the end, how many
 * calls there were.
 */
enum fault { FAULT_ONCE, FAULT_FOR_GOOD, FAULT_CUT };

/* n = 0: none. */
void fault_at(enum fault kind, int n);

/* Whether the fault set has been reached. */
bool fault_hit(void);

#endif

#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/*
 * What becomes of the n-th call to libpq from now on: it fails, once; it and every later one do; or
 * the connection is lost in front of it. The calls are caught with the linker's --wrap: FAULT_WRAP
 * in the Makefile names them.
 */
enum fault { FAULT_ONCE, FAULT_FOR_GOOD, FAULT_CUT };

/* n = 0: none. */
void fault_at(enum fault kind, int n);

/* Whether the fault set has been reached. */
bool fault_hit(void);

#endif

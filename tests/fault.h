#ifndef FAULT_H
#define FAULT_H

#include <stdbool.h>

/*
 * Makes the n-th call to libpq from now on fail, once (0: none). The calls are caught with
 * the linker's --wrap: FAULT_WRAP in the Makefile names them.
 */
void fault_at(int n);

/* Whether the fault set has been reached. */
bool fault_hit(void);

#endif

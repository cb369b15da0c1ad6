#ifndef NAMES_H
#define NAMES_H

#include <glob.h>

#include "err.h"

/*
 * The paths that a pattern stands for. A folder that cannot be read, or not to its end, is an
 * error: the C library's glob takes it for one that has no more.
 */
int names_find(const char *pattern, glob_t *ret, struct err *err);
void names_release(glob_t *names);

#endif

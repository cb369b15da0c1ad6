#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* Paths, by name. The caller releases them. */
struct names {
    char **path;
    size_t n;
};

/*
 * The paths that a pattern of the shell (fnmatch's) stands for, folder by folder. A folder that is
 * not there has none; one that cannot be read, or not to its end, is an error: the C library's
 * glob takes it for one that has no more, and frees twice when there is no memory.
 */
int names_find(const char *pattern, struct names *ret, struct err *err);
/* Those of one folder, which is no pattern. */
int names_in(const char *folder, const char *pattern, struct names *ret, struct err *err);
/* Whether a path is gone by now, leads nowhere, or has a file where a folder was taken to be: by
 * errno. */
bool names_is_gone(int why);
void names_put(struct names *names, char *path); /* takes path */
void names_release(struct names *names);

#endif

#ifndef ASSETS_H
#define ASSETS_H

#include <stddef.h>

#include "err.h"
#include "kept.h"

/*
 * The dashboard's files, read into memory at the start: no request opens a file, and no
 * path is made of what a request says.
 */
struct asset {
    char *name; /* without a folder */
    struct kept *kept;
};

struct assets;

/* The caller frees. */
MUST_CHECK struct assets *assets_read(const char *folder, struct err *err);
void assets_freep(struct assets **assets);

/* One that is made, not read; takes the reply's body over. */
void assets_add(struct assets *assets, const char *name, struct reply reply);

/* name "" is index.html. NULL: there is none. */
const struct asset *assets_find(const struct assets *assets, const char *name);

#endif

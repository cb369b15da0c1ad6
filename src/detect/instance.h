#ifndef INSTANCE_H
#define INSTANCE_H

#include <stddef.h>

#include "err.h"

/*
 * A detector's file can make several detectors, each with values of its own for the
 * parameters that its head declares:
 *
 *     -- as NAME: what it finds
 *     --     PARAMETER = VALUE, PARAMETER = VALUE
 *
 * with any number of such second lines. The file is no detector by itself then.
 */
struct setting {
    char *name;
    char *value;
};

struct instance {
    char *name;
    char *summary;
    struct setting *settings;
    size_t n;
};

/*
 * The next one behind *at in a file's head, behind which *at moves: 1, or 0 when there is
 * none. Release with instance_release.
 */
MUST_CHECK int instance_next(const char **at, struct instance *ret, struct err *err);

/* The value that it gives a parameter; NULL: none. */
const char *instance_value(const struct instance *instance, const char *name);

void instance_release(struct instance *instance); /* for CLEANUP; a zeroed one is fine */

#endif

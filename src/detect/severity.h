#ifndef SEVERITY_H
#define SEVERITY_H

#include "conf.h"

/*
 * low, medium, high and critical: which scores are of which severity, as [severity]
 * of the configuration has it. The texts are the configuration's.
 */
struct severity {
    const char *medium;
    const char *high;
    const char *critical;
};

/* ERR_USAGE: not three numbers above 0 and below 1, each larger than the one before. */
MUST_CHECK int severity_read(const struct conf *conf, struct severity *ret, struct err *err);

/* Whether there is a severity of that name. */
bool severity_is(const char *name);

#endif

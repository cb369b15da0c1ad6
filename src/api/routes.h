#ifndef ROUTES_H
#define ROUTES_H

#include <stdbool.h>

#include "param.h"
#include "stmt.h"

#define ROUTE_PARAMS 8

/* An endpoint: the statement's parameters are the query's, its columns the answer's. */
struct route {
    const char *path;
    const struct stmt *stmt;
    bool one_row; /* data is an object, not an array; no row then means that the range is wrong */
    struct {
        const char *name;
        enum param_type type;
        const char *otherwise; /* when it is not given */
    } params[ROUTE_PARAMS];
};

/* NULL: there is none. */
const struct route *routes_find(const char *path);

#endif

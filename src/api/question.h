#ifndef QUESTION_H
#define QUESTION_H

#include "param.h"
#include "reply.h"
#include "routes.h"
#include "stmt.h"

/*
 * A request to the API, understood: the route, and a value for each parameter of its statement.
 * Two requests that mean the same have the same key. args point into params.
 */
struct question {
    const struct route *route;
    struct stmt_arg args[ROUTE_PARAMS + 1];
    struct params params;
};

/* 0, or -1 with a problem in *ret_problem: the query is not what the route takes. */
int question_read(struct question *question, const struct route *route, const char *query,
                  struct reply *ret_problem);

/* The path and the values in the route's order; the caller frees. */
char *question_key(const struct question *question);

#endif

#ifndef QUESTION_H
#define QUESTION_H

#include "page.h"
#include "param.h"
#include "reply.h"
#include "routes.h"
#include "stmt.h"

/*
 * A request to the API, understood: the route, a value for each parameter of its statement, and
 * how the answer is to be written. Two requests that mean the same have the same key. args point
 * into the other members.
 */
struct question {
    const struct route *route;
    bool csv;
    struct stmt_arg args[ROUTE_PARAMS + 1];
    struct params params;
    char id[256];                 /* of the path */
    char after[PAGE_KEY_MAX + 1]; /* the place that the page begins behind */
};

/* What a request to a route says. */
struct asked {
    const struct route *route;
    const char *id; /* what stands at {id}, still encoded, of id_len bytes */
    size_t id_len;
    const char *query;
    const char *accept; /* the header of that name, or NULL */
};

/* 0, or -1 with a problem in *ret_problem: it is not what the route takes. */
int question_read(struct question *question, const struct asked *asked, struct reply *ret_problem);

/* A copy on the heap; the caller frees. */
struct question *question_copy(const struct question *question);

/* The path and the values in the route's order; the caller frees. */
char *question_key(const struct question *question);

/* The same without what differs from page to page. */
char *question_pages(const struct question *question);

/* The value of a parameter, or NULL: the route has none of that name. */
const char *question_value(const struct question *question, const char *name);

#endif

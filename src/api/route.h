#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "assets.h"
#include "pool.h"

/*
 * From a request to its answer; knows nothing of HTTP's transport, so that tests call
 * it as it is. An endpoint is a statement in sql/api/ and a row of routes[] in route.c:
 * the statement's parameters are the query's, its columns the answer's.
 */
struct request {
    const char *method;
    const char *target;        /* as sent: path and query, still encoded */
    const char *if_none_match; /* NULL: no such header */
};

struct reply {
    unsigned status;
    const char *type; /* Content-Type; NULL: no body */
    char *body;
    size_t len;
    bool is_owned;    /* body is the caller's to free; else it lives as long as the assets */
    const char *etag; /* NULL: none */
    bool is_page;     /* of the dashboard, not of the API */
    bool close;       /* the connection is not to be used again */
};

struct api {
    struct pool *pool;
    const struct assets *assets;
};

struct reply route_answer(const struct api *api, const struct request *request);

/* A problem by RFC 9457, for what is refused before it comes to a route. */
struct reply route_problem(unsigned status, const char *detail);

#endif

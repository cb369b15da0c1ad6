#ifndef ROUTE_H
#define ROUTE_H

#include "assets.h"
#include "pool.h"
#include "reply.h"

/*
 * From a request to its answer; knows nothing of HTTP's transport, so that tests call
 * it as it is. An endpoint is a statement in sql/api/ and a row of routes[] in routes.c.
 */
struct request {
    const char *method;
    const char *target;        /* as sent: path and query, still encoded */
    const char *if_none_match; /* NULL: no such header */
    const char *accept;        /* likewise */
};

struct api {
    struct pool *pool;
    const struct assets *assets;
};

struct reply route_answer(const struct api *api, const struct request *request);

#endif

#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>

#include "assets.h"
#include "cache.h"
#include "kept.h"
#include "question.h"
#include "reply.h"
#include "watch.h"

/*
 * From a request to its answer; knows nothing of HTTP's transport. What is not kept has to be
 * asked: route_answer says so, and who has asked comes back with route_kept. An endpoint is a
 * statement in sql/api/ and a row of routes[] in routes.c.
 */
struct request {
    const char *method;
    const char *target;        /* as sent: path and query, still encoded */
    const char *if_none_match; /* NULL: no such header; so the next */
    const char *accept;
    bool takes_gzip;
};

struct api {
    struct cache *cache;
    struct watch *watch;
    const struct assets *assets;
};

/* What has to be asked; both are the receiver's to hand on to work_ask. */
struct route_wanted {
    char *key;
    struct question *question; /* NULL: whether the database is ready */
};

/* True: *ret_reply is the reply. False: *ret_wanted has to be asked. */
bool route_answer(const struct api *api, const struct request *request, struct reply *ret_reply,
                  struct route_wanted *ret_wanted);

/* The reply for what was asked; takes kept over. */
struct reply route_kept(const struct request *request, struct kept *kept);

#endif

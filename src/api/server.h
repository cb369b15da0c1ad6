#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "limit.h"
#include "metrics.h"
#include "route.h"
#include "tokens.h"
#include "work.h"

/*
 * HTTP, by libmicrohttpd: each request is looked at by the guard, let in, answered from what is
 * kept or handed on to the threads that ask the database. No thread of HTTP ever waits.
 */
struct server;

/* What lives longer than the server. */
struct server_parts {
    struct api api;
    struct work *work;
    struct tokens *tokens; /* NULL: everybody may ask */
    struct limit *limit;   /* NULL: as often as he likes */
    struct metrics *metrics;
    unsigned threads;
    unsigned connections; /* at most, at a time */
    bool access_log;
};

/* Takes the listening socket over. */
MUST_CHECK struct server *server_start(int fd, const struct server_parts *parts, struct err *err);

/* Takes no more connections, and waits until what was asked is answered, so many seconds at most.
 */
void server_quiesce(struct server *server, int seconds);

/* After the last who waits for work has been told. */
void server_stopp(struct server **server);

#endif

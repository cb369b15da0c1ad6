#ifndef DEADLINE_H
#define DEADLINE_H

#include <stddef.h>

#include "err.h"

/*
 * Absolute deadlines for slow clients: libmicrohttpd's own time-out is one of idleness,
 * which a byte every few seconds defeats. A thread looks every second and shuts the
 * sockets down that have had their time; libmicrohttpd then closes them.
 */
struct deadlines;

/* most: connections at a time. Seconds to send a request, and to take an answer. */
MUST_CHECK struct deadlines *deadlines_start(size_t most, int request, int answer, struct err *err);
void deadlines_stopp(struct deadlines **deadlines);

/* The connection with that socket was made (its request is awaited), answers, or is gone. */
void deadlines_await(struct deadlines *deadlines, int fd);
void deadlines_answer(struct deadlines *deadlines, int fd);
void deadlines_gone(struct deadlines *deadlines, int fd);

#endif

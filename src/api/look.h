#ifndef LOOK_H
#define LOOK_H

#include <microhttpd.h>
#include <stdbool.h>

#include "head.h"

/*
 * What libmicrohttpd has read of a request, shown to the guard: both listeners begin with it.
 *
 * libmicrohttpd writes the head of its answer twice where it cannot read a Content-Length, and a
 * 100 where a body is expected, though there can be none. It reads the first field of a name:
 * look_begin puts ours there, so that the client's come to the guard whatever they are.
 */

/* -1: unknown. */
int look_socket(struct MHD_Connection *connection);

/* When the target is known. False: the connection is to be closed. */
bool look_begin(struct MHD_Connection *connection);

/* When the headers are here: 0, or the status to refuse the request with. Adds to head, if it is
 * not NULL. */
unsigned look_status(struct MHD_Connection *connection, const char *method, const char *version,
                     const char *target, struct head *head);

#endif

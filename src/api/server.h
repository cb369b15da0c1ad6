#ifndef SERVER_H
#define SERVER_H

#include <stdint.h>

#include "err.h"
#include "route.h"

/* HTTP: the only file that knows libmicrohttpd. */
struct server;

/* Listens on an address and port of IPv4. api must live as long as the server. */
MUST_CHECK struct server *server_start(const char *address, uint16_t port, const struct api *api,
                                       struct err *err);

/* Takes no more connections, and ends those that are open after what they were being sent. */
void server_stopp(struct server **server);

#endif

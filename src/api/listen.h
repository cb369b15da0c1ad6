#ifndef LISTEN_H
#define LISTEN_H

#include <stdint.h>

#include "err.h"

/* Sockets to listen on. */

struct listen_at {
    char address[16]; /* IPv4; "": none */
    uint16_t port;
};

/* The socket, or -1. The caller closes it. */
MUST_CHECK int listen_open(const struct listen_at *at, struct err *err);

/* How many sockets systemd has opened for this process (sd_listen_fds(3)); the first is
 * LISTEN_FIRST. */
#define LISTEN_FIRST 3
int listen_given(void);

#endif

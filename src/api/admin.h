#ifndef ADMIN_H
#define ADMIN_H

#include "err.h"
#include "pool.h"
#include "server.h"

/*
 * The operator's side door: /live, /ready and /metrics, on a socket of its own that the public is
 * not let to. One thread, which may wait for the database.
 */
struct admin;

/* Takes the listening socket over. */
MUST_CHECK struct admin *admin_start(int fd, const struct server_parts *parts, struct pool *pool,
                                     struct err *err);
void admin_stopp(struct admin **admin);

#endif

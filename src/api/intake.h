#ifndef INTAKE_H
#define INTAKE_H

/*
 * What comes in by the sockets of HTTP, before libmicrohttpd sees it: it reads with recv, of which
 * every program may have its own. The one in intake.c marks what lines may not have (lines.h), and
 * leaves other sockets alone.
 */

/* A connection of HTTP has begun, or is about to be closed. */
void intake_open(int fd);
void intake_close(int fd);

#endif

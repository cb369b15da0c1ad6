#ifndef SEND_H
#define SEND_H

#include <microhttpd.h>

#include "reply.h"

/*
 * libmicrohttpd answers by itself what it cannot read (400, 413, 414, 431), in HTML, and through a
 * function that every program may have its own of: MHD_queue_response in send.c makes a problem of
 * it.
 */

/* A reply as libmicrohttpd's response, with every header. Takes the reply's body over. */
enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply reply,
                           const char *request_id);

#endif

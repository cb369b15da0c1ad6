#ifndef SEND_H
#define SEND_H

#include <microhttpd.h>

#include "reply.h"

/* A reply as libmicrohttpd's response, with every header. Takes the reply's body over. */
enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply reply,
                           const char *request_id);

#endif

#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "head.h"
#include "route.h"
#include "work.h"

#define EXCHANGE_ID_MAX 64

/* What is kept of a request between libmicrohttpd's calls. */
struct exchange {
    struct waiter waiter; /* first: on_answer finds the rest by it */
    struct MHD_Connection *connection;
    struct head head;
    struct kept *kept; /* what was asked for */
    const char *route; /* its path; NULL: none of the API's */
    int64_t started;   /* microseconds */
    size_t bytes;
    unsigned status; /* 0: not answered */
    bool seen;       /* the headers were looked at */
    char method[16];
    char id[EXCHANGE_ID_MAX + 1];
    char target[];
};

struct exchange *exchange_new(const char *target, struct MHD_Connection *connection);
void exchange_free(struct exchange *exchange);

/* An id of ours: prefix and number in hex. */
void exchange_give_id(struct exchange *exchange, uint64_t prefix, uint64_t number);

/* The client's own id of the request, if it is sane, instead of ours. */
void exchange_take_id(struct exchange *exchange);

struct request exchange_request(const struct exchange *exchange);

/* Writes the request into the log: as an access log, or with --verbose. */
void exchange_log(const struct exchange *exchange, bool access_log, uint32_t address);

/* The first half of the ids of requests, that no two processes share. */
uint64_t exchange_prefix(void);

#endif

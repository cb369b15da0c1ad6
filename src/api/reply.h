#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kept;

/* What is answered, before HTTP's transport: the body belongs to it when is_owned. */
struct reply {
    unsigned status;
    const char *type; /* Content-Type; NULL: no body */
    char *body;
    size_t len;
    bool is_owned;     /* body is the caller's to free; else it lives as long as the assets */
    const char *route; /* the path of the API's route, NULL: none */
    const char *etag;  /* NULL: none */
    bool is_page;      /* of the dashboard, not of the API */
    bool close;        /* the connection is not to be used again */
    bool is_gzip;      /* body is compressed */
    bool is_stale;     /* the database is away: this is what it last said, so many seconds ago */
    int64_t age;
    int retry_after;   /* seconds; 0: no such header */
    struct kept *kept; /* whose the body is, held for this reply; NULL: nobody's */
};

/* Takes the body over. */
struct reply reply_of(const char *type, char *body);

/* A problem by RFC 9457; detail may be NULL. */
struct reply reply_problem(unsigned status, const char *detail);

/* Of a request that is not as it must be: the connection ends with it. */
struct reply reply_refusal(unsigned status);

/* The same about a parameter of the query, or about none: NULL. */
struct reply reply_problem_of(unsigned status, const char *detail, const char *parameter);

#endif

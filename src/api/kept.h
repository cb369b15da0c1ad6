#ifndef KEPT_H
#define KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "etag.h"
#include "reply.h"

/*
 * An answer that many requests share, at the same time and one after the other: it never changes,
 * and is gone with the last who holds it.
 */
struct kept {
    unsigned holders; /* atomic */
    unsigned status;
    const char *type;
    int retry_after;
    char *body;
    size_t len;
    char *gzip; /* the same, compressed; NULL: not worth it */
    size_t gzip_len;
    char etag[ETAG_SIZE]; /* "": none */
    int64_t expires;      /* by clock_ms(): when it has to be asked for again; 0: never */
};

/* Takes the reply's body over. The caller holds what is returned. */
struct kept *kept_new(struct reply reply);

struct kept *kept_hold(struct kept *kept);
void kept_release(struct kept *kept); /* NULL is fine */
void kept_releasep(struct kept **kept);

/* Bytes of memory. */
size_t kept_size(const struct kept *kept);

#endif

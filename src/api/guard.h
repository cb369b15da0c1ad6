#ifndef GUARD_H
#define GUARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a request must be before anything looks at it. txapi reads no bodies, so a
 * request that announces one is refused: then no bytes can be read as a second request
 * by us and as a body by a proxy before us, or the other way (RFC 9112, section 11.2).
 * libmicrohttpd 0.9.75 does not see to that itself.
 */
#define GUARD_TARGET_MAX 2048

struct guard {
    int hosts;
    bool body; /* Transfer-Encoding, or a Content-Length other than one 0 */
    int lengths;
    bool malformed;
};

/* Each header field, in the order of the request. */
void guard_header(struct guard *guard, const char *name, size_t name_len, const char *value,
                  size_t value_len);

/* Whether the method is one that txapi answers. */
bool guard_is_read(const char *method);

/* After the last one: 0, or the status to refuse the request with. */
unsigned guard_status(const struct guard *guard, const char *method, const char *version,
                      const char *target);

#endif

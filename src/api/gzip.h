#ifndef GZIP_H
#define GZIP_H

#include <stdbool.h>
#include <stddef.h>

/* The gzip coding of bodies (RFC 9110, 8.4.1.3). */

/* The caller frees. NULL: it would not be shorter. */
char *gzip_pack(const char *bytes, size_t len, size_t *ret_len);

/* Whether an Accept-Encoding (12.5.3) prefers gzip to no coding at all; NULL: there is none. */
bool gzip_is_accepted(const char *accept_encoding);

#endif

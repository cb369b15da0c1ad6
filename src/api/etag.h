#ifndef ETAG_H
#define ETAG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Entity tags (RFC 9110, 8.8.3). An answer depends on the question and on the state of the data
 * alone, so its tag is made from both, before anybody asks the database. It is weak: the same
 * answer goes out plain and compressed.
 */
#define ETAG_SIZE 40

void etag_make(const char *key, const char *version, char out[ETAG_SIZE]);

/* Of bytes that say themselves which state they are of. */
void etag_of(const char *bytes, size_t len, char out[ETAG_SIZE]);

/* Whether If-None-Match's list (13.1.2) has the tag, by the weak comparison. "*" is not looked at.
 */
bool etag_is_in(const char *etag, const char *list);

#endif

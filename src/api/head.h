#ifndef HEAD_H
#define HEAD_H

#include <stddef.h>

/* The fields of a request's head that an answer depends on; NULL: it has none of that name. */
struct head {
    char *if_none_match;
    char *accept;
    char *accept_encoding;
    char *authorization;
    char *request_id;
};

/* One more field. Several of one name are one list (RFC 9110, 5.3). */
void head_add(struct head *head, const char *name, size_t name_len, const char *value);
void head_release(struct head *head);

#endif

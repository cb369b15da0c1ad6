#ifndef ACCEPT_H
#define ACCEPT_H

#include <stdbool.h>

/* Which of the two ways to write an answer a request's Accept header prefers (RFC 9110, 12.5.1). */
enum accept {
    ACCEPT_NONE, /* neither will do */
    ACCEPT_JSON,
    ACCEPT_CSV,
};

/* accept: the header, or NULL; has_csv: whether there is CSV. Where both are as good, it is JSON.
 */
enum accept accept_choose(const char *accept, bool has_csv);

#endif

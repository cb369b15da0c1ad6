#include "look.h"

#include <string.h>

#include "guard.h"

static const char length[] = "Content-Length";

bool look_begin(struct MHD_Connection *connection)
{
    return MHD_set_connection_value_n(connection, MHD_HEADER_KIND, length, strlen(length), "0",
                                      1) == MHD_YES;
}

struct looked {
    struct guard guard;
    struct head *head;
    bool own_length_seen;
};

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    struct looked *looked = cls;

    (void)kind;
    if (!looked->own_length_seen) { /* it stands before all others */
        looked->own_length_seen = true;
        return MHD_YES;
    }
    guard_header(&looked->guard, name, name_len, value, value_len);
    if (looked->head)
        head_add(looked->head, name, name_len, value);
    return MHD_YES;
}

unsigned look_status(struct MHD_Connection *connection, const char *version, const char *target,
                     struct head *head)
{
    struct looked looked = { .head = head };

    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &looked);
    return guard_status(&looked.guard, version, target);
}

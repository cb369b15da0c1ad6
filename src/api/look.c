#include "look.h"

#include <string.h>

#include "guard.h"
#include "mem.h"

/* They stand before all others. */
static const struct {
    const char *name;
    const char *value;
} own[] = { { "Content-Length", "0" }, { "Expect", "" } };

int look_socket(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? info->connect_fd : -1;
}

bool look_begin(struct MHD_Connection *connection)
{
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (MHD_set_connection_value_n(connection, MHD_HEADER_KIND, own[i].name,
                                       strlen(own[i].name), own[i].value,
                                       strlen(own[i].value)) != MHD_YES)
            return false;
    return true;
}

struct looked {
    struct guard guard;
    struct head *head;
    size_t seen;
};

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    struct looked *looked = cls;

    (void)kind;
    if (looked->seen++ < ARRAY_LEN(own))
        return MHD_YES;
    guard_header(&looked->guard, name, name_len, value, value_len);
    if (looked->head)
        head_add(looked->head, name, name_len, value);
    return MHD_YES;
}

unsigned look_status(struct MHD_Connection *connection, const char *method, const char *version,
                     const char *target, struct head *head)
{
    struct looked looked = { .head = head };

    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &looked);
    return guard_status(&looked.guard, method, version, target);
}

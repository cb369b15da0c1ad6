#include "fault.h"

#include <libpq-fe.h>

static int left;
static bool hit;

void fault_at(int n)
{
    left = n;
    hit = false;
}

bool fault_hit(void)
{
    return hit;
}

static bool now(void)
{
    if (left == 0 || --left > 0)
        return false;
    hit = true;
    return true;
}

/* The type, the name, its parameters with and without types, and what it gives when it fails. */
#define WRAP(type, name, params, args, failed)                                                     \
    type __real_##name params;                                                                     \
    type __wrap_##name params;                                                                     \
    type __wrap_##name params                                                                      \
    {                                                                                              \
        return now() ? (failed) : __real_##name args;                                              \
    }

WRAP(int, PQsendQueryParams,
     (PGconn * conn, const char *text, int n, const Oid *types, const char *const *values,
      const int *lengths, const int *formats, int format),
     (conn, text, n, types, values, lengths, formats, format), 0)
WRAP(int, PQsendQueryPrepared,
     (PGconn * conn, const char *name, int n, const char *const *values, const int *lengths,
      const int *formats, int format),
     (conn, name, n, values, lengths, formats, format), 0)
WRAP(int, PQsendPrepare,
     (PGconn * conn, const char *name, const char *text, int n, const Oid *types),
     (conn, name, text, n, types), 0)
WRAP(int, PQputCopyData, (PGconn * conn, const char *data, int len), (conn, data, len), -1)
WRAP(int, PQputCopyEnd, (PGconn * conn, const char *why), (conn, why), -1)
WRAP(int, PQflush, (PGconn * conn), (conn), -1)

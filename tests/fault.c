#include "fault.h"

#include <libpq-fe.h>
#include <sys/socket.h>

static enum fault kind;
static int left;
static bool hit;

void fault_at(enum fault what, int n)
{
    kind = what;
    left = n;
    hit = false;
}

bool fault_hit(void)
{
    return hit;
}

/* Whether this call is to fail. */
static bool now(PGconn *conn)
{
    if (hit)
        return kind == FAULT_FOR_GOOD && left == 0;
    if (left == 0 || --left > 0)
        return false;
    hit = true;
    if (kind != FAULT_CUT)
        return true;
    (void)shutdown(PQsocket(conn), SHUT_RDWR);
    return false;
}

/* The type, the name, its parameters with and without types, the connection, and what it gives when
 * it fails. */
#define WRAP(type, name, params, args, conn, failed)                                               \
    type __real_##name params;                                                                     \
    type __wrap_##name params;                                                                     \
    type __wrap_##name params                                                                      \
    {                                                                                              \
        return now(conn) ? (failed) : __real_##name args;                                          \
    }

WRAP(PGconn *, PQconnectStartParams,
     (const char *const *keys, const char *const *values, int expand), (keys, values, expand), NULL,
     NULL)
WRAP(PostgresPollingStatusType, PQconnectPoll, (PGconn * conn), (conn), conn, PGRES_POLLING_FAILED)
WRAP(int, PQsetnonblocking, (PGconn * conn, int on), (conn, on), conn, -1)
WRAP(int, PQsendQuery, (PGconn * conn, const char *text), (conn, text), conn, 0)
WRAP(int, PQsendQueryParams,
     (PGconn * conn, const char *text, int n, const Oid *types, const char *const *values,
      const int *lengths, const int *formats, int format),
     (conn, text, n, types, values, lengths, formats, format), conn, 0)
WRAP(int, PQsendQueryPrepared,
     (PGconn * conn, const char *name, int n, const char *const *values, const int *lengths,
      const int *formats, int format),
     (conn, name, n, values, lengths, formats, format), conn, 0)
WRAP(int, PQsendPrepare,
     (PGconn * conn, const char *name, const char *text, int n, const Oid *types),
     (conn, name, text, n, types), conn, 0)
WRAP(int, PQputCopyData, (PGconn * conn, const char *data, int len), (conn, data, len), conn, -1)
WRAP(int, PQputCopyEnd, (PGconn * conn, const char *why), (conn, why), conn, -1)
WRAP(int, PQflush, (PGconn * conn), (conn), conn, -1)
WRAP(int, PQconsumeInput, (PGconn * conn), (conn), conn, 0)
WRAP(PGcancel *, PQgetCancel, (PGconn * conn), (conn), conn, NULL)

PGresult *__real_PQgetResult(PGconn *conn);
PGresult *__wrap_PQgetResult(PGconn *conn);

/* What was the result is lost: libpq gives an error in its place, and then what follows. */
PGresult *__wrap_PQgetResult(PGconn *conn)
{
    bool fails = now(conn);
    PGresult *res = __real_PQgetResult(conn);

    if (!fails || !res)
        return res;
    PQclear(res);
    return PQmakeEmptyPGresult(conn, PGRES_FATAL_ERROR);
}

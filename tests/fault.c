#include "fault.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static enum fault kind;
static int left;
static bool hit;
static int calls;

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
    calls++;
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

/* libpq's own function of that name. */
static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);

    if (!function)
        abort();
    return function;
}

/* The type, the name, its parameters with and without types, the connection, and what it gives when
 * it fails. */
#define WRAP(type, name, params, args, conn, failed)                                               \
    type name params                                                                               \
    {                                                                                              \
        type(*call) params;                                                                        \
                                                                                                   \
        *(void **)&call = real(#name);                                                             \
        return now(conn) ? (failed) : call args;                                                   \
    }

WRAP(PGconn *, PQconnectStartParams,
     (const char *const *keywords, const char *const *values, int expand_dbname),
     (keywords, values, expand_dbname), NULL, NULL)
WRAP(PostgresPollingStatusType, PQconnectPoll, (PGconn * conn), (conn), conn, PGRES_POLLING_FAILED)
WRAP(int, PQsetnonblocking, (PGconn * conn, int arg), (conn, arg), conn, -1)
WRAP(int, PQsendQuery, (PGconn * conn, const char *query), (conn, query), conn, 0)
WRAP(int, PQsendQueryParams,
     (PGconn * conn, const char *command, int nParams, const Oid *paramTypes,
      const char *const *paramValues, const int *paramLengths, const int *paramFormats,
      int resultFormat),
     (conn, command, nParams, paramTypes, paramValues, paramLengths, paramFormats, resultFormat),
     conn, 0)
WRAP(int, PQsendQueryPrepared,
     (PGconn * conn, const char *stmtName, int nParams, const char *const *paramValues,
      const int *paramLengths, const int *paramFormats, int resultFormat),
     (conn, stmtName, nParams, paramValues, paramLengths, paramFormats, resultFormat), conn, 0)
WRAP(int, PQsendPrepare,
     (PGconn * conn, const char *stmtName, const char *query, int nParams, const Oid *paramTypes),
     (conn, stmtName, query, nParams, paramTypes), conn, 0)
WRAP(int, PQputCopyData, (PGconn * conn, const char *buffer, int nbytes), (conn, buffer, nbytes),
     conn, -1)
WRAP(int, PQputCopyEnd, (PGconn * conn, const char *errormsg), (conn, errormsg), conn, -1)
WRAP(int, PQflush, (PGconn * conn), (conn), conn, -1)
WRAP(int, PQconsumeInput, (PGconn * conn), (conn), conn, 0)
WRAP(PGcancel *, PQgetCancel, (PGconn * conn), (conn), conn, NULL)

/* What was the result is lost: libpq gives an error in its place, and then what follows. */
PGresult *PQgetResult(PGconn *conn)
{
    PGresult *(*call)(PGconn *);
    bool fails = now(conn);
    PGresult *res;

    *(void **)&call = real("PQgetResult");
    res = call(conn);
    if (!fails || !res)
        return res;
    PQclear(res);
    return PQmakeEmptyPGresult(conn, PGRES_FATAL_ERROR);
}

__attribute__((constructor)) static void set_by_environment(void)
{
    const char *n = getenv("FAULT_AT");
    const char *what = getenv("FAULT");

    if (n && what)
        fault_at(strcmp(what, "once") == 0  ? FAULT_ONCE
                 : strcmp(what, "cut") == 0 ? FAULT_CUT
                                            : FAULT_FOR_GOOD,
                 (int)strtol(n, NULL, 10));
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path ? fopen(path, "we") : NULL;

    if (!file)
        return;
    (void)fprintf(file, "%d\n", calls);
    (void)fclose(file);
}

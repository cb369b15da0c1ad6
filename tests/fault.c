#include "fault.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "countdown.h"

static enum fault kind;
static int own_left;
static int *left = &own_left;
static int calls;

void fault_at(enum fault what, int n)
{
    kind = what;
    *left = n;
}

bool fault_hit(void)
{
    return *left < 0;
}

/* Whether this call is to fail. */
static bool now(PGconn *conn)
{
    int place = countdown(left);

    (void)__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
    if (kind == FAULT_CUT && place == 1)
        (void)shutdown(PQsocket(conn), SHUT_RDWR);
    return kind != FAULT_CUT && (place == 1 || (place < 0 && kind == FAULT_FOR_GOOD));
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
    const char *file = getenv("FAULT_LEFT");
    const char *what = getenv("FAULT");

    if (file)
        left = countdown_in(file);
    if (what)
        fault_at(strcmp(what, "once") == 0  ? FAULT_ONCE
                 : strcmp(what, "cut") == 0 ? FAULT_CUT
                                            : FAULT_FOR_GOOD,
                 n ? (int)strtol(n, NULL, 10) : 0);
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

#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "stop.h"

#define CONNECT_SECONDS 10
#define CANCEL_SECONDS 5
#define WAIT_MS 500 /* between calls of on_wait */

int64_t wire_deadline(int seconds)
{
    return seconds > 0 ? clock_ms() + (int64_t)seconds * 1000 : -1;
}

/* PostgreSQL's messages end with a line break, and can hold several lines. */
static int first_line(const char *msg)
{
    return (int)strcspn(msg, "\n");
}

static void notice_to_log(void *arg, const PGresult *res)
{
    const char *msg = PQresultErrorMessage(res);

    (void)arg;
    log_debug("server: %.*s", first_line(msg), msg);
}

/* A signal and the deadline end every wait. left: until the deadline, if there is one. */
static int may_wait(const struct wire *wire, bool has_deadline, int64_t left, struct err *err)
{
    if (wire->stoppable && stop_signal() != 0)
        return err_set(err, ERR_STOPPED, "stopped by signal %d", stop_signal());
    if (has_deadline && left <= 0)
        return err_set(err, ERR_TIMEOUT, "no answer from the database within %d s", wire->timeout);
    return 0;
}

/* Waits until the socket is ready for events, a signal comes, or the deadline has passed. */
static int wait_socket(struct wire *wire, short events, int64_t deadline, struct err *err)
{
    struct pollfd fds[2] = { { .fd = PQsocket(wire->conn), .events = events },
                             { .fd = wire->stoppable ? stop_fd() : -1, .events = POLLIN } };

    for (;;) {
        int64_t left = deadline < 0 ? -1 : deadline - clock_ms();
        int ready;

        if (may_wait(wire, deadline >= 0, left, err) < 0)
            return -1;
        if (wire->options->on_wait) {
            wire->options->on_wait(wire->options->on_wait_cls);
            left = left < 0 || left > WAIT_MS ? WAIT_MS : left;
        }
        ready = poll(fds, 2, left > INT32_MAX ? INT32_MAX : (int)left);
        if (ready < 0 && errno != EINTR)
            return err_set(err, ERR_SYSTEM, "poll: %m");
        if (ready > 0 && fds[0].revents != 0)
            return 0;
    }
}

static enum err_code class_of(const struct wire *wire, const char *sqlstate)
{
    static const struct {
        const char *prefix;
        enum err_code code;
    } classes[] = {
        { "23505", ERR_UNIQUE },  { "42501", ERR_PERMISSION }, { "42P01", ERR_SCHEMA },
        { "42883", ERR_SCHEMA },  { "22", ERR_VALUE },         { "28", ERR_PERMISSION },
        { "57014", ERR_TIMEOUT }, { "08", ERR_DB_DOWN },       { "57P", ERR_DB_DOWN },
        { "53300", ERR_DB_DOWN }, { "53400", ERR_DB },         { "53", ERR_SYSTEM },
        { "58", ERR_SYSTEM },
    };

    if (PQstatus(wire->conn) != CONNECTION_OK)
        return ERR_DB_DOWN;
    for (size_t i = 0; sqlstate && i < ARRAY_LEN(classes); i++)
        if (strncmp(sqlstate, classes[i].prefix, strlen(classes[i].prefix)) == 0)
            return classes[i].code;
    return sqlstate ? ERR_DB : ERR_SYSTEM; /* libpq itself: out of memory */
}

int wire_fail(const struct wire *wire, const PGresult *res, const char *doing, struct err *err)
{
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *detail = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_DETAIL) : NULL;
    const char *msg = primary ? primary : PQerrorMessage(wire->conn);

    return err_set(err, class_of(wire, state), "%s: %.*s%s%s%s%s%s%s", doing, first_line(msg), msg,
                   detail ? " (" : "", detail ? detail : "", detail ? ")" : "",
                   state ? " [SQLSTATE " : "", state ? state : "", state ? "]" : "");
}

/* Why a connection could not be made. The server gives no SQLSTATE to libpq then. */
static int connect_fail(PGconn *conn, struct err *err)
{
    static const char *const refusals[] = { "password", "authentication", "permission denied for",
                                            "no pg_hba.conf entry", "is not permitted to log in" };
    const char *msg = PQerrorMessage(conn);
    enum err_code code = ERR_DB_DOWN;
    CLEANUP(mem_freep) char *line = mem_copy(msg);

    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (strstr(msg, refusals[i]))
            code = ERR_PERMISSION;
    for (char *c = line; *c; c++)
        if (*c == '\n')
            *c = ' ';
    return err_set(err, code, "cannot connect to the database: %s", line);
}

static int connect_poll(struct wire *wire, struct err *err)
{
    bool hurried = wire->timeout > 0 && wire->timeout < CONNECT_SECONDS;
    int64_t deadline = wire_deadline(hurried ? wire->timeout : CONNECT_SECONDS);
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED || PQstatus(wire->conn) == CONNECTION_BAD)
            return connect_fail(wire->conn, err);
        if (wait_socket(wire, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline, err) <
            0)
            return err->code == ERR_TIMEOUT
                       ? err_set(err, ERR_DB_DOWN, "cannot connect to the database in time")
                       : -1;
        status = PQconnectPoll(wire->conn);
    }
    return 0;
}

int wire_connect(struct wire *wire, const struct db_options *options, struct err *err)
{
    /* In front of dbname is what the connection string may say otherwise. Keepalives: a server
     * whose machine is gone is known within a minute, not by the kernel's two hours. */
    const char *const keys[] = {
        "keepalives_idle", "keepalives_interval", "keepalives_count", "dbname", "application_name",
        "client_encoding", "connect_timeout",     "options",          NULL
    };
    const char *const values[] = { "30",
                                   "10",
                                   "3",
                                   options->conninfo ? options->conninfo : "",
                                   options->program,
                                   "UTF8",
                                   "10",
                                   "-c TimeZone=UTC -c idle_session_timeout=0",
                                   NULL };

    wire->stoppable = options->stoppable;
    wire->options = options;
    wire->timeout = options->timeout;
    wire->conn = PQconnectStartParams(keys, values, 1);
    if (!wire->conn)
        return err_set(err, ERR_DB_DOWN, "cannot connect to the database: out of memory");
    PQsetNoticeReceiver(wire->conn, notice_to_log, NULL);
    if (connect_poll(wire, err) < 0)
        return -1;
    return PQsetnonblocking(wire->conn, 1) < 0 ? wire_fail(wire, NULL, "connecting", err) : 0;
}

/* A broken socket is known when libpq tries it, so errors here are the connection's. */
int wire_flush(struct wire *wire, int64_t deadline, struct err *err)
{
    int left;

    while ((left = PQflush(wire->conn)) == 1) {
        if (wait_socket(wire, POLLIN | POLLOUT, deadline, err) < 0)
            return -1;
        /* The server may be waiting for us to read: else both wait. */
        if (PQconsumeInput(wire->conn) == 0)
            return wire_fail(wire, NULL, "sending", err);
    }
    return left < 0 ? wire_fail(wire, NULL, "sending", err) : 0;
}

int wire_next_result(struct wire *wire, int64_t deadline, PGresult **ret_result, struct err *err)
{
    if (wire_flush(wire, deadline, err) < 0)
        return -1;
    while (PQisBusy(wire->conn)) {
        if (wait_socket(wire, POLLIN, deadline, err) < 0)
            return -1;
        if (PQconsumeInput(wire->conn) == 0)
            return wire_fail(wire, NULL, "receiving", err);
    }
    *ret_result = PQgetResult(wire->conn);
    return 0;
}

/* A request to cancel, which belongs to who asks and who waits: the last of them frees it. */
struct cancel {
    PGcancel *what;
    int done_fd;
    int holders; /* atomic */
};

static void cancel_release(struct cancel *cancel)
{
    if (__atomic_sub_fetch(&cancel->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    PQfreeCancel(cancel->what);
    if (cancel->done_fd >= 0)
        (void)close(cancel->done_fd);
    free(cancel);
}

static void *ask_to_cancel(void *cls)
{
    struct cancel *cancel = cls;
    char why[256];

    if (!PQcancel(cancel->what, why, sizeof(why)))
        log_debug("cancel: %.*s", first_line(why), why);
    (void)eventfd_write(cancel->done_fd, 1);
    cancel_release(cancel);
    return NULL;
}

/* PQcancel waits for a server that does not answer as long as it takes: so a thread does, which is
 * left behind then. */
static void cancel_within(PGconn *conn, int seconds)
{
    struct cancel *cancel = mem_alloc(sizeof(*cancel));
    struct pollfd done;
    pthread_t thread;

    *cancel = (struct cancel){ .what = PQgetCancel(conn),
                               .done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
    done = (struct pollfd){ .fd = cancel->done_fd, .events = POLLIN };
    cancel->holders = 2;
    if (cancel->what && cancel->done_fd >= 0 &&
        pthread_create(&thread, NULL, ask_to_cancel, cancel) == 0) {
        (void)pthread_detach(thread);
        (void)poll(&done, 1, seconds * 1000);
    } else {
        cancel->holders = 1; /* nobody asks */
    }
    cancel_release(cancel);
}

void wire_cancel(struct wire *wire)
{
    int64_t deadline = wire_deadline(CANCEL_SECONDS);
    bool stoppable = wire->stoppable;
    struct err err;

    wire->stoppable = false;
    cancel_within(wire->conn, CANCEL_SECONDS);
    for (;;) {
        PGresult *res = NULL;

        if (wire_next_result(wire, deadline, &res, &err) < 0) {
            log_debug("cancel: %s", err.msg);
            wire->lost = true;
        }
        if (!res)
            break;
        if (PQresultStatus(res) == PGRES_COPY_IN)
            (void)PQputCopyEnd(wire->conn, "stopped");
        PQclear(res);
    }
    wire->stoppable = stoppable;
}

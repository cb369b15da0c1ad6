#include "server.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assets.h"
#include "clock.h"
#include "deadline.h"
#include "exchange.h"
#include "intake.h"
#include "log.h"
#include "look.h"
#include "send.h"

#define CONNECTION_MEMORY ((size_t)16384)
#define REQUEST_SECONDS 10
#define ANSWER_SECONDS 30
#define SPARE_FDS 64U
#define QUIESCE_MS 20

struct server {
    struct MHD_Daemon *daemon;
    struct deadlines *deadlines;
    const struct server_parts *parts;
    uint64_t prefix;   /* of the ids of requests, another one each time that txapi starts */
    uint64_t requests; /* atomic, as the next */
    unsigned open;     /* requests that are not answered yet */
    int listen_fd;
};

/* 0: it is not an IPv4 address. */
static uint32_t address_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    if (!info || !info->client_addr || info->client_addr->sa_family != AF_INET)
        return 0;
    return ntohl(((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr.s_addr);
}

static enum MHD_Result send_out(struct exchange *exchange, struct reply reply)
{
    exchange->status = reply.status;
    exchange->bytes = strcmp(exchange->method, "HEAD") == 0 ? 0 : reply.len;
    exchange->route = reply.route;
    return send_reply(exchange->connection, reply, exchange->id);
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct server *server = cls;
    struct exchange *exchange;

    if (!look_begin(connection))
        return NULL; /* on_request closes */
    exchange = exchange_new(target, connection);
    exchange_give_id(exchange, server->prefix,
                     __atomic_add_fetch(&server->requests, 1, __ATOMIC_RELAXED));
    (void)__atomic_add_fetch(&server->open, 1, __ATOMIC_RELAXED);
    return exchange;
}

/* The headers are here and nothing else: a request that is not as it must be ends now. */
static enum MHD_Result look(struct exchange *exchange, const char *method, const char *version)
{
    struct reply reply;
    unsigned status;

    exchange->seen = true;
    (void)snprintf(exchange->method, sizeof(exchange->method), "%s", method);
    status = look_status(exchange->connection, method, version, exchange->target, &exchange->head);
    exchange_take_id(exchange);
    if (status == 0)
        return MHD_YES;
    reply = reply_refusal(status);
    return send_out(exchange, reply);
}

/* The page's files: they hold no data, and a browser can send a token only once it has them. */
static bool is_page(const struct api *api, const char *target)
{
    char name[64];
    size_t length = strcspn(target, "?");

    if (target[0] != '/' || length > sizeof(name))
        return false;
    memcpy(name, target + 1, length - 1);
    name[length - 1] = '\0';
    return !strchr(name, '/') && assets_find(api->assets, name);
}

/* Whether the client may ask, by its token and by how often it does. */
static bool let_in(const struct server_parts *parts, struct exchange *exchange,
                   struct reply *ret_reply)
{
    uint32_t address = address_of(exchange->connection);
    int wait = limit_take(parts->limit, address, LIMIT_REQUEST);
    bool known = wait == 0 && (!parts->tokens || is_page(&parts->api, exchange->target) ||
                               tokens_know(parts->tokens, exchange->head.authorization));

    if (wait == 0 && !known)
        wait = limit_take(parts->limit, address, LIMIT_FAILURE);
    if (wait > 0) {
        *ret_reply = reply_problem(429, "too many requests from this address");
        ret_reply->retry_after = wait;
        return false;
    }
    if (!known)
        *ret_reply = reply_problem(401, "this needs a bearer token that txapi knows");
    return known;
}

static void on_answer(struct waiter *waiter, struct kept *kept)
{
    struct exchange *exchange = (struct exchange *)(void *)waiter;

    exchange->kept = kept;
    MHD_resume_connection(exchange->connection);
}

/* The connection sleeps until a thread has the answer: then libmicrohttpd calls on_request again.
 */
static enum MHD_Result ask(const struct server *server, struct exchange *exchange,
                           struct route_wanted *wanted)
{
    exchange->waiter.done = on_answer;
    MHD_suspend_connection(exchange->connection);
    if (!work_ask(server->parts->work, wanted->key, wanted->question, &exchange->waiter))
        on_answer(&exchange->waiter,
                  kept_new(reply_problem(503, "too many questions wait for the database")));
    return MHD_YES;
}

static enum MHD_Result answer(const struct server *server, struct exchange *exchange)
{
    struct request request = exchange_request(exchange);
    struct route_wanted wanted = { NULL, NULL };
    struct reply reply;

    if (exchange->kept) {
        reply = route_kept(&request, TAKE(exchange->kept));
        reply.route = exchange->route;
        return send_out(exchange, reply);
    }
    if (!let_in(server->parts, exchange, &reply))
        return send_out(exchange, reply);
    if (route_answer(&server->parts->api, &request, &reply, &wanted))
        return send_out(exchange, reply);
    exchange->route = wanted.question ? wanted.question->route->path : NULL;
    return ask(server, exchange, &wanted);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, // NOLINT(readability-non-const-parameter)
                                  void **cls_request)
{
    struct server *server = cls;
    struct exchange *exchange = *cls_request;

    (void)url;
    (void)upload;
    if (!exchange)
        return MHD_NO;
    if (!exchange->seen) {
        deadlines_answer(server->deadlines, look_socket(connection));
        return look(exchange, method, version);
    }
    if (*upload_size > 0)
        return MHD_NO; /* the guard lets no body through */
    return answer(server, exchange);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **cls_request,
                         enum MHD_RequestTerminationCode how)
{
    struct server *server = cls;
    struct exchange *exchange = *cls_request;

    (void)how;
    *cls_request = NULL;
    deadlines_await(server->deadlines, look_socket(connection));
    if (!exchange)
        return;
    if (exchange->status != 0)
        metrics_count(server->parts->metrics, exchange->route, exchange->status,
                      clock_us() - exchange->started);
    exchange_log(exchange, server->parts->access_log, address_of(connection));
    exchange_free(exchange);
    (void)__atomic_sub_fetch(&server->open, 1, __ATOMIC_RELAXED);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **cls_connection,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *server = cls;
    bool started = what == MHD_CONNECTION_NOTIFY_STARTED;

    int fd = look_socket(connection);

    (void)cls_connection;
    metrics_connection(server->parts->metrics, started ? 1 : -1);
    if (started) {
        intake_open(fd);
        deadlines_await(server->deadlines, fd);
    } else {
        intake_close(fd);
        deadlines_gone(server->deadlines, fd);
    }
}

static void on_mhd_log(void *cls, const char *fmt, va_list ap)
{
    char msg[512];

    (void)cls;
    (void)vsnprintf(msg, sizeof(msg), fmt, ap);
    msg[strcspn(msg, "\r\n")] = '\0';
    log_debug("libmicrohttpd: %s", msg);
}

static struct MHD_Daemon *start(struct server *server, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_THREAD_POOL_SIZE, server->parts->threads, MHD_OPTION_CONNECTION_LIMIT,
        server->parts->connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)REQUEST_SECONDS, MHD_OPTION_END);
}

struct server *server_start(int fd, const struct server_parts *parts, struct err *err)
{
    CLEANUP(server_stopp) struct server *server = mem_alloc(sizeof(*server));

    server->parts = parts;
    server->listen_fd = -1;
    server->prefix = exchange_prefix();
    server->deadlines =
        deadlines_start(parts->connections + SPARE_FDS, REQUEST_SECONDS, ANSWER_SECONDS, err);
    if (!server->deadlines) {
        (void)close(fd);
        return NULL;
    }
    server->daemon = start(server, fd);
    if (!server->daemon) {
        (void)close(fd);
        err_set(err, ERR_SYSTEM, "cannot serve: %m");
        return NULL;
    }
    return TAKE(server);
}

void server_quiesce(struct server *server, int seconds)
{
    int64_t until = clock_ms() + (int64_t)seconds * 1000;

    server->listen_fd = MHD_quiesce_daemon(server->daemon);
    while (__atomic_load_n(&server->open, __ATOMIC_RELAXED) > 0 && clock_ms() < until)
        (void)usleep(QUIESCE_MS * 1000);
}

void server_stopp(struct server **server)
{
    if (!*server)
        return;
    if ((*server)->daemon)
        MHD_stop_daemon((*server)->daemon);
    if ((*server)->listen_fd >= 0)
        (void)close((*server)->listen_fd);
    deadlines_stopp(&(*server)->deadlines);
    free(*server);
}

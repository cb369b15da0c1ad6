#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "guard.h"
#include "log.h"
#include "text.h"

#define CONNECTIONS 4096U
#define CONNECTION_MEMORY ((size_t)16384)
#define REQUEST_SECONDS 10
#define ANSWER_SECONDS 30
#define THREADS 2U

/*
 * Referrer-Policy and the rest by OWASP's secure headers. The dashboard loads what it is made of
 * from here and nothing else; dygraphs sets styles through the DOM, which the policy lets pass.
 */
static const struct {
    const char *name;
    const char *value;
} headers[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
};
static const char page_policy[] =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct server {
    struct MHD_Daemon *daemon;
    struct deadlines *deadlines;
    const struct api *api;
};

/* What is kept of a request between libmicrohttpd's calls. */
struct exchange {
    bool seen; /* the headers were looked at */
    char target[GUARD_TARGET_MAX + 2];
};

static void response_destroyp(struct MHD_Response **response)
{
    if (*response)
        MHD_destroy_response(*response);
}

static int socket_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? info->connect_fd : -1;
}

static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
    return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_headers(struct MHD_Response *response, const struct reply *reply)
{
    for (size_t i = 0; i < ARRAY_LEN(headers); i++)
        if (!add_header(response, headers[i].name, headers[i].value))
            return false;
    return add_header(response, "Content-Type", reply->type) &&
           add_header(response, "ETag", reply->etag) &&
           add_header(response, "Cache-Control", reply->is_page ? "no-cache" : "no-store") &&
           add_header(response, "Content-Security-Policy",
                      reply->is_page ? page_policy
                                     : "default-src 'none'; frame-ancestors 'none'") &&
           add_header(response, "Allow", reply->status == 405 ? "GET, HEAD" : NULL) &&
           add_header(response, "Retry-After", reply->status == 503 ? "5" : NULL) &&
           add_header(response, "Connection", reply->close ? "close" : NULL);
}

/* Takes the reply's body over, if it is its own. */
static enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply reply)
{
    CLEANUP(response_destroyp)
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply.len, reply.body, reply.is_owned ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);

    if (!response) {
        if (reply.is_owned)
            free(reply.body);
        return MHD_NO;
    }
    if (!add_headers(response, &reply))
        return MHD_NO;
    return MHD_queue_response(connection, reply.status, response);
}

static void log_request(const char *method, const char *target, unsigned status)
{
    char number[TEXT_I64_SIZE];

    log_event(LOG_INFO,
              LOG_FIELDS({ "method", method }, { "target", target },
                         { "status", text_from_i64(status, number) }),
              "request");
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct exchange *exchange = mem_alloc(sizeof(*exchange));

    (void)cls;
    (void)connection;
    (void)snprintf(exchange->target, sizeof(exchange->target), "%s", target);
    return exchange;
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    guard_header(cls, name, name_len, value, value_len);
    return MHD_YES;
}

/* The headers are here and nothing else: a request that is not as it must be ends now. */
static enum MHD_Result look(struct MHD_Connection *connection, struct exchange *exchange,
                            const char *method, const char *version)
{
    struct guard guard = { 0 };
    struct reply reply;
    unsigned status;

    exchange->seen = true;
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_header, &guard);
    status = guard_status(&guard, version, exchange->target);
    if (status == 0)
        return MHD_YES;
    reply = reply_problem(status, status == 400 ? "the request is malformed, or has a body" : NULL);
    reply.close = true;
    log_request(method, exchange->target, status);
    return send_reply(connection, reply);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, // NOLINT(readability-non-const-parameter)
                                  void **cls_request)
{
    struct server *server = cls;
    struct exchange *exchange = *cls_request;
    struct request request = { .method = method };
    struct reply reply;

    (void)url;
    (void)upload;
    if (!exchange)
        return MHD_NO;
    if (!exchange->seen) {
        deadlines_answer(server->deadlines, socket_of(connection));
        return look(connection, exchange, method, version);
    }
    if (*upload_size > 0)
        return MHD_NO; /* the guard lets no body through */
    request.target = exchange->target;
    request.if_none_match =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
    request.accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept");
    reply = route_answer(server->api, &request);
    log_request(method, exchange->target, reply.status);
    return send_reply(connection, reply);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **cls_request,
                         enum MHD_RequestTerminationCode how)
{
    struct server *server = cls;

    (void)how;
    free(*cls_request);
    *cls_request = NULL;
    deadlines_await(server->deadlines, socket_of(connection));
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **cls_connection,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *server = cls;

    (void)cls_connection;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        deadlines_await(server->deadlines, socket_of(connection));
    else
        deadlines_gone(server->deadlines, socket_of(connection));
}

static void on_mhd_log(void *cls, const char *fmt, va_list ap)
{
    char msg[512];

    (void)cls;
    (void)vsnprintf(msg, sizeof(msg), fmt, ap);
    msg[strcspn(msg, "\r\n")] = '\0';
    log_debug("libmicrohttpd: %s", msg);
}

/* A socket of our own: libmicrohttpd does not tell why it could not listen. */
static int listen_on(const char *address, uint16_t port, struct err *err)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int yes = 1;

    (void)inet_pton(AF_INET, address, &in.sin_addr);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
        bind(fd, (const struct sockaddr *)&in, sizeof(in)) < 0 || listen(fd, SOMAXCONN) < 0) {
        err_set(err, ERR_SYSTEM, "cannot listen on %s:%u: %m", address, port);
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }
    return fd;
}

struct server *server_start(const char *address, uint16_t port, const struct api *api,
                            struct err *err)
{
    CLEANUP(server_stopp) struct server *server = mem_alloc(sizeof(*server));
    int fd = listen_on(address, port, err);

    if (fd < 0)
        return NULL;
    server->api = api;
    server->deadlines = deadlines_start(CONNECTIONS + 64U, REQUEST_SECONDS, ANSWER_SECONDS, err);
    if (!server->deadlines) {
        (void)close(fd);
        return NULL;
    }
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_THREAD_POOL_SIZE,
        THREADS, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)REQUEST_SECONDS,
        MHD_OPTION_END);
    if (!server->daemon) {
        (void)close(fd);
        err_set(err, ERR_SYSTEM, "cannot serve on %s:%u: %m", address, port);
        return NULL;
    }
    return TAKE(server);
}

void server_stopp(struct server **server)
{
    if (!*server)
        return;
    if ((*server)->daemon)
        MHD_stop_daemon((*server)->daemon);
    deadlines_stopp(&(*server)->deadlines);
    free(*server);
}

#include "admin.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"
#include "intake.h"
#include "look.h"
#include "mem.h"
#include "send.h"

#define CONNECTIONS 16U
#define SECONDS 10U

struct admin {
    struct MHD_Daemon *daemon;
    const struct server_parts *parts;
    struct pool *pool;
};

static void write_gauge(FILE *out, const char *name, const char *kind, const char *help,
                        int64_t value)
{
    (void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name, kind, name,
                  value);
}

static void write_metrics(const struct admin *admin, FILE *out)
{
    struct cache_stats cache = cache_stats(admin->parts->api.cache);
    struct work_stats work = work_stats(admin->parts->work);
    const struct watch *watch = admin->parts->api.watch;
    const struct {
        const char *name;
        const char *kind;
        const char *help;
        int64_t value;
    } gauges[] = {
        { "txapi_cache_hits_total", "counter", "Questions whose answer was kept.",
          (int64_t)cache.hits },
        { "txapi_cache_misses_total", "counter", "Questions whose answer was not kept.",
          (int64_t)cache.misses },
        { "txapi_cache_entries", "gauge", "Answers that are kept.", (int64_t)cache.entries },
        { "txapi_cache_bytes", "gauge", "Memory of the answers that are kept.",
          (int64_t)cache.bytes },
        { "txapi_db_up", "gauge", "Whether the database answers.", watch_is_up(watch) },
        { "txapi_data_age_seconds", "gauge", "Since the state of the data was last looked at.",
          watch_age(watch) },
        { "txapi_pool_connections", "gauge", "Connections to the database.",
          (int64_t)pool_open(admin->pool) },
        { "txapi_questions_waiting", "gauge", "Questions that wait for a connection.",
          (int64_t)work.waiting },
        { "txapi_questions_asked", "gauge", "Questions that the database is at.",
          (int64_t)work.asked },
    };

    metrics_write(admin->parts->metrics, out);
    for (size_t i = 0; i < ARRAY_LEN(gauges); i++)
        write_gauge(out, gauges[i].name, gauges[i].kind, gauges[i].help, gauges[i].value);
    (void)fprintf(out,
                  "# HELP txapi_build_info What runs.\n# TYPE txapi_build_info gauge\n"
                  "txapi_build_info{version=\"%s\",libpq=\"%d\",libmicrohttpd=\"%s\"} 1\n",
                  VERSION, PQlibVersion(), MHD_get_version());
}

static struct reply metrics(const struct admin *admin)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (!out)
        return reply_problem(500, NULL);
    write_metrics(admin, out);
    return fclose(out) == 0 ? reply_of("text/plain; version=0.0.4; charset=utf-8", text)
                            : reply_problem(500, NULL);
}

static struct reply answer(const struct admin *admin, const char *method, const char *url)
{
    if (!guard_is_read(method))
        return reply_refusal(405); /* whatever body the method may have is not read */
    if (strcmp(url, "/live") == 0)
        return reply_of("application/json", mem_copy("{\"status\":\"live\"}"));
    if (strcmp(url, "/metrics") == 0)
        return metrics(admin);
    return reply_problem(404, "there is nothing at this path");
}

/* A request, from its target to its end. */
struct visit {
    struct waiter waiter; /* first: on_answer finds the rest by it */
    struct MHD_Connection *connection;
    struct kept *kept; /* whether the database is ready */
    bool seen;         /* the headers were looked at */
    char target[];
};

static void on_answer(struct waiter *waiter, struct kept *kept)
{
    struct visit *visit = (struct visit *)(void *)waiter;

    visit->kept = kept;
    MHD_resume_connection(visit->connection);
}

/* As any other question: the thread of the listener does not wait for the database. */
static enum MHD_Result ask_ready(const struct admin *admin, struct visit *visit)
{
    if (!watch_is_up(admin->parts->api.watch))
        return send_reply(visit->connection, reply_problem(503, "the database is away"), NULL);
    visit->waiter.done = on_answer;
    MHD_suspend_connection(visit->connection);
    if (!work_ask(admin->parts->work, mem_copy("ready"), NULL, &visit->waiter))
        on_answer(&visit->waiter,
                  kept_new(reply_problem(503, "too many questions wait for the database")));
    return MHD_YES;
}

static enum MHD_Result answer_visit(const struct admin *admin, struct visit *visit,
                                    const char *method, const char *url)
{
    const struct request request = { .method = method };

    if (visit->kept)
        return send_reply(visit->connection, route_kept(&request, TAKE(visit->kept)), NULL);
    if (guard_is_read(method) && strcmp(url, "/ready") == 0)
        return ask_ready(admin, visit);
    return send_reply(visit->connection, answer(admin, method, url), NULL);
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct visit *visit;

    (void)cls;
    if (!look_begin(connection))
        return NULL; /* on_request closes */
    visit = mem_alloc(sizeof(*visit) + strlen(target) + 1);
    visit->connection = connection;
    memcpy(visit->target, target, strlen(target) + 1);
    return visit;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, // NOLINT(readability-non-const-parameter)
                                  void **cls_request)
{
    struct visit *visit = *cls_request;
    unsigned status;

    (void)upload;
    if (!visit || *upload_size > 0)
        return MHD_NO; /* the guard lets no body through */
    if (visit->seen)
        return answer_visit(cls, visit, method, url);
    visit->seen = true;
    status = look_status(connection, method, version, visit->target, NULL);
    return status == 0 ? MHD_YES : send_reply(connection, reply_refusal(status), NULL);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **cls_request,
                         enum MHD_RequestTerminationCode how)
{
    struct visit *visit = *cls_request;

    (void)cls;
    (void)connection;
    (void)how;
    if (visit)
        kept_release(visit->kept);
    free(visit);
    *cls_request = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **cls_connection,
                          enum MHD_ConnectionNotificationCode what)
{
    (void)cls;
    (void)cls_connection;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        intake_open(look_socket(connection));
    else
        intake_close(look_socket(connection));
}

struct admin *admin_start(int fd, const struct server_parts *parts, struct pool *pool,
                          struct err *err)
{
    CLEANUP(admin_stopp) struct admin *admin = mem_alloc(sizeof(*admin));

    admin->parts = parts;
    admin->pool = pool;
    admin->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, admin,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, NULL, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, SECONDS, MHD_OPTION_END);
    if (!admin->daemon) {
        (void)close(fd);
        err_set(err, ERR_SYSTEM, "cannot serve the admin listener: %m");
        return NULL;
    }
    return TAKE(admin);
}

void admin_stopp(struct admin **admin)
{
    if (!*admin)
        return;
    if ((*admin)->daemon)
        MHD_stop_daemon((*admin)->daemon);
    free(*admin);
}

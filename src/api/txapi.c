#include <getopt.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "admin.h"
#include "assets.h"
#include "conf.h"
#include "dump.h"
#include "file.h"
#include "json_out.h"
#include "log.h"
#include "openapi.h"
#include "pool.h"
#include "server.h"
#include "settings.h"
#include "stop.h"

#define ARENAS 1

static const char usage[] =
    "usage: txapi [OPTION…]    serve counts, the state of ingestion and the dashboard\n"
    "\n"
    "  -c, --config FILE     the configuration (default: $TXMON_CONFIG, else " CONF_PATH ")\n"
    "      --check           read the configuration, say what is wrong with it, and end\n"
    "      --dump-config     print the values that count, without passwords, and end\n"
    "  -v, --verbose         log each request\n"
    "  -h, --help            this\n"
    "  -V, --version         the versions of txapi and libpq\n"
    "\n"
    "SIGHUP reads the tokens again. Exit status: 0 after SIGTERM or SIGINT; 1 failed; 2 usage or\n"
    "configuration.\n"
    "\n"
    "Configuration:\n";

struct options {
    const char *config;
    bool check;
    bool dump;
    bool verbose;
};

/* 1: go on; 0: --help or --version was all; -1: wrong. */
static int read_options(int argc, char *argv[], struct options *ret, struct err *err)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "check", no_argument, NULL, 'k' },
        { "dump-config", no_argument, NULL, 'd' },
        { "verbose", no_argument, NULL, 'v' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    opterr = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    while ((option = getopt_long(argc, argv, "c:vhV", longs, NULL)) != -1) {
        switch (option) {
        case 'c':
            ret->config = optarg;
            break;
        case 'k':
            ret->check = true;
            break;
        case 'd':
            ret->dump = true;
            break;
        case 'v':
            ret->verbose = true;
            break;
        case 'h':
            (void)fputs(usage, stdout);
            conf_help(stdout);
            return 0;
        case 'V':
            (void)printf("txapi %s (libpq %d)\n", VERSION, PQlibVersion());
            return 0;
        default:
            return err_set(err, ERR_USAGE, "'%s' is no option, or lacks its value (--help)",
                           argv[optind - 1]);
        }
    }
    if (optind < argc)
        return err_set(err, ERR_USAGE, "'%s' is too much: txapi takes options only (--help)",
                       argv[optind]);
    return 1;
}

/* What serves, in the order in which it starts; it ends in the reverse one. */
struct running {
    const struct settings *settings;
    struct pool *pool;
    struct server_parts parts;
    struct server *server;
    struct admin *admin;
};

static void on_database(void *cls, bool is_up)
{
    struct running *running = cls;

    if (is_up)
        pool_renew(running->pool);
    else
        work_abandon(running->parts.work);
}

static void stop(struct running *running)
{
    if (running->server)
        server_quiesce(running->server, (int)running->settings->stop_seconds);
    if (running->parts.work)
        work_close(running->parts.work); /* the server ends when nobody waits any more */
    admin_stopp(&running->admin);
    server_stopp(&running->server);
    watch_stopp(&running->parts.api.watch);
    work_stopp(&running->parts.work);
    limit_freep(&running->parts.limit);
    tokens_freep(&running->parts.tokens);
    metrics_freep(&running->parts.metrics);
    cache_freep(&running->parts.api.cache);
    pool_freep(&running->pool);
}

static int start_admin(struct running *running, int given, struct err *err)
{
    int fd = LISTEN_FIRST + 1;

    if (given < 2 && running->settings->admin.port == 0)
        return 0;
    if (given < 2)
        fd = listen_open(&running->settings->admin, err);
    if (fd < 0)
        return -1;
    running->admin = admin_start(fd, &running->parts, running->pool, err);
    return running->admin ? 0 : -1;
}

static int start_listening(struct running *running, struct err *err)
{
    int given = listen_given();
    int fd = given > 0 ? LISTEN_FIRST : listen_open(&running->settings->listen, err);

    if (fd < 0)
        return -1;
    running->server = server_start(fd, &running->parts, err);
    return running->server ? start_admin(running, given, err) : -1;
}

static int start(struct running *running, const struct assets *assets, struct err *err)
{
    const struct settings *settings = running->settings;
    struct server_parts *parts = &running->parts;

    parts->api.assets = assets;
    parts->api.cache = cache_new((size_t)settings->cache << 20);
    parts->metrics = metrics_new();
    parts->threads = (unsigned)settings->threads;
    parts->connections = (unsigned)settings->connections;
    parts->access_log = settings->access_log;
    if (settings->rate > 0 || settings->tokens)
        parts->limit = limit_new(settings->rate, settings->failures);
    if (settings->tokens) {
        parts->tokens = tokens_read(settings->tokens, err);
        if (!parts->tokens)
            return -1;
    }
    running->pool = pool_new(&settings->db, (size_t)settings->pool);
    parts->work =
        work_start(running->pool, parts->api.cache,
                   &(struct work_options){ .threads = (size_t)settings->pool,
                                           .most = (size_t)settings->queue,
                                           .patience = settings->patience,
                                           .timeout = INT64_C(1000) * settings->db.timeout },
                   err);
    if (!parts->work)
        return -1;
    parts->api.watch = watch_start(&settings->db, parts->api.cache, on_database, running, err);
    return parts->api.watch ? start_listening(running, err) : -1;
}

static void reload(struct running *running)
{
    struct err err;

    if (!running->parts.tokens)
        log_info("SIGHUP: there is nothing to read again");
    else if (tokens_reload(running->parts.tokens, &err) < 0)
        log_warn("%s; going on with the tokens from before", err.msg);
    else
        log_info("SIGHUP: the tokens were read again");
}

/* What starting would find wrong with what the configuration names. */
static int check(const struct settings *settings, const char *path, struct err *err)
{
    CLEANUP(tokens_freep) struct tokens *tokens = NULL;

    if (settings->tokens) {
        tokens = tokens_read(settings->tokens, err);
        if (!tokens)
            return -1;
    }
    (void)printf("%s: the configuration is good\n", path);
    return 0;
}

/* Until SIGTERM or SIGINT; returns which. */
static int wait_for_signal(struct running *running)
{
    for (;;) {
        struct pollfd fd = { .fd = stop_fd(), .events = POLLIN };
        struct signalfd_siginfo info;

        if (poll(&fd, 1, -1) > 0 && read(fd.fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
            if (info.ssi_signo != SIGHUP)
                return (int)info.ssi_signo;
            reload(running);
        }
    }
}

static int serve(const struct settings *settings, const struct assets *assets, struct err *err)
{
    CLEANUP(stop) struct running running = { .settings = settings };

    /* Before the first thread, so that every thread inherits the mask. */
    if (stop_init(err) < 0 || start(&running, assets, err) < 0)
        return -1;
    log_info("listening on %s:%u", settings->listen.address, settings->listen.port);
    log_info("stopping on signal %d", wait_for_signal(&running));
    return 0;
}

static int work(const struct options *options, struct err *err)
{
    CLEANUP(conf_freep) struct conf *conf = conf_read(options->config, err);
    CLEANUP(assets_freep) struct assets *assets = NULL;
    struct settings settings;

    if (!conf || settings_read(conf, &settings, err) < 0)
        return -1;
    if (options->dump)
        return dump_config(conf, stdout, err);
    assets = assets_read(settings.dashboard, err);
    if (!assets)
        return -1;
    if (options->check)
        return check(&settings, conf_path(conf), err);
    assets_add(assets, OPENAPI_PATH + 1, reply_of("application/json", openapi_document()));
    return serve(&settings, assets, err);
}

int main(int argc, char *argv[])
{
    struct options options = { 0 };
    struct err err;
    int rc;

    /* Answers come and go in every thread: more arenas would hold more of what is free. */
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    (void)mallopt(M_ARENA_MAX, ARENAS);
    json_init();
    file_hold_standard();
    log_init("txapi", LOG_WARN);
    rc = read_options(argc, argv, &options, &err);
    if (rc > 0) {
        log_init("txapi", options.verbose ? LOG_INFO : LOG_WARN);
        rc = work(&options, &err);
    }
    if (rc < 0) {
        log_error("%s", err.msg);
        return err.code == ERR_USAGE ? 2 : EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

#include <arpa/inet.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "conf.h"
#include "log.h"
#include "pool.h"
#include "server.h"
#include "stop.h"
#include "text.h"

#define CONNECTIONS 4

static const char usage[] =
    "usage: txapi [OPTION…]    serve counts, the state of ingestion and the dashboard\n"
    "\n"
    "  -c, --config FILE     the configuration (default: $TXMON_CONFIG, else " CONF_PATH ")\n"
    "      --check           read the configuration, say what is wrong with it, and end\n"
    "  -v, --verbose         log each request\n"
    "  -h, --help            this\n"
    "  -V, --version         the versions of txapi and libpq\n"
    "\n"
    "Exit status: 0 after SIGTERM or SIGINT; 1 failed; 2 usage or configuration.\n"
    "\n"
    "Configuration:\n";

struct options {
    const char *config;
    bool check;
    bool verbose;
};

struct settings {
    char address[16];
    uint16_t port;
    struct db_options db;
};

/* 1: go on; 0: --help or --version was all; -1: wrong. */
static int read_options(int argc, char *argv[], struct options *ret, struct err *err)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' }, { "check", no_argument, NULL, 'k' },
        { "verbose", no_argument, NULL, 'v' },      { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },      { NULL, 0, NULL, 0 },
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

/* ADDRESS:PORT of IPv4. Without tokens there is nothing but loopback to listen on. */
static int read_listen(const struct conf *conf, struct settings *settings, struct err *err)
{
    const char *text = conf_get(conf, "api", "listen");
    size_t len = strcspn(text, ":");
    struct in_addr address;
    int64_t port;

    if (text[len] != ':' || len >= sizeof(settings->address) ||
        !text_to_i64(text + len + 1, 1, UINT16_MAX, &port))
        return conf_fail(conf, "api", "listen", err, "'%s' is not ADDRESS:PORT, as 127.0.0.1:8080",
                         text);
    (void)snprintf(settings->address, sizeof(settings->address), "%.*s", (int)len, text);
    settings->port = (uint16_t)port;
    if (inet_pton(AF_INET, settings->address, &address) != 1)
        return conf_fail(conf, "api", "listen", err, "'%s' is not an IPv4 address",
                         settings->address);
    if (ntohl(address.s_addr) >> 24 != 127)
        return conf_fail(conf, "api", "listen", err,
                         "'%s' is not a loopback address: whoever reaches txapi may read "
                         "everything, so let a reverse proxy with a login stand before it",
                         settings->address);
    return 0;
}

static int read_settings(const struct conf *conf, struct settings *settings, struct err *err)
{
    int64_t timeout;

    if (read_listen(conf, settings, err) < 0 ||
        conf_seconds(conf, "api", "timeout", &timeout, err) < 0)
        return -1;
    if (timeout < 1)
        return conf_fail(conf, "api", "timeout", err, "must be a second at least");
    settings->db = (struct db_options){ .conninfo = conf_get(conf, "database", "conninfo"),
                                        .program = "txapi",
                                        .timeout = (int)timeout,
                                        .read_only = true };
    return 0;
}

static void wait_for_signal(void)
{
    struct pollfd fd = { .fd = stop_fd(), .events = POLLIN };

    while (stop_signal() == 0)
        (void)poll(&fd, 1, -1);
}

static int serve(const struct settings *settings, const struct assets *assets, struct err *err)
{
    CLEANUP(pool_freep) struct pool *pool = pool_new(&settings->db, CONNECTIONS);
    CLEANUP(server_stopp) struct server *server = NULL;
    struct api api = { .pool = pool, .assets = assets };

    /* Before the first thread, so that every thread inherits the mask. */
    if (stop_init(err) < 0)
        return -1;
    server = server_start(settings->address, settings->port, &api, err);
    if (!server)
        return -1;
    log_info("listening on %s:%u", settings->address, settings->port);
    wait_for_signal();
    log_info("stopping on signal %d", stop_signal());
    return 0;
}

static int work(const struct options *options, struct err *err)
{
    CLEANUP(conf_freep) struct conf *conf = conf_read(options->config, err);
    CLEANUP(assets_freep) struct assets *assets = NULL;
    struct settings settings = { .port = 0 };

    if (!conf || read_settings(conf, &settings, err) < 0)
        return -1;
    assets = assets_read(conf_get(conf, "api", "dashboard"), err);
    if (!assets)
        return -1;
    if (options->check) {
        (void)printf("%s: the configuration is good\n", conf_path(conf));
        return 0;
    }
    return serve(&settings, assets, err);
}

int main(int argc, char *argv[])
{
    struct options options = { 0 };
    struct err err;
    int rc;

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

#include "settings.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "text.h"

/* ADDRESS:PORT of IPv4. */
static int read_address(const struct conf *conf, const char *key, struct listen_at *ret,
                        struct err *err)
{
    const char *text = conf_get(conf, "api", key);
    size_t len = strcspn(text, ":");
    struct in_addr address;
    int64_t port;

    if (text[len] != ':' || len >= sizeof(ret->address) ||
        !text_to_i64(text + len + 1, 1, UINT16_MAX, &port))
        return conf_fail(conf, "api", key, err, "'%s' is not ADDRESS:PORT, as %s", text,
                         strcmp(key, "listen") == 0 ? "127.0.0.1:8080" : "127.0.0.1:8081");
    (void)snprintf(ret->address, sizeof(ret->address), "%.*s", (int)len, text);
    ret->port = (uint16_t)port;
    if (inet_pton(AF_INET, ret->address, &address) != 1)
        return conf_fail(conf, "api", key, err, "'%s' is not an IPv4 address", ret->address);
    return 0;
}

static bool is_loopback(const struct listen_at *at)
{
    struct in_addr address;

    return inet_pton(AF_INET, at->address, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

/* Whoever reaches txapi may read everything: he has to be known, and nobody else may listen in. */
static int check_addresses(const struct conf *conf, const struct settings *settings,
                           struct err *err)
{
    if (settings->admin.port != 0 && !is_loopback(&settings->admin))
        return conf_fail(conf, "api", "admin", err, "'%s' is not a loopback address",
                         settings->admin.address);
    if (is_loopback(&settings->listen) || (settings->tokens && settings->behind_proxy))
        return 0;
    return conf_fail(conf, "api", "listen", err,
                     "'%s' is not a loopback address: whoever reaches txapi may read everything, "
                     "so it needs tokens = FILE, and behind_proxy = yes to say that a reverse "
                     "proxy does TLS before it",
                     settings->listen.address);
}

static int read_numbers(const struct conf *conf, struct settings *settings, struct err *err)
{
    const struct {
        const char *key;
        int64_t least;
        int64_t most;
        int64_t *value;
    } numbers[] = {
        { "threads", 1, 64, &settings->threads },
        { "connections", 16, 65536, &settings->connections },
        { "pool", 1, 64, &settings->pool },
        { "queue", 1, 65536, &settings->queue },
        { "patience", 10, 3600000, &settings->patience },
        { "cache", 0, 65536, &settings->cache },
        { "rate", 0, 1000000, &settings->rate },
        { "failures", 0, 1000000, &settings->failures },
    };

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const char *text = conf_get(conf, "api", numbers[i].key);

        if (!text_to_i64(text, numbers[i].least, numbers[i].most, numbers[i].value))
            return conf_fail(conf, "api", numbers[i].key, err,
                             "'%s' is not a number from %lld to %lld", text,
                             (long long)numbers[i].least, (long long)numbers[i].most);
    }
    return 0;
}

static int read_admin(const struct conf *conf, struct settings *settings, struct err *err)
{
    if (strcmp(conf_get(conf, "api", "admin"), "none") == 0)
        return 0;
    return read_address(conf, "admin", &settings->admin, err);
}

int settings_read(const struct conf *conf, struct settings *ret, struct err *err)
{
    const char *tokens = conf_get(conf, "api", "tokens");
    int64_t timeout;

    *ret = (struct settings){ .dashboard = conf_get(conf, "api", "dashboard"),
                              .tokens = tokens && tokens[0] ? tokens : NULL };
    if (read_address(conf, "listen", &ret->listen, err) < 0 || read_admin(conf, ret, err) < 0 ||
        conf_switch(conf, "api", "behind_proxy", &ret->behind_proxy, err) < 0 ||
        conf_switch(conf, "api", "access_log", &ret->access_log, err) < 0 ||
        check_addresses(conf, ret, err) < 0 || read_numbers(conf, ret, err) < 0 ||
        conf_seconds(conf, "api", "stop_timeout", &ret->stop_seconds, err) < 0 ||
        conf_seconds(conf, "api", "timeout", &timeout, err) < 0)
        return -1;
    if (timeout < 1 || timeout > 3600)
        return conf_fail(conf, "api", "timeout", err,
                         "must be a second at least, and an hour at "
                         "most");
    if (ret->stop_seconds > 3600)
        return conf_fail(conf, "api", "stop_timeout", err, "must be an hour at most");
    ret->db = (struct db_options){ .conninfo = conf_get(conf, "database", "conninfo"),
                                   .program = "txapi",
                                   .timeout = (int)timeout,
                                   .read_only = true };
    return 0;
}

#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "db.h"
#include "listen.h"

/* [api] and [database] of the configuration, read and checked. The texts are the configuration's.
 */
struct settings {
    struct listen_at listen;
    struct listen_at admin;
    const char *dashboard;
    const char *tokens; /* a file; NULL: none */
    bool behind_proxy;
    bool access_log;
    int64_t threads;
    int64_t connections; /* of HTTP */
    int64_t pool;        /* connections to the database, and threads that ask it */
    int64_t queue;
    int64_t patience; /* milliseconds */
    int64_t cache;    /* MiB */
    int64_t rate;
    int64_t failures;
    int64_t stop_seconds;
    struct db_options db;
};

MUST_CHECK int settings_read(const struct conf *conf, struct settings *ret, struct err *err);

#endif

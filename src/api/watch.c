#include "watch.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "sql.h"

#define LOOK_MS 250
#define FRESH_MS 1000  /* what was not found right for longer may not be so any more */
#define ANSWER_MS 1500 /* without an answer in so long the database is away */
#define LOOK_SECONDS 2 /* to connect, and for the rest of an answer that has begun */
#define BACKOFF_FIRST 100
#define BACKOFF_MOST 2000

struct watch {
    struct db_options options;
    struct cache *cache;
    watch_changed *changed;
    void *cls;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t tried_cond;
    bool tried;
    bool is_up;        /* atomic, as are the next */
    int64_t confirmed; /* when the version was last read */
    int stop_fd;
    unsigned seed;
};

static void set_up(struct watch *watch, bool is_up, const char *why)
{
    if (__atomic_exchange_n(&watch->is_up, is_up, __ATOMIC_ACQ_REL) != is_up) {
        if (is_up)
            log_info("the database is here");
        else
            log_warn("the database is away, going on with what is cached: %s", why);
        watch->changed(watch->cls, is_up);
    } else if (!is_up && !watch->tried) {
        log_warn("the database is away: %s", why);
    }
}

static void note_tried(struct watch *watch)
{
    (void)pthread_mutex_lock(&watch->mutex);
    watch->tried = true;
    (void)pthread_cond_signal(&watch->tried_cond);
    (void)pthread_mutex_unlock(&watch->mutex);
}

/* Waits for something on the connection (NULL: for nothing). False: the watch ends. */
static bool wait_ms(struct watch *watch, struct db *db, int ms)
{
    struct pollfd fds[2] = { { .fd = watch->stop_fd, .events = POLLIN },
                             { .fd = db ? PQsocket(db_conn(db)) : -1, .events = POLLIN } };

    (void)poll(fds, 2, ms);
    return fds[0].revents == 0;
}

static struct db *connect_and_listen(struct watch *watch, struct err *err)
{
    CLEANUP(db_closep) struct db *db = db_open(&watch->options, err);

    if (!db || db_run(db, &sql_api_listen, STMT_NO_ARGS, NULL, err) < 0)
        return NULL;
    return TAKE(db);
}

/* A database that does not answer in time is not asked to cancel, either: that can take longer. */
static int read_version(struct db *db, PGresult **ret_res, struct err *err)
{
    struct pollfd fd = { .fd = PQsocket(db_conn(db)), .events = POLLIN };

    if (db_start(db, &sql_api_version, STMT_NO_ARGS, err) < 0)
        return -1;
    if (poll(&fd, 1, ANSWER_MS) == 0)
        return err_set(err, ERR_TIMEOUT, "it does not answer");
    return db_finish(db, &sql_api_version, ret_res, err);
}

/* Without a schema there is no data, and that is an answer. */
static int look(struct watch *watch, struct db *db, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (read_version(db, &res, err) < 0 && err->code != ERR_SCHEMA && err->code != ERR_PERMISSION)
        return -1;
    cache_set_version(watch->cache, res && PQntuples(res) == 1 ? PQgetvalue(res, 0, 0) : "");
    __atomic_store_n(&watch->confirmed, clock_ms(), __ATOMIC_RELEASE);
    set_up(watch, true, NULL);
    note_tried(watch);
    return 0;
}

/* What has been notified is of no interest: that something was is why the version is read. */
static bool take_notifications(struct db *db)
{
    bool any = false;
    PGnotify *notify;

    while ((notify = PQnotifies(db_conn(db))) != NULL) {
        PQfreemem(notify);
        any = true;
    }
    return any;
}

/*
 * Until the connection is lost (-1), or the watch ends. What was notified while the version was
 * read came with its answer, may be younger than it, and would not wake the wait.
 */
static int listen_on(struct watch *watch, struct db *db, struct err *err)
{
    do {
        (void)take_notifications(db);
        do
            if (look(watch, db, err) < 0)
                return -1;
        while (take_notifications(db));
        if (!wait_ms(watch, db, LOOK_MS))
            return 0;
    } while (PQconsumeInput(db_conn(db)) != 0);
    return db_fail(db, NULL, "listening", err);
}

static int later(int backoff)
{
    int next = backoff == 0 ? BACKOFF_FIRST : backoff * 2;

    return next > BACKOFF_MOST ? BACKOFF_MOST : next;
}

static void *run(void *arg)
{
    struct watch *watch = arg;
    int backoff = 0;
    struct err err;

    do {
        CLEANUP(db_closep) struct db *db = connect_and_listen(watch, &err);

        if (db) {
            backoff = 0;
            if (listen_on(watch, db, &err) == 0)
                return NULL;
        }
        set_up(watch, false, err.msg);
        note_tried(watch);
        backoff = later(backoff);
    } while (wait_ms(watch, NULL, backoff / 2 + rand_r(&watch->seed) % (backoff / 2 + 1)));
    return NULL;
}

/* A database that hangs is not waited for. */
static void await_first_try(struct watch *watch)
{
    struct timespec until;
    int rc = 0;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    (void)pthread_mutex_lock(&watch->mutex);
    while (!watch->tried && rc == 0)
        rc = pthread_cond_timedwait(&watch->tried_cond, &watch->mutex, &until);
    (void)pthread_mutex_unlock(&watch->mutex);
}

struct watch *watch_start(const struct db_options *options, struct cache *cache,
                          watch_changed *changed, void *cls, struct err *err)
{
    struct watch *watch = mem_alloc(sizeof(*watch));

    watch->options = *options;
    watch->options.timeout = LOOK_SECONDS;
    watch->cache = cache;
    watch->changed = changed;
    watch->cls = cls;
    watch->confirmed = clock_ms();
    watch->seed = (unsigned)watch->confirmed ^ (unsigned)getpid();
    watch->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&watch->mutex, NULL);
    (void)pthread_cond_init(&watch->tried_cond, NULL);
    if (watch->stop_fd < 0 || pthread_create(&watch->thread, NULL, run, watch) != 0) {
        err_set(err, ERR_SYSTEM, "cannot start a thread");
        if (watch->stop_fd >= 0)
            (void)close(watch->stop_fd);
        free(watch);
        return NULL;
    }
    await_first_try(watch);
    return watch;
}

void watch_stopp(struct watch **watch)
{
    if (!*watch)
        return;
    (void)eventfd_write((*watch)->stop_fd, 1);
    (void)pthread_join((*watch)->thread, NULL);
    (void)close((*watch)->stop_fd);
    (void)pthread_cond_destroy(&(*watch)->tried_cond);
    (void)pthread_mutex_destroy(&(*watch)->mutex);
    free(*watch);
}

bool watch_is_up(const struct watch *watch)
{
    return __atomic_load_n(&watch->is_up, __ATOMIC_ACQUIRE);
}

static int64_t unconfirmed_ms(const struct watch *watch)
{
    return clock_ms() - __atomic_load_n(&watch->confirmed, __ATOMIC_ACQUIRE);
}

bool watch_is_stale(const struct watch *watch)
{
    return !watch_is_up(watch) || unconfirmed_ms(watch) > FRESH_MS;
}

int64_t watch_age(const struct watch *watch)
{
    return unconfirmed_ms(watch) / 1000;
}

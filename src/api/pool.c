#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define BACKOFF_FIRST 200 /* milliseconds */
#define BACKOFF_MOST 5000

/* libpq may close its socket at any time: the copy stays what it is until it is not used any more.
 */
struct used {
    const struct db *db;
    int fd;
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t freed;
    struct db_options options;
    struct db **idle; /* connections that nobody uses */
    size_t n_idle;
    struct used *used;
    size_t n_used;
    size_t n_out; /* those, and tries to make one */
    size_t size;
    int64_t not_before; /* of the next try to connect, by the clock below */
    int backoff;
};

struct pool *pool_new(const struct db_options *options, size_t size)
{
    struct pool *pool = mem_alloc(sizeof(*pool));
    pthread_condattr_t attr;

    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&pool->freed, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&pool->mutex, NULL);
    pool->options = *options;
    pool->idle = mem_alloc(size * sizeof(pool->idle[0]));
    pool->used = mem_alloc(size * sizeof(pool->used[0]));
    pool->size = size;
    return pool;
}

void pool_freep(struct pool **pool)
{
    if (!*pool)
        return;
    for (size_t i = 0; i < (*pool)->n_idle; i++)
        db_close((*pool)->idle[i]);
    (void)pthread_cond_destroy(&(*pool)->freed);
    (void)pthread_mutex_destroy(&(*pool)->mutex);
    free((*pool)->idle);
    free((*pool)->used);
    free(*pool);
}

/* Takes a place in the pool, and with it an idle connection if there is one. */
static int take_place(struct pool *pool, struct db **ret_db, struct err *err)
{
    struct timespec until;
    int rc = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += pool->options.timeout > 0 ? pool->options.timeout : 1;
    (void)pthread_mutex_lock(&pool->mutex);
    while (rc != ETIMEDOUT && pool->n_out == pool->size)
        rc = pthread_cond_timedwait(&pool->freed, &pool->mutex, &until);
    if (pool->n_out == pool->size) {
        rc = err_set(err, ERR_TIMEOUT, "no database connection is free");
    } else if (pool->n_idle == 0 && clock_ms() < pool->not_before) {
        rc = err_set(err, ERR_DB_DOWN, "the database is away");
    } else {
        *ret_db = pool->n_idle > 0 ? pool->idle[--pool->n_idle] : NULL;
        pool->n_out++;
        rc = 0;
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return rc;
}

static void leave_place(struct pool *pool, struct db *db)
{
    (void)pthread_mutex_lock(&pool->mutex);
    pool->n_out--;
    if (db)
        pool->idle[pool->n_idle++] = db;
    (void)pthread_cond_signal(&pool->freed);
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void note_used(struct pool *pool, struct db *db)
{
    struct used used = { db, fcntl(PQsocket(db_conn(db)), F_DUPFD_CLOEXEC, 0) };

    (void)pthread_mutex_lock(&pool->mutex);
    pool->used[pool->n_used++] = used;
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void note_unused(struct pool *pool, const struct db *db)
{
    size_t i = 0;

    (void)pthread_mutex_lock(&pool->mutex);
    while (pool->used[i].db != db)
        i++;
    if (pool->used[i].fd >= 0)
        (void)close(pool->used[i].fd);
    pool->used[i] = pool->used[--pool->n_used];
    (void)pthread_mutex_unlock(&pool->mutex);
}

/* Sets when the next try may be: at once after a success, else later and later, with jitter. */
static void note_try(struct pool *pool, bool connected)
{
    (void)pthread_mutex_lock(&pool->mutex);
    if (connected) {
        pool->backoff = 0;
        pool->not_before = 0;
    } else {
        int64_t now = clock_ms();

        pool->backoff = pool->backoff == 0 ? BACKOFF_FIRST : pool->backoff * 2;
        if (pool->backoff > BACKOFF_MOST)
            pool->backoff = BACKOFF_MOST;
        pool->not_before = now + pool->backoff / 2 + now % (pool->backoff / 2);
    }
    (void)pthread_mutex_unlock(&pool->mutex);
}

struct db *pool_take(struct pool *pool, bool *ret_was_idle, struct err *err)
{
    struct db *db = NULL;

    if (take_place(pool, &db, err) < 0)
        return NULL;
    if (db && !db_is_up(db)) {
        db_close(db);
        db = NULL;
    }
    if (ret_was_idle)
        *ret_was_idle = db != NULL;
    if (!db) {
        db = db_open(&pool->options, err);
        note_try(pool, db != NULL);
        if (!db) {
            log_warn("%s", err->msg);
            leave_place(pool, NULL);
            return NULL;
        }
    }
    note_used(pool, db);
    return db;
}

void pool_put(struct pool *pool, struct db *db, const struct err *err)
{
    note_unused(pool, db);
    if (!db_is_up(db) || (err && (err->code == ERR_DB || err->code == ERR_SYSTEM))) {
        db_close(db);
        db = NULL;
    }
    leave_place(pool, db);
}

void pool_renew(struct pool *pool)
{
    size_t n;

    (void)pthread_mutex_lock(&pool->mutex);
    pool->backoff = 0;
    pool->not_before = 0;
    n = pool->n_idle;
    pool->n_idle = 0;
    for (size_t i = 0; i < n; i++)
        db_close(pool->idle[i]);
    for (size_t i = 0; i < pool->n_used; i++)
        (void)shutdown(pool->used[i].fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&pool->mutex);
}

size_t pool_open(struct pool *pool)
{
    size_t n;

    (void)pthread_mutex_lock(&pool->mutex);
    n = pool->n_idle + pool->n_out;
    (void)pthread_mutex_unlock(&pool->mutex);
    return n;
}

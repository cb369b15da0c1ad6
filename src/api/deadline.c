#include "deadline.h"

#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "mem.h"

#define GONE_MANY 500

struct deadlines {
    pthread_mutex_t mutex;
    pthread_cond_t stop;
    pthread_t thread;
    bool stopping;
    int request;
    int answer;
    size_t gone; /* connections, since memory was given back */
    size_t n;
    time_t due[]; /* of each descriptor, atomic; 0: none */
};

static time_t now(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return ts.tv_sec + 1; /* never 0 */
}

/* No lock: each request comes here twice. */
static void set(struct deadlines *deadlines, int fd, time_t due)
{
    if (fd >= 0 && (size_t)fd < deadlines->n)
        __atomic_store_n(&deadlines->due[fd], due, __ATOMIC_RELAXED);
}

/* Memory of many connections that have gone goes back to the system: malloc would keep it. */
static void give_back(struct deadlines *deadlines)
{
    if (deadlines->gone < GONE_MANY)
        return;
    deadlines->gone = 0;
    (void)pthread_mutex_unlock(&deadlines->mutex);
    (void)malloc_trim(0);
    (void)pthread_mutex_lock(&deadlines->mutex);
}

static void *watch(void *arg)
{
    struct deadlines *deadlines = arg;
    struct timespec until;

    (void)pthread_mutex_lock(&deadlines->mutex);
    while (!deadlines->stopping) {
        time_t time = now();

        /* Under the lock a descriptor in the table is open: gone comes before its close. */
        for (size_t fd = 0; fd < deadlines->n; fd++) {
            time_t due = __atomic_load_n(&deadlines->due[fd], __ATOMIC_RELAXED);

            if (due != 0 && due <= time) {
                (void)shutdown((int)fd, SHUT_RDWR);
                set(deadlines, (int)fd, 0);
            }
        }
        give_back(deadlines);
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        (void)pthread_cond_timedwait(&deadlines->stop, &deadlines->mutex, &until);
    }
    (void)pthread_mutex_unlock(&deadlines->mutex);
    return NULL;
}

struct deadlines *deadlines_start(size_t most, int request, int answer, struct err *err)
{
    struct deadlines *deadlines = mem_alloc(sizeof(*deadlines) + most * sizeof(time_t));
    pthread_condattr_t attr;
    int rc;

    deadlines->request = request;
    deadlines->answer = answer;
    deadlines->n = most;
    (void)pthread_mutex_init(&deadlines->mutex, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&deadlines->stop, &attr);
    (void)pthread_condattr_destroy(&attr);
    rc = pthread_create(&deadlines->thread, NULL, watch, deadlines);
    if (rc != 0) {
        free(deadlines);
        err_set(err, ERR_SYSTEM, "cannot start a thread");
        return NULL;
    }
    return deadlines;
}

void deadlines_stopp(struct deadlines **deadlines)
{
    if (!*deadlines)
        return;
    (void)pthread_mutex_lock(&(*deadlines)->mutex);
    (*deadlines)->stopping = true;
    (void)pthread_cond_signal(&(*deadlines)->stop);
    (void)pthread_mutex_unlock(&(*deadlines)->mutex);
    (void)pthread_join((*deadlines)->thread, NULL);
    (void)pthread_cond_destroy(&(*deadlines)->stop);
    (void)pthread_mutex_destroy(&(*deadlines)->mutex);
    free(*deadlines);
}

void deadlines_await(struct deadlines *deadlines, int fd)
{
    set(deadlines, fd, now() + deadlines->request);
}

void deadlines_answer(struct deadlines *deadlines, int fd)
{
    set(deadlines, fd, now() + deadlines->answer);
}

void deadlines_gone(struct deadlines *deadlines, int fd)
{
    (void)pthread_mutex_lock(&deadlines->mutex);
    set(deadlines, fd, 0);
    deadlines->gone++;
    (void)pthread_mutex_unlock(&deadlines->mutex);
}

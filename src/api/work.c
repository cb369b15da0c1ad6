#include "work.h"

#include <pthread.h>
#include <stdlib.h>

#include "answer.h"
#include "clock.h"
#include "mem.h"
#include "parts.h"

#define FRESH_MS 1000 /* how long the answer of a route that changes by itself is kept */
#define TICK_MS 50    /* between looks for who has waited long enough */
#define SOON 1        /* seconds after which an answer that takes long may be there */

struct work {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    pthread_cond_t first; /* somebody waits, and nobody did */
    bool nobody_waits;    /* the clock stands still */
    struct work_options options;
    struct pool *pool;
    struct cache *cache;
    struct inquiry *waiting; /* first come, first asked */
    struct inquiry *asked;
    size_t n_waiting;
    size_t n_asked;
    bool stopping;
    size_t n_threads;
    pthread_t threads[]; /* the last is the clock's */
};

static struct kept *away(void)
{
    return kept_new(reply_problem(503, "the database is away"));
}

static struct kept *later(void)
{
    struct reply reply = reply_problem(503, "the database has not answered yet, and goes on");

    reply.retry_after = SOON;
    return kept_new(reply);
}

/* Counted from its parts, those that lack brought first; NULL: it cannot be. */
static struct kept *count(struct work *work, const struct inquiry *inquiry)
{
    struct part lacking;

    for (int tries = 0; tries < TALLY_PARTS; tries++) {
        struct kept *kept = tally_answer(work->cache, inquiry->question, inquiry->key, &lacking);

        if (kept || lacking.what == PART_NONE || !parts_bring(work->pool, work->cache, &lacking))
            return kept;
    }
    return NULL;
}

static struct kept *ask(struct work *work, const struct inquiry *inquiry)
{
    char version[CACHE_VERSION_SIZE] = "";
    int64_t begun = clock_ms();
    struct kept *kept;

    if (!inquiry->question)
        return kept_new(answer_ready(work->pool));
    kept = count(work, inquiry);
    if (kept)
        return kept;
    kept = kept_new(answer_make(work->pool, inquiry->question, version));
    if (kept->status >= 500 || !version[0])
        return kept;
    if (inquiry->question->route->shape == ROUTE_LIVE) {
        /* Who was told to come again comes within what it took. */
        kept->expires = clock_ms() + FRESH_MS + 2 * (clock_ms() - begun);
        etag_of(kept->body, kept->len, kept->etag);
    } else if (kept->status == 200) {
        etag_make(inquiry->key, version, kept->etag);
    }
    cache_put(work->cache, inquiry->key, version, kept);
    return kept;
}

static void do_inquiry(struct work *work, struct inquiry *inquiry)
{
    CLEANUP(kept_releasep) struct kept *kept = NULL;

    (void)pthread_mutex_unlock(&work->mutex);
    kept = ask(work, inquiry);
    (void)pthread_mutex_lock(&work->mutex);
    inquiry_remove(&work->asked, inquiry); /* then nobody joins any more */
    work->n_asked--;
    (void)pthread_mutex_unlock(&work->mutex);
    inquiry_tell(inquiry->waiters, kept);
    inquiry_free(inquiry);
    (void)pthread_mutex_lock(&work->mutex);
}

/* Nobody waits for it any more, nor is likely to come again. */
static bool is_forgotten(const struct work *work, const struct inquiry *inquiry)
{
    return !inquiry->waiters && clock_ms() - inquiry->asked_at >= work->options.timeout;
}

static void *run(void *arg)
{
    struct work *work = arg;

    (void)pthread_mutex_lock(&work->mutex);
    while (!work->stopping) {
        struct inquiry *inquiry = work->waiting;

        if (!inquiry) {
            (void)pthread_cond_wait(&work->more, &work->mutex);
            continue;
        }
        work->waiting = inquiry->next;
        work->n_waiting--;
        if (is_forgotten(work, inquiry)) {
            inquiry_free(inquiry);
            continue;
        }
        inquiry->next = work->asked;
        work->asked = inquiry;
        work->n_asked++;
        do_inquiry(work, inquiry);
    }
    (void)pthread_mutex_unlock(&work->mutex);
    return NULL;
}

static struct waiter *take_overdue(struct work *work)
{
    int64_t now = clock_ms();

    return inquiry_take_overdue(work->asked, now, inquiry_take_overdue(work->waiting, now, NULL));
}

static void wait_a_tick(struct work *work)
{
    struct timespec until;

    work->nobody_waits = !work->waiting && !work->asked;
    if (work->nobody_waits) {
        (void)pthread_cond_wait(&work->first, &work->mutex);
        return;
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)TICK_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&work->first, &work->mutex, &until);
}

/* Tells who has waited long enough to come again. */
static void *run_clock(void *arg)
{
    struct work *work = arg;

    (void)pthread_mutex_lock(&work->mutex);
    while (!work->stopping) {
        struct waiter *overdue = take_overdue(work);

        if (overdue) {
            CLEANUP(kept_releasep) struct kept *kept = later();

            (void)pthread_mutex_unlock(&work->mutex);
            inquiry_tell(overdue, kept);
            (void)pthread_mutex_lock(&work->mutex);
        }
        wait_a_tick(work);
    }
    (void)pthread_mutex_unlock(&work->mutex);
    return NULL;
}

struct work *work_start(struct pool *pool, struct cache *cache, const struct work_options *options,
                        struct err *err)
{
    size_t threads = options->threads + 1;
    pthread_condattr_t attr;
    CLEANUP(work_stopp)
    struct work *work = mem_alloc(sizeof(*work) + threads * sizeof(work->threads[0]));

    (void)pthread_mutex_init(&work->mutex, NULL);
    (void)pthread_cond_init(&work->more, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&work->first, &attr);
    (void)pthread_condattr_destroy(&attr);
    work->pool = pool;
    work->cache = cache;
    work->options = *options;
    for (; work->n_threads < threads; work->n_threads++)
        if (pthread_create(&work->threads[work->n_threads], NULL,
                           work->n_threads < options->threads ? run : run_clock, work) != 0) {
            err_set(err, ERR_SYSTEM, "cannot start a thread");
            return NULL;
        }
    return TAKE(work);
}

void work_close(struct work *work)
{
    (void)pthread_mutex_lock(&work->mutex);
    work->stopping = true;
    (void)pthread_cond_broadcast(&work->more);
    (void)pthread_cond_signal(&work->first);
    (void)pthread_mutex_unlock(&work->mutex);
    work_abandon(work);
}

void work_stopp(struct work **work)
{
    if (!*work)
        return;
    work_close(*work);
    for (size_t i = 0; i < (*work)->n_threads; i++)
        (void)pthread_join((*work)->threads[i], NULL);
    (void)pthread_cond_destroy(&(*work)->first);
    (void)pthread_cond_destroy(&(*work)->more);
    (void)pthread_mutex_destroy(&(*work)->mutex);
    free(*work);
}

static void join(struct work *work, struct inquiry *inquiry, struct waiter *waiter)
{
    inquiry_join(inquiry, waiter, clock_ms() + work->options.patience);
    if (work->nobody_waits) {
        work->nobody_waits = false;
        (void)pthread_cond_signal(&work->first);
    }
}

static void enqueue(struct work *work, struct inquiry *inquiry)
{
    inquiry_append(&work->waiting, inquiry);
    work->n_waiting++;
    (void)pthread_cond_signal(&work->more);
}

bool work_ask(struct work *work, char *key, struct question *question, struct waiter *waiter)
{
    struct inquiry *inquiry = inquiry_new(key, question);
    struct inquiry *same;
    bool taken = true;

    (void)pthread_mutex_lock(&work->mutex);
    same = inquiry_find(work->waiting, key);
    if (!same)
        same = inquiry_find(work->asked, key);
    if (same && !work->stopping) {
        join(work, same, waiter);
    } else if (work->n_waiting < work->options.most && !work->stopping) {
        join(work, inquiry, waiter);
        enqueue(work, TAKE(inquiry));
    } else {
        taken = false;
    }
    (void)pthread_mutex_unlock(&work->mutex);
    inquiry_free(inquiry);
    return taken;
}

/* Those in the queue are gone; of those that are asked only who waits for them is. */
void work_abandon(struct work *work)
{
    CLEANUP(kept_releasep) struct kept *kept = away();
    struct waiter *waiters;
    struct inquiry *inquiries;

    (void)pthread_mutex_lock(&work->mutex);
    inquiries = TAKE(work->waiting);
    work->n_waiting = 0;
    for (struct inquiry *inquiry = work->asked; inquiry; inquiry = inquiry->next)
        inquiry->is_past = true;
    waiters = inquiry_take_waiters(work->asked, inquiry_take_waiters(inquiries, NULL));
    (void)pthread_mutex_unlock(&work->mutex);
    while (inquiries) {
        struct inquiry *next = inquiries->next;

        inquiry_free(inquiries);
        inquiries = next;
    }
    inquiry_tell(waiters, kept);
}

struct work_stats work_stats(struct work *work)
{
    struct work_stats stats;

    (void)pthread_mutex_lock(&work->mutex);
    stats = (struct work_stats){ .waiting = work->n_waiting, .asked = work->n_asked };
    (void)pthread_mutex_unlock(&work->mutex);
    return stats;
}

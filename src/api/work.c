#include "work.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "mem.h"
#include "parts.h"

#define FRESH_MS 1000 /* how long the answer of a route that changes by itself is kept */
#define TICK_MS 50    /* between looks for who has waited long enough */
#define SOON 1        /* seconds after which an answer that takes long may be there */

struct job {
    struct job *next;
    char *key;
    struct question *question;
    struct waiter *waiters;
    int64_t asked_at;
    bool is_past; /* asked before the database was away: nobody joins any more */
};

struct work {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    pthread_cond_t first; /* somebody waits, and nobody did */
    bool nobody_waits;    /* the clock stands still */
    struct work_options options;
    struct pool *pool;
    struct cache *cache;
    struct job *waiting; /* first come, first asked */
    struct job *asked;
    size_t n_waiting;
    size_t n_asked;
    bool stopping;
    size_t n_threads;
    pthread_t threads[]; /* the last is the clock's */
};

static void job_free(struct job *job)
{
    free(job->key);
    free(job->question);
    free(job);
}

static void tell(struct waiter *waiter, struct kept *kept)
{
    while (waiter) {
        struct waiter *next = waiter->next; /* done may free the waiter */

        waiter->done(waiter, kept_hold(kept));
        waiter = next;
    }
}

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
static struct kept *count(struct work *work, const struct job *job)
{
    struct part lacking;

    for (int tries = 0; tries < TALLY_PARTS; tries++) {
        struct kept *kept = tally_answer(work->cache, job->question, job->key, &lacking);

        if (kept || lacking.what == PART_NONE || !parts_bring(work->pool, work->cache, &lacking))
            return kept;
    }
    return NULL;
}

static struct kept *ask(struct work *work, const struct job *job)
{
    char version[CACHE_VERSION_SIZE] = "";
    int64_t begun = clock_ms();
    struct kept *kept;

    if (!job->question)
        return kept_new(answer_ready(work->pool));
    kept = count(work, job);
    if (kept)
        return kept;
    kept = kept_new(answer_make(work->pool, job->question, version));
    if (kept->status >= 500 || !version[0])
        return kept;
    if (job->question->route->shape == ROUTE_LIVE) {
        /* Who was told to come again comes within what it took. */
        kept->expires = clock_ms() + FRESH_MS + 2 * (clock_ms() - begun);
        etag_of(kept->body, kept->len, kept->etag);
    } else if (kept->status == 200) {
        etag_make(job->key, version, kept->etag);
    }
    cache_put(work->cache, job->key, version, kept);
    return kept;
}

/* Out of a list, and all who wait for it. */
static struct waiter *take_out(struct job **list, struct job *job)
{
    struct waiter *waiters = job->waiters;

    while (*list != job)
        list = &(*list)->next;
    *list = job->next;
    job->waiters = NULL;
    return waiters;
}

static void do_job(struct work *work, struct job *job)
{
    CLEANUP(kept_releasep) struct kept *kept = NULL;
    struct waiter *waiters;

    (void)pthread_mutex_unlock(&work->mutex);
    kept = ask(work, job);
    (void)pthread_mutex_lock(&work->mutex);
    waiters = take_out(&work->asked, job);
    work->n_asked--;
    (void)pthread_mutex_unlock(&work->mutex);
    tell(waiters, kept);
    job_free(job);
    (void)pthread_mutex_lock(&work->mutex);
}

/* Nobody waits for it any more, nor is likely to come again. */
static bool is_forgotten(const struct work *work, const struct job *job)
{
    return !job->waiters && clock_ms() - job->asked_at >= work->options.timeout;
}

static void *run(void *arg)
{
    struct work *work = arg;

    (void)pthread_mutex_lock(&work->mutex);
    while (!work->stopping) {
        struct job *job = work->waiting;

        if (!job) {
            (void)pthread_cond_wait(&work->more, &work->mutex);
            continue;
        }
        work->waiting = job->next;
        work->n_waiting--;
        if (is_forgotten(work, job)) {
            job_free(job);
            continue;
        }
        job->next = work->asked;
        work->asked = job;
        work->n_asked++;
        do_job(work, job);
    }
    (void)pthread_mutex_unlock(&work->mutex);
    return NULL;
}

/* Those of the job who have waited long enough, to the front of overdue. */
static struct waiter *take_overdue(struct job *job, int64_t now, struct waiter *overdue)
{
    struct waiter **link = &job->waiters;

    while (*link) {
        struct waiter *waiter = *link;

        if (waiter->due > now) {
            link = &waiter->next;
            continue;
        }
        *link = waiter->next;
        waiter->next = overdue;
        overdue = waiter;
    }
    return overdue;
}

static struct waiter *take_all_overdue(const struct work *work)
{
    struct job *lists[] = { work->waiting, work->asked };
    struct waiter *overdue = NULL;
    int64_t now = clock_ms();

    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (struct job *job = lists[i]; job; job = job->next)
            overdue = take_overdue(job, now, overdue);
    return overdue;
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
        struct waiter *overdue = take_all_overdue(work);

        if (overdue) {
            CLEANUP(kept_releasep) struct kept *kept = later();

            (void)pthread_mutex_unlock(&work->mutex);
            tell(overdue, kept);
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

static struct job *find(struct job *job, const char *key)
{
    while (job && (job->is_past || strcmp(job->key, key) != 0))
        job = job->next;
    return job;
}

static void join(struct work *work, struct job *job, struct waiter *waiter)
{
    waiter->due = clock_ms() + work->options.patience;
    waiter->next = job->waiters;
    job->waiters = waiter;
    if (work->nobody_waits) {
        work->nobody_waits = false;
        (void)pthread_cond_signal(&work->first);
    }
}

static void enqueue(struct work *work, struct job *job)
{
    struct job **end = &work->waiting;

    while (*end)
        end = &(*end)->next;
    *end = job;
    work->n_waiting++;
    (void)pthread_cond_signal(&work->more);
}

bool work_ask(struct work *work, char *key, struct question *question, struct waiter *waiter)
{
    struct job *job = mem_alloc(sizeof(*job));
    struct job *same;
    bool taken = true;

    *job = (struct job){ .key = key, .question = question, .asked_at = clock_ms() };
    (void)pthread_mutex_lock(&work->mutex);
    same = find(work->waiting, key);
    if (!same)
        same = find(work->asked, key);
    if (same && !work->stopping) {
        join(work, same, waiter);
    } else if (work->n_waiting < work->options.most && !work->stopping) {
        join(work, job, waiter);
        enqueue(work, TAKE(job));
    } else {
        taken = false;
    }
    (void)pthread_mutex_unlock(&work->mutex);
    if (job)
        job_free(job);
    return taken;
}

/* Those in the queue are gone; of those that are asked only who waits for them is. */
static struct waiter *take_waiters(struct work *work)
{
    struct waiter *all = NULL;
    struct job *jobs[2] = { work->waiting, work->asked };

    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        for (struct job *job = jobs[i]; job; job = job->next) {
            job->is_past = true;
            while (job->waiters) {
                struct waiter *waiter = job->waiters;

                job->waiters = waiter->next;
                waiter->next = all;
                all = waiter;
            }
        }
    return all;
}

void work_abandon(struct work *work)
{
    CLEANUP(kept_releasep) struct kept *kept = away();
    struct waiter *waiters;
    struct job *job;

    (void)pthread_mutex_lock(&work->mutex);
    waiters = take_waiters(work);
    job = work->waiting;
    work->waiting = NULL;
    work->n_waiting = 0;
    (void)pthread_mutex_unlock(&work->mutex);
    while (job) {
        struct job *next = job->next;

        job_free(job);
        job = next;
    }
    tell(waiters, kept);
}

struct work_stats work_stats(struct work *work)
{
    struct work_stats stats;

    (void)pthread_mutex_lock(&work->mutex);
    stats = (struct work_stats){ .waiting = work->n_waiting, .asked = work->n_asked };
    (void)pthread_mutex_unlock(&work->mutex);
    return stats;
}

#include "metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "mem.h"

#define COUNTERS 512 /* of (route, status): more than there can be */

static const char other[] = "other";
static const int64_t bounds_us[] = { 100,   250,   500,    1000,   2500,    5000,
                                     10000, 50000, 100000, 500000, 1000000, 5000000 };

struct counter {
    const char *route;
    unsigned status; /* 0: this counter and those behind it are free; atomic */
    uint64_t n;
};

struct metrics {
    pthread_mutex_t mutex; /* of taking a counter */
    struct counter counters[COUNTERS];
    uint64_t buckets[ARRAY_LEN(bounds_us) + 1];
    uint64_t us;
    int64_t connections;
};

struct metrics *metrics_new(void)
{
    struct metrics *metrics = mem_alloc(sizeof(*metrics));

    (void)pthread_mutex_init(&metrics->mutex, NULL);
    return metrics;
}

void metrics_freep(struct metrics **metrics)
{
    if (!*metrics)
        return;
    (void)pthread_mutex_destroy(&(*metrics)->mutex);
    free(*metrics);
}

/* A counter that is taken stays as it is: its status is written last. */
static struct counter *find(struct metrics *metrics, const char *route, unsigned status,
                            struct counter **ret_free)
{
    for (size_t i = 0; i < COUNTERS; i++) {
        struct counter *counter = &metrics->counters[i];
        unsigned its = __atomic_load_n(&counter->status, __ATOMIC_ACQUIRE);

        if (its == 0) {
            *ret_free = counter;
            return NULL;
        }
        if (its == status && counter->route == route)
            return counter;
    }
    *ret_free = NULL;
    return NULL;
}

static struct counter *find_or_take(struct metrics *metrics, const char *route, unsigned status)
{
    struct counter *unused = NULL;
    struct counter *counter = find(metrics, route, status, &unused);

    if (counter)
        return counter;
    (void)pthread_mutex_lock(&metrics->mutex);
    counter = find(metrics, route, status, &unused);
    if (!counter && unused) {
        unused->route = route;
        __atomic_store_n(&unused->status, status, __ATOMIC_RELEASE);
        counter = unused;
    }
    (void)pthread_mutex_unlock(&metrics->mutex);
    return counter;
}

void metrics_count(struct metrics *metrics, const char *route, unsigned status, int64_t us)
{
    struct counter *counter = find_or_take(metrics, route ? route : other, status);
    size_t bucket = 0;

    if (counter)
        (void)__atomic_add_fetch(&counter->n, 1, __ATOMIC_RELAXED);
    while (bucket < ARRAY_LEN(bounds_us) && us > bounds_us[bucket])
        bucket++;
    (void)__atomic_add_fetch(&metrics->buckets[bucket], 1, __ATOMIC_RELAXED);
    (void)__atomic_add_fetch(&metrics->us, (uint64_t)us, __ATOMIC_RELAXED);
}

void metrics_connection(struct metrics *metrics, int more)
{
    (void)__atomic_add_fetch(&metrics->connections, more, __ATOMIC_RELAXED);
}

static uint64_t get(const uint64_t *number)
{
    return __atomic_load_n(number, __ATOMIC_RELAXED);
}

static void write_requests(const struct metrics *metrics, FILE *out)
{
    (void)fputs("# HELP txapi_requests_total Requests that were answered.\n"
                "# TYPE txapi_requests_total counter\n",
                out);
    for (size_t i = 0; i < COUNTERS; i++) {
        const struct counter *counter = &metrics->counters[i];
        unsigned status = __atomic_load_n(&counter->status, __ATOMIC_ACQUIRE);

        if (status == 0)
            return;
        (void)fprintf(out, "txapi_requests_total{route=\"%s\",status=\"%u\"} %" PRIu64 "\n",
                      counter->route, status, get(&counter->n));
    }
}

static void write_seconds(const struct metrics *metrics, FILE *out)
{
    uint64_t sum = 0;

    (void)fputs("# HELP txapi_request_seconds From a request's first line to its answer's end.\n"
                "# TYPE txapi_request_seconds histogram\n",
                out);
    for (size_t i = 0; i < ARRAY_LEN(bounds_us); i++) {
        sum += get(&metrics->buckets[i]);
        (void)fprintf(out, "txapi_request_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
                      (double)bounds_us[i] / 1e6, sum);
    }
    sum += get(&metrics->buckets[ARRAY_LEN(bounds_us)]);
    (void)fprintf(out,
                  "txapi_request_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n"
                  "txapi_request_seconds_sum %.6f\n"
                  "txapi_request_seconds_count %" PRIu64 "\n",
                  sum, (double)get(&metrics->us) / 1e6, sum);
}

void metrics_write(const struct metrics *metrics, FILE *out)
{
    write_requests(metrics, out);
    write_seconds(metrics, out);
    (void)fprintf(out,
                  "# HELP txapi_connections Connections that are open.\n"
                  "# TYPE txapi_connections gauge\n"
                  "txapi_connections %" PRId64 "\n",
                  __atomic_load_n(&metrics->connections, __ATOMIC_RELAXED));
}

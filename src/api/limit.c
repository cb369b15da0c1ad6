#include "limit.h"

#include <pthread.h>
#include <stdlib.h>

#include "clock.h"
#include "mem.h"

#define SETS 1024U
#define WAYS 4U    /* places of a set */
#define BURST 2    /* seconds' worth of requests at once */
#define MILLI 1000 /* buckets count in thousandths */
#define MINUTE 60

struct bucket {
    uint32_t address;
    int64_t seen; /* by clock_ms(); 0: nobody's */
    int64_t left[2];
};

struct limit {
    pthread_mutex_t mutex;
    int64_t per_second[2]; /* thousandths that come back; 0: no limit */
    int64_t most[2];
    struct bucket buckets[SETS][WAYS];
};

struct limit *limit_new(int64_t rate, int64_t failures)
{
    struct limit *limit = mem_alloc(sizeof(*limit));

    (void)pthread_mutex_init(&limit->mutex, NULL);
    limit->per_second[LIMIT_REQUEST] = rate * MILLI;
    limit->most[LIMIT_REQUEST] = rate * MILLI * BURST;
    limit->per_second[LIMIT_FAILURE] = failures * MILLI / MINUTE;
    limit->most[LIMIT_FAILURE] = failures * MILLI;
    return limit;
}

void limit_freep(struct limit **limit)
{
    if (!*limit)
        return;
    (void)pthread_mutex_destroy(&(*limit)->mutex);
    free(*limit);
}

static struct bucket *find(struct limit *limit, uint32_t address)
{
    struct bucket *set = limit->buckets[(address * 2654435761U >> 16) % SETS];
    struct bucket *oldest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].seen != 0 && set[i].address == address)
            return &set[i];
        if (set[i].seen < oldest->seen)
            oldest = &set[i];
    }
    *oldest = (struct bucket){ .address = address,
                               .left = { limit->most[LIMIT_REQUEST], limit->most[LIMIT_FAILURE] } };
    return oldest;
}

static void refill(const struct limit *limit, struct bucket *bucket)
{
    int64_t now = clock_ms();

    for (size_t i = 0; bucket->seen != 0 && i < ARRAY_LEN(bucket->left); i++) {
        bucket->left[i] += (now - bucket->seen) * limit->per_second[i] / MILLI;
        if (bucket->left[i] > limit->most[i])
            bucket->left[i] = limit->most[i];
    }
    bucket->seen = now;
}

int limit_take(struct limit *limit, uint32_t address, enum limit_what what)
{
    struct bucket *bucket;
    int wait = 0;

    if (!limit || limit->per_second[what] == 0)
        return 0;
    (void)pthread_mutex_lock(&limit->mutex);
    bucket = find(limit, address);
    refill(limit, bucket);
    if (bucket->left[what] >= MILLI)
        bucket->left[what] -= MILLI;
    else
        wait = 1 + (int)((MILLI - bucket->left[what]) / limit->per_second[what]);
    (void)pthread_mutex_unlock(&limit->mutex);
    return wait;
}

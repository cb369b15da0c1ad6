#ifndef WORK_H
#define WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "cache.h"
#include "inquiry.h"
#include "pool.h"
#include "question.h"

/*
 * Threads that ask the database, so that those of HTTP never wait for it. A question that is
 * being asked already is not asked a second time: who comes later gets the same answer. The queue
 * is bounded, and so is how long anybody waits: he is told to come again (503), while what he
 * asked goes on and is kept for then.
 */
struct work;

struct work_options {
    size_t threads;
    size_t most;      /* questions in the queue */
    int64_t patience; /* milliseconds that a waiter waits */
    int64_t timeout;  /* milliseconds after which what nobody waits for is not begun any more */
};

struct work_stats {
    size_t waiting; /* questions that no thread has taken up */
    size_t asked;   /* questions that one has */
};

MUST_CHECK struct work *work_start(struct pool *pool, struct cache *cache,
                                   const struct work_options *options, struct err *err);

/* Nobody may ask any more, and who waits is told that there is no answer. */
void work_close(struct work *work);
void work_stopp(struct work **work);

/*
 * Asks; takes the key over, and the question (NULL: whether the database is ready). False: the
 * queue is full, and the waiter will hear nothing.
 */
bool work_ask(struct work *work, char *key, struct question *question, struct waiter *waiter);

/* Every waiter is told that the database is away; what is asked goes on, for nobody. */
void work_abandon(struct work *work);

struct work_stats work_stats(struct work *work);

#endif

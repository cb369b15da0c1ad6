#ifndef WORK_H
#define WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "cache.h"
#include "kept.h"
#include "pool.h"
#include "question.h"

/*
 * Threads that ask the database, so that those of HTTP never wait for it. A question that is
 * being asked already is not asked a second time: who comes later gets the same answer. The queue
 * is bounded.
 */
struct work;

/* Who waits for an answer; done is called once, by any thread, and must not wait. */
struct waiter {
    struct waiter *next;
    void (*done)(struct waiter *waiter, struct kept *kept); /* kept is the waiter's to release */
};

struct work_stats {
    size_t waiting; /* questions that no thread has taken up */
    size_t asked;   /* questions that one has */
};

MUST_CHECK struct work *work_start(struct pool *pool, struct cache *cache, size_t threads,
                                   size_t most, struct err *err);

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

#ifndef INQUIRY_H
#define INQUIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "kept.h"
#include "question.h"

/*
 * A question that is asked once, for all who wait for its answer. Lists of inquiries and of waiters
 * are linked by next; whoever holds them sees to it that nobody else does at the same time.
 */
struct inquiry {
    struct inquiry *next;
    char *key;
    struct question *question; /* NULL: whether the database is ready */
    struct waiter *waiters;
    int64_t asked_at; /* by clock_ms(), as due below */
    bool is_past;     /* asked before the database was away: nobody joins any more */
};

/* Who waits for an answer; done is called once, by any thread, and must not wait. */
struct waiter {
    struct waiter *next;
    int64_t due;
    void (*done)(struct waiter *waiter, struct kept *kept); /* kept is the waiter's to release */
};

/* Takes the key and the question over; the caller frees. */
struct inquiry *inquiry_new(char *key, struct question *question);
void inquiry_free(struct inquiry *inquiry); /* NULL is fine */

/* The one of that key whom one may join, or NULL. */
struct inquiry *inquiry_find(struct inquiry *inquiries, const char *key);

/* Behind the last of the list; out of it, where it must be. */
void inquiry_append(struct inquiry **inquiries, struct inquiry *inquiry);
void inquiry_remove(struct inquiry **inquiries, const struct inquiry *inquiry);

void inquiry_join(struct inquiry *inquiry, struct waiter *waiter, int64_t due);

/* All of the inquiries' waiters, or those who have waited long enough, in front of the others
 * given. */
struct waiter *inquiry_take_waiters(struct inquiry *inquiries, struct waiter *others);
struct waiter *inquiry_take_overdue(struct inquiry *inquiries, int64_t now, struct waiter *others);

/* Each has the answer; kept stays the caller's. */
void inquiry_tell(struct waiter *waiters, struct kept *kept);

#endif

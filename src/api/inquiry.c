#include "inquiry.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"

// NOLINTNEXTLINE(readability-non-const-parameter): it is taken over
struct inquiry *inquiry_new(char *key, struct question *question)
{
    struct inquiry *inquiry = mem_alloc(sizeof(*inquiry));

    *inquiry = (struct inquiry){ .key = key, .question = question, .asked_at = clock_ms() };
    return inquiry;
}

void inquiry_free(struct inquiry *inquiry)
{
    if (!inquiry)
        return;
    free(inquiry->key);
    free(inquiry->question);
    free(inquiry);
}

struct inquiry *inquiry_find(struct inquiry *inquiries, const char *key)
{
    while (inquiries && (inquiries->is_past || strcmp(inquiries->key, key) != 0))
        inquiries = inquiries->next;
    return inquiries;
}

void inquiry_append(struct inquiry **inquiries, struct inquiry *inquiry)
{
    while (*inquiries)
        inquiries = &(*inquiries)->next;
    *inquiries = inquiry;
}

void inquiry_remove(struct inquiry **inquiries, const struct inquiry *inquiry)
{
    while (*inquiries != inquiry)
        inquiries = &(*inquiries)->next;
    *inquiries = inquiry->next;
}

void inquiry_join(struct inquiry *inquiry, struct waiter *waiter, int64_t due)
{
    waiter->due = due;
    waiter->next = inquiry->waiters;
    inquiry->waiters = waiter;
}

struct waiter *inquiry_take_waiters(struct inquiry *inquiries, struct waiter *others)
{
    return inquiry_take_overdue(inquiries, INT64_MAX, others);
}

struct waiter *inquiry_take_overdue(struct inquiry *inquiries, int64_t now, struct waiter *others)
{
    for (struct inquiry *inquiry = inquiries; inquiry; inquiry = inquiry->next) {
        struct waiter **link = &inquiry->waiters;

        while (*link) {
            struct waiter *waiter = *link;

            if (waiter->due > now) {
                link = &waiter->next;
                continue;
            }
            *link = waiter->next;
            waiter->next = others;
            others = waiter;
        }
    }
    return others;
}

void inquiry_tell(struct waiter *waiters, struct kept *kept)
{
    while (waiters) {
        struct waiter *next = waiters->next; /* done may free the waiter */

        waiters->done(waiters, kept_hold(kept));
        waiters = next;
    }
}

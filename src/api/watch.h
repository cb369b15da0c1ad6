#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "cache.h"
#include "db.h"

/*
 * Keeps the cache in step with the data: a thread with a connection of its own that listens for
 * what txingest notifies, and looks four times a second besides. While the database is away it
 * tries to connect again, less and less often, and the cache stays as it is.
 */
struct watch;

/* Called by the thread when the database has come or gone. */
typedef void watch_changed(void *cls, bool is_up);

/* Returns after the first try to connect, or a second. options' texts must outlive the watch. */
MUST_CHECK struct watch *watch_start(const struct db_options *options, struct cache *cache,
                                     watch_changed *changed, void *cls, struct err *err);
void watch_stopp(struct watch **watch);

bool watch_is_up(const struct watch *watch);

/* What is in the cache may not be the state of the data any more: nobody has looked for a second.
 */
bool watch_is_stale(const struct watch *watch);

/* Seconds since what is in the cache was last known to be the state of the data. */
int64_t watch_age(const struct watch *watch);

#endif

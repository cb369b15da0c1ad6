#ifndef PARTS_H
#define PARTS_H

#include "pool.h"
#include "tally.h"

/* Brings into the cache what a count lacks. False: it could not, and to try again would not help.
 */
bool parts_bring(struct pool *pool, struct cache *cache, const struct part *part);

#endif

#ifndef CACHE_H
#define CACHE_H

#include <stdint.h>

#include "kept.h"

/*
 * Answers by their question's key, all of one state of the data: a new state empties the cache.
 * It never holds more than its limit; who was asked for longest ago goes first. Any thread may
 * call; nobody waits here for longer than a look into a table takes.
 */
struct cache;

struct cache_stats {
    uint64_t hits;
    uint64_t misses;
    uint64_t entries;
    uint64_t bytes;
};

#define CACHE_VERSION_SIZE 80

struct cache *cache_new(size_t limit);
void cache_freep(struct cache **cache);

/* The caller holds what is returned. NULL: there is none. */
struct kept *cache_find(struct cache *cache, const char *key);

/* The same of what answers are made from: that is no question, and not counted. */
struct kept *cache_find_part(struct cache *cache, const char *key);

/* The most bytes that it holds. */
size_t cache_limit(const struct cache *cache);

/* Keeps an answer of that state of the data, unless the cache is in another. */
void cache_put(struct cache *cache, const char *key, const char *version, struct kept *kept);

/* The state of the data from here on; "" is that of no data known. */
void cache_set_version(struct cache *cache, const char *version);
void cache_version(struct cache *cache, char out[CACHE_VERSION_SIZE]);

struct cache_stats cache_stats(struct cache *cache);

#endif

#include "cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "mem.h"

#define ENTRY_LEAST 512 /* bytes that an entry takes at least: for the number of buckets */

struct entry {
    struct entry *next; /* in its bucket */
    struct entry *newer;
    struct entry *older;
    uint64_t hash;
    struct kept *kept;
    size_t size;
    char key[];
};

struct cache {
    pthread_mutex_t mutex;
    size_t limit;
    size_t n_buckets; /* a power of two */
    struct entry **buckets;
    struct entry *newest;
    struct entry *oldest;
    struct cache_stats stats; /* but for the next two, which are atomic */
    uint64_t hits;
    uint64_t misses;
    uint64_t seed; /* so that nobody can choose keys that meet in one bucket */
    char version[CACHE_VERSION_SIZE];
};

struct cache *cache_new(size_t limit)
{
    struct cache *cache = mem_alloc(sizeof(*cache));

    (void)pthread_mutex_init(&cache->mutex, NULL);
    cache->limit = limit;
    for (cache->n_buckets = 64; cache->n_buckets * ENTRY_LEAST < limit;)
        cache->n_buckets *= 2;
    cache->buckets = mem_alloc(cache->n_buckets * sizeof(struct entry *));
    if (getrandom(&cache->seed, sizeof(cache->seed), 0) < 0)
        cache->seed = (uint64_t)(uintptr_t)cache;
    return cache;
}

/* FNV-1a from a start that nobody knows, and a last step that spreads it over all bits. */
static uint64_t hash_of_key(const struct cache *cache, const char *key)
{
    uint64_t hash = cache->seed ^ 0xcbf29ce484222325U;

    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 0x100000001b3U;
    hash ^= hash >> 32;
    return hash * 0x9e3779b97f4a7c15U;
}

static struct entry **bucket_of(struct cache *cache, uint64_t hash)
{
    return &cache->buckets[(hash >> 20) & (cache->n_buckets - 1)];
}

static struct entry **find(struct cache *cache, uint64_t hash, const char *key)
{
    struct entry **link = bucket_of(cache, hash);

    while (*link && ((*link)->hash != hash || strcmp((*link)->key, key) != 0))
        link = &(*link)->next;
    return link;
}

static void unlink_age(struct cache *cache, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(struct cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void drop(struct cache *cache, struct entry **link)
{
    struct entry *entry = *link;

    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what has an age is in its bucket
    *link = entry->next;
    unlink_age(cache, entry);
    cache->stats.bytes -= entry->size;
    cache->stats.entries--;
    kept_release(entry->kept);
    free(entry);
}

static void drop_oldest(struct cache *cache)
{
    drop(cache, find(cache, cache->oldest->hash, cache->oldest->key));
}

void cache_freep(struct cache **cache)
{
    if (!*cache)
        return;
    while ((*cache)->oldest)
        drop_oldest(*cache);
    (void)pthread_mutex_destroy(&(*cache)->mutex);
    free((*cache)->buckets);
    free(*cache);
}

struct kept *cache_find_part(struct cache *cache, const char *key)
{
    uint64_t hash = hash_of_key(cache, key);
    struct kept *kept = NULL;
    struct entry *entry;

    (void)pthread_mutex_lock(&cache->mutex);
    entry = *find(cache, hash, key);
    if (entry) {
        kept = kept_hold(entry->kept);
        if (entry != cache->newest) {
            unlink_age(cache, entry);
            link_newest(cache, entry);
        }
    }
    (void)pthread_mutex_unlock(&cache->mutex);
    return kept;
}

struct kept *cache_find(struct cache *cache, const char *key)
{
    struct kept *kept = cache_find_part(cache, key);

    (void)__atomic_add_fetch(kept ? &cache->hits : &cache->misses, 1, __ATOMIC_RELAXED);
    return kept;
}

size_t cache_limit(const struct cache *cache)
{
    return cache->limit;
}

static struct entry *entry_new(uint64_t hash, const char *key, struct kept *kept)
{
    size_t len = strlen(key) + 1;
    struct entry *entry = mem_alloc(sizeof(*entry) + len);

    memcpy(entry->key, key, len);
    entry->hash = hash;
    entry->kept = kept_hold(kept);
    entry->size = sizeof(*entry) + len + kept_size(kept);
    return entry;
}

void cache_put(struct cache *cache, const char *key, const char *version, struct kept *kept)
{
    struct entry *entry = entry_new(hash_of_key(cache, key), key, kept);
    struct entry **link;

    (void)pthread_mutex_lock(&cache->mutex);
    if (strcmp(version, cache->version) != 0 || entry->size > cache->limit) {
        (void)pthread_mutex_unlock(&cache->mutex);
        kept_release(kept);
        free(entry);
        return;
    }
    link = find(cache, entry->hash, key);
    if (*link)
        drop(cache, link);
    while (cache->stats.bytes + entry->size > cache->limit)
        drop_oldest(cache);
    link = bucket_of(cache, entry->hash);
    entry->next = *link;
    *link = entry;
    link_newest(cache, entry);
    cache->stats.bytes += entry->size;
    cache->stats.entries++;
    (void)pthread_mutex_unlock(&cache->mutex);
}

void cache_set_version(struct cache *cache, const char *version)
{
    (void)pthread_mutex_lock(&cache->mutex);
    if (strcmp(cache->version, version) != 0) {
        while (cache->oldest)
            drop_oldest(cache);
        (void)snprintf(cache->version, sizeof(cache->version), "%s", version);
    }
    (void)pthread_mutex_unlock(&cache->mutex);
}

void cache_version(struct cache *cache, char out[CACHE_VERSION_SIZE])
{
    (void)pthread_mutex_lock(&cache->mutex);
    memcpy(out, cache->version, sizeof(cache->version));
    (void)pthread_mutex_unlock(&cache->mutex);
}

struct cache_stats cache_stats(struct cache *cache)
{
    struct cache_stats stats;

    (void)pthread_mutex_lock(&cache->mutex);
    stats = cache->stats;
    stats.hits = __atomic_load_n(&cache->hits, __ATOMIC_RELAXED);
    stats.misses = __atomic_load_n(&cache->misses, __ATOMIC_RELAXED);
    (void)pthread_mutex_unlock(&cache->mutex);
    return stats;
}

#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"

#define LIMIT ((size_t)64 << 10)

static void put(struct cache *cache, const char *key, const char *version, const char *body)
{
    CLEANUP(kept_releasep)
    struct kept *kept = kept_new(reply_of("text/plain", mem_copy(body)));

    cache_put(cache, key, version, kept);
}

/* What is kept for the key is this, or nothing (NULL). */
static void assert_kept(struct cache *cache, const char *key, const char *body)
{
    CLEANUP(kept_releasep) struct kept *kept = cache_find(cache, key);

    if (!body) {
        assert_null(kept);
        return;
    }
    assert_non_null(kept);
    assert_int_equal(kept->len, strlen(body));
    assert_memory_equal(kept->body, body, kept->len);
}

static struct cache *cache_of(const char *version, size_t limit)
{
    struct cache *cache = cache_new(limit);

    cache_set_version(cache, version);
    return cache;
}

static void test_what_was_put_is_found_by_its_key_alone(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of("1", LIMIT);

    (void)state;
    assert_kept(cache, "a", NULL);
    put(cache, "a", "1", "one");
    put(cache, "", "1", "none");
    assert_kept(cache, "a", "one");
    assert_kept(cache, "", "none");
    assert_kept(cache, "A", NULL);
    put(cache, "a", "1", "two");
    assert_kept(cache, "a", "two");
    assert_int_equal(cache_stats(cache).entries, 2);
    assert_int_equal(cache_stats(cache).hits, 3);
    assert_int_equal(cache_stats(cache).misses, 2);
}

static void test_a_new_state_of_the_data_empties_it(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of("1", LIMIT);
    char version[CACHE_VERSION_SIZE];

    (void)state;
    put(cache, "a", "1", "one");
    cache_set_version(cache, "1");
    assert_kept(cache, "a", "one");
    cache_set_version(cache, "2");
    cache_version(cache, version);
    assert_string_equal(version, "2");
    assert_kept(cache, "a", NULL);
    assert_int_equal(cache_stats(cache).bytes, 0);
    put(cache, "a", "1", "late"); /* asked before the change, answered after it */
    assert_kept(cache, "a", NULL);
    put(cache, "a", "2", "two");
    assert_kept(cache, "a", "two");
}

static void test_it_never_holds_more_than_its_limit_and_drops_the_oldest(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of("1", LIMIT);
    char key[16];

    (void)state;
    put(cache, "asked for", "1", "x");
    put(cache, "forgotten", "1", "x");
    for (int i = 0; i < 5000; i++) {
        (void)snprintf(key, sizeof(key), "%d", i);
        put(cache, key, "1", key);
        assert_kept(cache, "asked for", "x");
        assert_true(cache_stats(cache).bytes <= LIMIT);
    }
    assert_kept(cache, "forgotten", NULL);
    assert_kept(cache, "0", NULL);
    assert_kept(cache, "4999", "4999");
    assert_true(cache_stats(cache).entries > 100);
    assert_true(cache_stats(cache).entries < 5000);
}

static void test_what_is_larger_than_all_of_it_is_not_kept_and_drops_nothing(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of("1", LIMIT);
    CLEANUP(cache_freep) struct cache *none = cache_of("1", 0);
    CLEANUP(mem_freep) char *large = mem_alloc(LIMIT + 1);

    (void)state;
    memset(large, 'x', LIMIT);
    put(cache, "a", "1", "one");
    put(cache, "b", "1", large);
    assert_kept(cache, "b", NULL);
    assert_kept(cache, "a", "one");
    put(none, "a", "1", "one");
    assert_kept(none, "a", NULL);
}

static void test_who_holds_an_answer_keeps_it_when_the_cache_has_dropped_it(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of("1", LIMIT);
    CLEANUP(kept_releasep) struct kept *held = NULL;

    (void)state;
    put(cache, "a", "1", "one");
    held = cache_find(cache, "a");
    cache_set_version(cache, "2");
    assert_memory_equal(held->body, "one", 3);
    assert_int_equal(held->holders, 1);
}

static void *ask(void *arg)
{
    struct cache *cache = arg;
    char key[16];

    for (int i = 0; i < 2000; i++) {
        CLEANUP(kept_releasep) struct kept *kept = NULL;

        (void)snprintf(key, sizeof(key), "%d", i % 300);
        kept = cache_find(cache, key);
        if (kept && (kept->len != strlen(key) || memcmp(kept->body, key, kept->len) != 0))
            return cache; /* wrong */
        put(cache, key, i % 2 == 0 ? "1" : "2", key);
        if (i % 500 == 0)
            cache_set_version(cache, i % 1000 == 0 ? "1" : "2");
    }
    return NULL;
}

static void test_threads_share_it(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of("1", LIMIT / 4);
    pthread_t threads[4];
    void *wrong;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, cache), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    assert_int_equal(cache_stats(cache).hits + cache_stats(cache).misses, 8000);
    cache_set_version(cache, "3");
    assert_int_equal(cache_stats(cache).bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_put_is_found_by_its_key_alone),
        cmocka_unit_test(test_a_new_state_of_the_data_empties_it),
        cmocka_unit_test(test_it_never_holds_more_than_its_limit_and_drops_the_oldest),
        cmocka_unit_test(test_what_is_larger_than_all_of_it_is_not_kept_and_drops_nothing),
        cmocka_unit_test(test_who_holds_an_answer_keeps_it_when_the_cache_has_dropped_it),
        cmocka_unit_test(test_threads_share_it),
    };

    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}

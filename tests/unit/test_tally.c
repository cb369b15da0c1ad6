#include "test.h"

#include <stdio.h>
#include <string.h>

#include "tally.h"

/* Days since 2000 of 2026-01-01, a Thursday. */
#define NEW_YEAR 9497
#define HOURS_OF(day) ((NEW_YEAR + (day)-1) * 24)

struct row {
    int hour;
    unsigned source;
    const char *currency;
    int n;
    const char *amount;
};

static void keep(struct cache *cache, const char *key, void *bytes, size_t len)
{
    CLEANUP(kept_releasep)
    struct kept *kept = kept_new((struct reply){ .body = bytes, .len = len, .is_owned = true });

    cache_put(cache, key, "v", kept);
}

/* Two sources, and the hours' rows in order. */
static void keep_hours(struct cache *cache, const struct row *rows, size_t n)
{
    struct hours *hours = mem_alloc(sizeof(*hours) + n * sizeof(hours->hour[0]));

    (void)snprintf(hours->version, sizeof(hours->version), "v");
    (void)snprintf(hours->run_id, sizeof(hours->run_id), "7");
    hours->n_sources = 2;
    for (unsigned i = 0; i < 2; i++) {
        hours->sources[i].id = (int)i + 1;
        (void)snprintf(hours->sources[i].name, HOURS_NAME_SIZE, "%s", i == 0 ? "one" : "two");
        (void)snprintf(hours->sources[i].zone, HOURS_NAME_SIZE, "Europe/Berlin");
    }
    for (; hours->n < n; hours->n++) {
        const struct row *row = &rows[hours->n];
        struct hour *hour = &hours->hour[hours->n];

        *hour = (struct hour){ .hour = row->hour, .source = row->source, .n = row->n };
        (void)snprintf(hour->currency, sizeof(hour->currency), "%s", row->currency);
        assert_true(money_read(row->amount, &hour->amount));
    }
    keep(cache, "hours", hours, hours_size(hours));
}

/* Of 2026-01-01 10:00: a transaction each ten minutes, of 1.5 each. */
static void keep_hour(struct cache *cache, const char *version)
{
    struct moments *moments = mem_alloc(sizeof(*moments) + 6 * sizeof(moments->moment[0]));
    char key[PART_KEY_SIZE];

    (void)snprintf(moments->version, sizeof(moments->version), "%s", version);
    for (; moments->n < 6; moments->n++)
        moments->moment[moments->n] =
            (struct moment_of){ (uint32_t)moments->n * 600000000U, "EUR", 1500000, 1 };
    (void)snprintf(key, sizeof(key), "hour\n1\n%d", HOURS_OF(1) + 10);
    keep(cache, key, moments, moments_size(moments));
}

static const struct row rows[] = {
    { HOURS_OF(1) + 10, 0, "EUR", 6, "9.0" }, { HOURS_OF(1) + 11, 0, "EUR", 2, "0.25" },
    { HOURS_OF(1) + 11, 1, "USD", 1, "-4" },  { HOURS_OF(2), 0, "EUR", 3, "3.00" },
    { HOURS_OF(5), 0, "EUR", 1, "0.01" }, /* a Monday */
};

/* What stands in the answer's data behind "total", or NULL: none, with what it lacks. */
static char *answer(struct cache *cache, const char *query, struct part *lacking)
{
    struct asked asked = { .query = query };
    CLEANUP(mem_freep) struct question *question = mem_alloc(sizeof(*question));
    CLEANUP(kept_releasep) struct kept *kept = NULL;
    struct reply problem;

    asked.route = routes_find("/api/v1/transactions/count", &asked.id, &asked.id_len);
    assert_int_equal(question_read(question, &asked, &problem), 0);
    kept = tally_answer(cache, question, query, lacking);
    if (!kept)
        return NULL;
    assert_string_equal(kept->type, "application/json");
    return mem_copy(strstr(kept->body, "\"total\""));
}

static struct cache *cache_of_rows(void)
{
    struct cache *cache = cache_new((size_t)1 << 20);

    cache_set_version(cache, "v");
    keep_hours(cache, rows, ARRAY_LEN(rows));
    return cache;
}

static void test_whole_hours_are_summed_by_bucket_and_currency(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of_rows();
    struct part lacking;
    CLEANUP(mem_freep)
    char *days = answer(cache, "start=2026-01-01&end=2026-01-03", &lacking);
    CLEANUP(mem_freep)
    char *weeks =
        answer(cache, "start=2026-01-01T11:00:00Z&end=2026-01-06&bucket=week&source=one", &lacking);

    (void)state;
    assert_string_equal(
        days, "\"total\":12,\"amounts\":[{\"currency\":\"EUR\",\"n\":11,\"amount\":\"12.25\"},"
              "{\"currency\":\"USD\",\"n\":1,\"amount\":\"-4\"}],\"group_by\":\"\",\"groups\":[],"
              "\"buckets\":[{\"start\":\"2026-01-01T00:00:00Z\",\"n\":9,\"amounts\":["
              "{\"currency\":\"EUR\",\"n\":8,\"amount\":\"9.25\"},"
              "{\"currency\":\"USD\",\"n\":1,\"amount\":\"-4\"}],\"groups\":[]},"
              "{\"start\":\"2026-01-02T00:00:00Z\",\"n\":3,\"amounts\":["
              "{\"currency\":\"EUR\",\"n\":3,\"amount\":\"3.00\"}],\"groups\":[]}]},"
              "\"meta\":{\"as_of\":null,\"run_id\":\"7\"}}");
    assert_string_equal(
        weeks, "\"total\":6,\"amounts\":[{\"currency\":\"EUR\",\"n\":6,\"amount\":\"3.26\"}],"
               "\"group_by\":\"\",\"groups\":[],"
               "\"buckets\":[{\"start\":\"2026-01-01T11:00:00Z\",\"n\":5,\"amounts\":["
               "{\"currency\":\"EUR\",\"n\":5,\"amount\":\"3.25\"}],\"groups\":[]},"
               "{\"start\":\"2026-01-05T00:00:00Z\",\"n\":1,\"amounts\":["
               "{\"currency\":\"EUR\",\"n\":1,\"amount\":\"0.01\"}],\"groups\":[]}]},"
               "\"meta\":{\"as_of\":null,\"run_id\":\"7\"}}");
}

static void test_an_hour_that_is_cut_is_counted_by_its_transactions(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of_rows();
    const char *query = "start=2026-01-01T10:10:00Z&end=2026-01-01T10:40:00.5%2B00:00&bucket=month";
    struct part lacking;
    CLEANUP(mem_freep) char *before = answer(cache, query, &lacking);
    CLEANUP(mem_freep) char *after = NULL;

    (void)state;
    assert_null(before);
    assert_int_equal(lacking.what, PART_HOUR);
    assert_int_equal(lacking.source, 1);
    assert_int_equal(lacking.hour, HOURS_OF(1) + 10);
    assert_string_equal(lacking.zone, "Europe/Berlin");
    keep_hour(cache, "v");
    after = answer(cache, query, &lacking);
    assert_non_null(after);
    assert_non_null(strstr(after, "\"total\":4,\"amounts\":[{\"currency\":\"EUR\",\"n\":4,"
                                  "\"amount\":\"6.0\"}]"));
}

static void test_parts_of_two_states_are_not_put_together(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_of_rows();
    struct part lacking;

    (void)state;
    keep_hour(cache, "other");
    assert_null(answer(cache, "start=2026-01-01T10:10:00Z&end=2026-01-02", &lacking));
    assert_int_equal(lacking.what, PART_NONE);
}

static void test_without_the_hours_they_are_asked_for(void **state)
{
    CLEANUP(cache_freep) struct cache *cache = cache_new((size_t)1 << 20);
    struct part lacking;

    (void)state;
    cache_set_version(cache, "v");
    assert_null(answer(cache, "start=2026-01-01&end=2026-01-02", &lacking));
    assert_int_equal(lacking.what, PART_HOURS);
}

static void test_what_is_for_the_database_is_left_to_it(void **state)
{
    static const char *const queries[] = { "",
                                           "start=2026-01-01",
                                           "start=2026-01-02&end=2026-01-02",
                                           "start=2026-01-01&end=2026-01-02&tz=Europe/Berlin",
                                           "start=2026-01-01&end=2026-01-02&account=a",
                                           "start=2026-01-01&end=2026-01-02&merchant=m",
                                           "start=2026-01-01&end=2026-01-02&group_by=source",
                                           "start=2000-01-01&end=2026-01-02&bucket=hour" };
    CLEANUP(cache_freep) struct cache *cache = cache_of_rows();
    struct part lacking;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        assert_null(answer(cache, queries[i], &lacking));
        assert_int_equal(lacking.what, PART_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_hours_are_summed_by_bucket_and_currency),
        cmocka_unit_test(test_an_hour_that_is_cut_is_counted_by_its_transactions),
        cmocka_unit_test(test_parts_of_two_states_are_not_put_together),
        cmocka_unit_test(test_without_the_hours_they_are_asked_for),
        cmocka_unit_test(test_what_is_for_the_database_is_left_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

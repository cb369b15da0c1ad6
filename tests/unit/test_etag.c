#include "test.h"

#include <string.h>

#include "etag.h"
#include "gzip.h"
#include "limit.h"
#include "mem.h"

static void test_a_tag_is_found_in_a_list_by_the_weak_comparison(void **state)
{
    static const struct {
        const char *list;
        bool found;
    } cases[] = {
        { "W/\"abc\"", true },
        { "\"abc\"", true },
        { "\"x\", \"abc\"", true },
        { ",, \"abc\" ,", true },
        { "\"a,b\",W/\"abc\"", true },
        { "", false },
        { "abc", false },
        { "\"abc", false },
        { "\"abcd\"", false },
        { "\"ab\"", false },
        { "w/\"abc\"", false },
        { "x, \"abc\"", false },
        { "\"x\" \"abc\"", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (etag_is_in("W/\"abc\"", cases[i].list) != cases[i].found)
            fail_msg("%s", cases[i].list);
}

static void test_tags_differ_by_question_and_by_version(void **state)
{
    char one[ETAG_SIZE];
    char other[ETAG_SIZE];

    (void)state;
    etag_make("/a", "1.1.1", one);
    etag_make("/a", "1.1.1", other);
    assert_string_equal(one, other);
    etag_make("/a", "1.1.2", other);
    assert_string_not_equal(one, other);
    etag_make("/b", "1.1.1", other);
    assert_string_not_equal(one, other);
}

static void test_gzip_is_sent_to_who_prefers_it(void **state)
{
    (void)state;
    assert_true(gzip_is_accepted("gzip"));
    assert_true(gzip_is_accepted("br;q=1, gzip;q=0.001"));
    assert_true(gzip_is_accepted("identity;q=0.5, GZIP ; q=0.6"));
    assert_false(gzip_is_accepted(NULL));
    assert_false(gzip_is_accepted(""));
    assert_false(gzip_is_accepted("gzip;q=0"));
    assert_false(gzip_is_accepted("*;q=0"));
    assert_false(gzip_is_accepted("identity, gzip;q=0.9"));
    assert_false(gzip_is_accepted("gzip;x=1"));
}

static void test_an_address_runs_out_of_requests_and_others_do_not(void **state)
{
    CLEANUP(limit_freep) struct limit *limit = limit_new(1, 2);

    (void)state;
    assert_int_equal(limit_take(NULL, 1, LIMIT_REQUEST), 0);
    assert_int_equal(limit_take(limit, 1, LIMIT_REQUEST), 0);
    assert_int_equal(limit_take(limit, 1, LIMIT_REQUEST), 0);
    assert_true(limit_take(limit, 1, LIMIT_REQUEST) > 0);
    assert_int_equal(limit_take(limit, 2, LIMIT_REQUEST), 0);
    assert_int_equal(limit_take(limit, 1, LIMIT_FAILURE), 0);
    assert_int_equal(limit_take(limit, 1, LIMIT_FAILURE), 0);
    assert_true(limit_take(limit, 1, LIMIT_FAILURE) > 1);
    for (uint32_t address = 10; address < 100000; address++) /* more than the table has room for */
        assert_int_equal(limit_take(limit, address, LIMIT_REQUEST), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tag_is_found_in_a_list_by_the_weak_comparison),
        cmocka_unit_test(test_tags_differ_by_question_and_by_version),
        cmocka_unit_test(test_gzip_is_sent_to_who_prefers_it),
        cmocka_unit_test(test_an_address_runs_out_of_requests_and_others_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

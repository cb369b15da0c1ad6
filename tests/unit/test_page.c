#include "test.h"

#include <string.h>

#include "page.h"

static void test_a_place_reads_back_in_its_query_alone(void **state)
{
    static const char *const keys[] = {
        "1", "[\"0.5\", \"2026-01-31\"]", "é𝒳", "ab", "abc", "abcd"
    };
    char key[PAGE_KEY_MAX + 1];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        CLEANUP(mem_freep) char *token = page_write("/a\nx", keys[i]);

        assert_int_equal(strlen(token),
                         strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                       "tuvwxyz0123456789-_"));
        assert_true(page_read("/a\nx", token, key));
        assert_string_equal(key, keys[i]);
        assert_false(page_read("/a\ny", token, key));
    }
}

static void test_a_place_that_was_changed_is_none(void **state)
{
    CLEANUP(mem_freep) char *token = page_write("/a", "[1, 2, 3]");
    size_t len = strlen(token);
    char key[PAGE_KEY_MAX + 1];

    (void)state;
    for (size_t i = 0; i < len; i++) {
        CLEANUP(mem_freep) char *other = mem_copy(token);

        other[i] = other[i] == 'A' ? 'B' : 'A';
        assert_false(page_read("/a", other, key));
        other[i] = '\0';
        assert_false(page_read("/a", other, key));
    }
}

static void test_any_text_can_be_asked(void **state)
{
    static const char *const texts[] = { "", "=", "A", "MQ==", "a b", "/+", "\xff", "MQAAAA" };
    char key[PAGE_KEY_MAX + 1];
    char longest[4096];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_false(page_read("/a", texts[i], key));
    memset(longest, 'M', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_false(page_read("/a", longest, key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_place_reads_back_in_its_query_alone),
        cmocka_unit_test(test_a_place_that_was_changed_is_none),
        cmocka_unit_test(test_any_text_can_be_asked),
    };

    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}

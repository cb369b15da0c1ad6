#include "test.h"

#include <string.h>

#include "text.h"

static void test_integers_are_read_strictly(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        { "0", true, 0 },
        { "-7", true, -7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "0x1", false, 0 },
        { "1.0", false, 0 },
        { "1e3", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t value = 0;

        if (text_to_i64(cases[i].text, INT64_MIN, INT64_MAX, &value) != cases[i].good)
            fail_msg("'%s'", cases[i].text);
        assert_true(value == cases[i].value);
    }
}

/* Day numbers as PostgreSQL's: SELECT date '…' - date '2000-01-01'. */
static void test_dates_are_days_since_2000(void **state)
{
    static const struct {
        const char *text;
        int32_t days;
    } cases[] = {
        { "2000-01-01", 0 },       { "2000-02-29", 59 },     { "2000-03-01", 60 },
        { "1999-12-31", -1 },      { "1970-01-01", -10957 }, { "2024-02-29", 8825 },
        { "2026-11-24", 9824 },    { "2100-03-01", 36584 },  { "0001-01-01", -730119 },
        { "9999-12-31", 2921939 },
    };
    char out[TEXT_DATE_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int32_t days = 0;

        assert_true(text_to_date(cases[i].text, &days));
        assert_int_equal(days, cases[i].days);
        assert_string_equal(text_from_date(days, out), cases[i].text);
    }
}

static void test_every_date_of_four_centuries_goes_there_and_back(void **state)
{
    char out[TEXT_DATE_SIZE];

    (void)state;
    for (int32_t days = -73000; days < 73097; days++) {
        int32_t back = 0;

        assert_true(text_to_date(text_from_date(days, out), &back));
        assert_int_equal(back, days);
    }
}

static void test_what_is_no_date_is_refused(void **state)
{
    static const char *const bad[] = { "",           "2026-1-01",   "2026-01-1",  "2026-02-29",
                                       "2026-04-31", "2026-00-10",  "2026-13-01", "0000-01-01",
                                       "2026/01/01", "2026-01-01 ", "x026-01-01", "1900-02-29" };
    int32_t days;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (text_to_date(bad[i], &days))
            fail_msg("'%s' was taken", bad[i]);
}

static void test_utf_8_is_strict(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        { "", true },
        { "plain ASCII of more than eight bytes", true },
        { "é € 𝒳 \xef\xbf\xbd", true },
        { "eight by\xc3\xa9", true },
        { "\xc3", false },             /* cut */
        { "abcdefg\xc3", false },      /* cut, at the end of eight */
        { "\x80", false },             /* a continuation alone */
        { "\xc0\xaf", false },         /* overlong */
        { "\xe0\x80\xaf", false },     /* overlong */
        { "\xed\xa0\x80", false },     /* a surrogate */
        { "\xf4\x90\x80\x80", false }, /* beyond U+10FFFF */
        { "\xff", false },
        { "12345678\xfe", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (text_is_utf8(cases[i].text, strlen(cases[i].text)) != cases[i].good)
            fail_msg("case %zu", i);
    assert_false(text_is_utf8("a\0b", 3));
    assert_false(text_is_utf8("1234567\0", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers_are_read_strictly),
        cmocka_unit_test(test_dates_are_days_since_2000),
        cmocka_unit_test(test_every_date_of_four_centuries_goes_there_and_back),
        cmocka_unit_test(test_what_is_no_date_is_refused),
        cmocka_unit_test(test_utf_8_is_strict),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}

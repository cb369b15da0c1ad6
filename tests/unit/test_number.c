#include "test.h"

#include <stdio.h>
#include <string.h>

#include "number.h"

static const struct number_style plain = { '.', '\0' };

/* As PostgreSQL's numeric_send gives them: SELECT encode(numeric_send('57.16'), 'hex'). */
static void test_numbers_are_packed_as_postgresql_packs_them(void **state)
{
    static const struct {
        const char *text;
        int n, weight, negative, scale;
        int groups[6];
    } cases[] = {
        { "0", 0, 0, 0, 0, { 0 } },
        { "-0.00", 0, 0, 0, 2, { 0 } },
        { "57.16", 2, 0, 0, 2, { 57, 1600 } },
        { "-57.16", 2, 0, 1, 2, { 57, 1600 } },
        { "+1", 1, 0, 0, 0, { 1 } },
        { "10000", 1, 1, 0, 0, { 1 } },
        { "12345", 2, 1, 0, 0, { 1, 2345 } },
        { "0.0001", 1, -1, 0, 4, { 1 } },
        { "0.00001", 1, -2, 0, 5, { 1000 } },
        { ".5", 1, -1, 0, 1, { 5000 } },
        { "5.", 1, 0, 0, 0, { 5 } },
        { "000012.340000", 2, 0, 0, 6, { 12, 3400 } },
        { "999999999999999999.999999", 7, 4, 0, 6, { 99, 9999, 9999, 9999, 9999, 9999 } },
        { "100000000.01", 4, 2, 0, 2, { 1, 0, 0, 100 } },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct number number;

        if (number_read(&plain, cases[i].text, strlen(cases[i].text), &number) != NUMBER_GOOD)
            fail_msg("%s", cases[i].text);
        if (number.n != cases[i].n || number.weight != cases[i].weight ||
            number.negative != (cases[i].negative == 1) || number.scale != cases[i].scale)
            fail_msg("%s: n %d, weight %d, scale %d", cases[i].text, number.n, number.weight,
                     number.scale);
        for (int g = 0; g < number.n && g < 6; g++)
            assert_int_equal(number.groups[g], cases[i].groups[g]);
    }
}

static void test_what_is_no_number_is_refused(void **state)
{
    static const char *const bad[] = { "",         "-",  ".",   "+.",  "1e5",  "1,5",
                                       " 1",       "1 ", "0x1", "NaN", "--1",  "1.2.3",
                                       "Infinity", "1-", "١",   "1_0", "1'000" };
    struct number number;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (number_read(&plain, bad[i], strlen(bad[i]), &number) != NUMBER_BAD)
            fail_msg("'%s' was taken", bad[i]);
}

static void test_too_many_digits_are_told_from_bad_ones(void **state)
{
    static const char *const longs[] = { "1000000000000000000", "0.0000001", "1.0000000" };
    struct number number;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(longs); i++)
        assert_int_equal(number_read(&plain, longs[i], strlen(longs[i]), &number), NUMBER_TOO_LONG);
}

static void test_numbers_have_their_files_style(void **state)
{
    static const struct {
        char point, thousands;
        const char *text;
        const char *same; /* as number_read has it; NULL: refused */
    } cases[] = {
        { ',', '\0', "1,5", "1.5" },
        { ',', '\0', "-1", "-1" },
        { ',', '\0', "1.5", NULL },
        { ',', '\0', "1,5,5", NULL },
        { ',', '.', "1.234.567,89", "1234567.89" },
        { ',', '.', "1234567,89", "1234567.89" },
        { ',', '.', "1.23,4", NULL },
        { ',', '.', "1.234,5.6", NULL },
        { ',', '.', "1234.567", NULL },
        { ',', '.', ".234", NULL },
        { '.', ',', "-1,234.50", "-1234.50" },
        { '.', ',', "1,2,3", NULL },
        { '.', ',', "12,34,567", NULL },
        { '.', ',', "1,234,", NULL },
        { '.', '\'', "1'000", "1000" },
        { ',', ' ', "1 000,5", "1000.5" },
        { ',', ' ',
          "1\xc2\xa0"
          "000\xe2\x80\xaf"
          "000",
          "1000000" },
        { ',', '.', "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct number_style style = { cases[i].point, cases[i].thousands };
        struct number number = { 0 };
        struct number wanted = { 0 };
        bool good =
            number_read(&style, cases[i].text, strlen(cases[i].text), &number) == NUMBER_GOOD;

        if (cases[i].same)
            assert_int_equal(number_read(&plain, cases[i].same, strlen(cases[i].same), &wanted),
                             NUMBER_GOOD);
        if (good != (cases[i].same != NULL) || memcmp(&number, &wanted, sizeof(number)) != 0)
            fail_msg("'%s' with '%c' and '%c'", cases[i].text, style.point, style.thousands);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_packed_as_postgresql_packs_them),
        cmocka_unit_test(test_what_is_no_number_is_refused),
        cmocka_unit_test(test_too_many_digits_are_told_from_bad_ones),
        cmocka_unit_test(test_numbers_have_their_files_style),
    };

    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}

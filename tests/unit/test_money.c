#include "test.h"

#include <string.h>

#include "money.h"

static void test_what_is_read_is_written_again(void **state)
{
    static const char *const texts[] = { "0",
                                         "0.00",
                                         "7",
                                         "-1",
                                         "0.05",
                                         "-0.000001",
                                         "12.50",
                                         "999999999999999999.999999",
                                         "-123456789012345678901234567.1" };
    char out[MONEY_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct money money;

        assert_true(money_read(texts[i], &money));
        assert_string_equal(money_text(&money, out), texts[i]);
    }
}

static void test_a_sum_is_exact_and_has_the_longest_scale(void **state)
{
    struct money sum = { 0 };
    struct money more;
    char out[MONEY_SIZE];

    (void)state;
    assert_true(money_read("0.1", &more));
    for (int i = 0; i < 10; i++)
        money_add(&sum, &more);
    assert_string_equal(money_text(&sum, out), "1.0");
    assert_true(money_read("999999999999999999.999999", &more));
    money_add(&sum, &more);
    assert_string_equal(money_text(&sum, out), "1000000000000000000.999999");
    assert_true(money_read("-1000000000000000001", &more));
    money_add(&sum, &more);
    assert_string_equal(money_text(&sum, out), "-0.000001");
}

static void test_what_is_no_amount_is_refused(void **state)
{
    static const char *const texts[] = {
        "",   "-",  ".5",  "1.2.3",     "1e5", "NaN", "+1",
        " 1", "1 ", "--1", "0.1234567", "0x1", "1-",  "1234567890123456789012345678"
    };
    struct money money;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_false(money_read(texts[i], &money));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read_is_written_again),
        cmocka_unit_test(test_a_sum_is_exact_and_has_the_longest_scale),
        cmocka_unit_test(test_what_is_no_amount_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "test.h"

#include <string.h>

#include "stmt.h"

static void test_parameters_become_numbers_and_identifiers_are_quoted(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
        const char *names; /* of $1, $2, …, with a comma behind each */
        bool fixed;
    } cases[] = {
        { "SELECT 1", "SELECT 1", "", true },
        { "SELECT :'a', :'b', :'a'", "SELECT $1, $2, $1", "a,b,", true },
        { "SELECT :'a'::date + :'day_2'::int", "SELECT $1::date + $2::int", "a,day_2,", true },
        { "COPY :\"t\" FROM", "COPY \"x\"\"y\" FROM", "", false },
        { "SELECT ':''a''' || \":'b'\"", "SELECT ':''a''' || \":'b'\"", "", true },
        { "-- :'a'\nSELECT /* :'b' */ :'c'", "-- :'a'\nSELECT /* :'b' */ $1", "c,", true },
        { "SELECT now()::text, '{}'::json, a[1:2]", "SELECT now()::text, '{}'::json, a[1:2]", "",
          true },
        { "SELECT :''", "SELECT :''", "", true },
        { "SELECT :'A'", "SELECT :'A'", "", true },
        { "SELECT :", "SELECT :", "", true },
        { "SELECT 'open", "SELECT 'open", "", true },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct stmt stmt = { "test", cases[i].text };
        char names[64] = "";
        struct bound bound;
        struct err err;

        assert_int_equal(stmt_bind(&stmt, STMT_ARGS({ "t", "x\"y" }), &bound, &err), 0);
        assert_string_equal(bound.text, cases[i].wanted);
        assert_int_equal(bound.fixed, cases[i].fixed);
        for (int n = 0; n < bound.n; n++) {
            (void)strncat(names, bound.names[n], 30); // NOLINT
            (void)strncat(names, ",", 2);             // NOLINT
        }
        assert_string_equal(names, cases[i].names);
        bound_release(&bound);
    }
}

static void test_an_identifier_without_a_value_is_an_error_that_names_it(void **state)
{
    const struct stmt stmt = { "test", "COPY :\"leaf\" FROM" };
    struct bound bound;
    struct err err;

    (void)state;
    assert_int_equal(stmt_bind(&stmt, STMT_NO_ARGS, &bound, &err), -1);
    assert_string_equal(err.msg, "test: no value for leaf");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters_become_numbers_and_identifiers_are_quoted),
        cmocka_unit_test(test_an_identifier_without_a_value_is_an_error_that_names_it),
    };

    return cmocka_run_group_tests_name("stmt", tests, NULL, NULL);
}

#include "test.h"

#include <string.h>

#include "param.h"

static void test_a_query_is_decoded_once_and_strictly(void **state)
{
    static const struct {
        const char *query;
        const char *name;
        const char *value; /* NULL: the query is refused */
    } cases[] = {
        { "a=b", "a", "b" },
        { "a=", "a", "" },
        { "x=1&a=b%20c&y=2", "a", "b c" },
        { "a=1+2", "a", "1+2" },
        { "a=%2541", "a", "%41" },
        { "a=%C3%A9", "a", "é" },
        { "%61=b", "a", "b" },
        { "a=b=c", "a", "b=c" },
        { "&a=b&", "a", "b" },
        { "a", "a", NULL },
        { "a=b&a=c", "a", NULL },
        { "a=b&%61=c", "a", NULL },
        { "a=%", "a", NULL },
        { "a=%4", "a", NULL },
        { "a=%zz", "a", NULL },
        { "a=%00", "a", NULL },
        { "a=%0a", "a", NULL },
        { "a=%7f", "a", NULL },
        { "a=%ff", "a", NULL },
        { "a=%c0%80", "a", NULL },
        { "1=&2=&3=&4=&5=&6=&7=&8=&9=&10=&11=&12=&13=&14=&15=&16=&17=", "1", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct params params;
        const char *wrong = params_read(&params, cases[i].query);

        if ((wrong == NULL) != (cases[i].value != NULL))
            fail_msg("%s: %s", cases[i].query, wrong ? wrong : "taken");
        if (!wrong)
            assert_string_equal(params_find(&params, cases[i].name), cases[i].value);
    }
}

static void test_values_are_what_they_should_be(void **state)
{
    static const struct {
        enum param_type type;
        const char *value;
        bool good;
    } cases[] = {
        { PARAM_TIME, "2026-01-31", true },
        { PARAM_TIME, "2026-01-31T08:00:00Z", true },
        { PARAM_TIME, "2026-01-31T08:00:00.5+05:45", true },
        { PARAM_TIME, "2026-01-31T08:00:00", false },
        { PARAM_TIME, "2026-02-30", false },
        { PARAM_TIME, "", false },
        { PARAM_ZONE, "Europe/Berlin", true },
        { PARAM_ZONE, "Etc/GMT+5", true },
        { PARAM_ZONE, "", false },
        { PARAM_ZONE, "a'b", false },
        { PARAM_CHOICE, "week", true },
        { PARAM_CHOICE, "Week", false },
        { PARAM_CHOICE, "year", false },
        { PARAM_CHOICE, "da", false },
        { PARAM_CHOICE, "", false },
        { PARAM_CHOICE, "day week", false },
        { PARAM_CHOICES, "week", true },
        { PARAM_CHOICES, "week,day", true },
        { PARAM_CHOICES, "week,", false },
        { PARAM_CHOICES, ",", false },
        { PARAM_CHOICES, "", false },
        { PARAM_DATE, "2026-01-31", true },
        { PARAM_DATE, "2026-01-31T08:00:00Z", false },
        { PARAM_LIMIT, "1", true },
        { PARAM_LIMIT, "1000", true },
        { PARAM_LIMIT, "0", false },
        { PARAM_LIMIT, "1001", false },
        { PARAM_LIMIT, "-1", false },
        { PARAM_LIMIT, "+1", false },
        { PARAM_LIMIT, " 1", false },
        { PARAM_LIMIT, "1e2", false },
        { PARAM_LIMIT, "", false },
        { PARAM_LIMIT, "99999999999999999999", false },
        { PARAM_RUN, "9223372036854775807", true },
        { PARAM_RUN, "9223372036854775808", false },
        { PARAM_RUN, "0", false },
        { PARAM_RUN, "x", false },
        { PARAM_HEX, "0123456789abcdef", true },
        { PARAM_HEX, "0123456789ABCDEF", false },
        { PARAM_HEX, "0123456789abcde", false },
        { PARAM_TEXT, "", true },
        { PARAM_TEXT, "anything 𝒳", true },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct param_spec spec = { "p", cases[i].type, "", "hour day week month" };

        if ((param_check(&spec, cases[i].value) == NULL) != cases[i].good)
            fail_msg("'%s'", cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_query_is_decoded_once_and_strictly),
        cmocka_unit_test(test_values_are_what_they_should_be),
    };

    return cmocka_run_group_tests_name("param", tests, NULL, NULL);
}

#include "test.h"

#include "accept.h"

static void test_accept_is_read_as_rfc_9110_says(void **state)
{
    static const struct {
        const char *accept;
        enum accept both; /* where there is CSV, too */
        enum accept json; /* where there is none */
    } cases[] = {
        { NULL, ACCEPT_JSON, ACCEPT_JSON },
        { "", ACCEPT_JSON, ACCEPT_JSON },
        { "*/*", ACCEPT_JSON, ACCEPT_JSON },
        { "text/csv", ACCEPT_CSV, ACCEPT_NONE },
        { "Text/CSV", ACCEPT_CSV, ACCEPT_NONE },
        { "text/*", ACCEPT_CSV, ACCEPT_NONE },
        { "text/html", ACCEPT_NONE, ACCEPT_NONE },
        { "text/html, */*;q=0.8", ACCEPT_JSON, ACCEPT_JSON },
        { "text/csv;q=0.5, application/json;q=0.4", ACCEPT_CSV, ACCEPT_JSON },
        { "text/csv;q=0.5,application/json;q=0.500", ACCEPT_JSON, ACCEPT_JSON },
        { "text/csv; header=present; q=0.9, application/*;q=0.1", ACCEPT_CSV, ACCEPT_JSON },
        { "text/csv;q=0", ACCEPT_NONE, ACCEPT_NONE },
        { "text/csv;q=0.000, */*;q=0.001", ACCEPT_JSON, ACCEPT_JSON },
        { "application/json;q=0, */*", ACCEPT_CSV, ACCEPT_NONE },
        { ",,;;q=,q=1;", ACCEPT_NONE, ACCEPT_NONE },
        { "text/csv;q", ACCEPT_CSV, ACCEPT_NONE },
        { "text/csvx", ACCEPT_NONE, ACCEPT_NONE },
        { "text", ACCEPT_NONE, ACCEPT_NONE },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (accept_choose(cases[i].accept, true) != cases[i].both ||
            accept_choose(cases[i].accept, false) != cases[i].json)
            fail_msg("%s", cases[i].accept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept_is_read_as_rfc_9110_says),
    };

    return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "severity.h"

/* severity_read of a configuration with that [severity] section. */
static int read_of(const char *section, char *ret_critical, struct err *err)
{
    char path[] = "/tmp/test_severity.XXXXXX";
    CLEANUP(conf_freep) struct conf *conf = NULL;
    struct severity severity = { 0 };
    int fd = mkstemp(path);
    int rc;

    assert_true(fd >= 0);
    assert_int_equal(dprintf(fd, "[severity]\n%s", section) > 0, 1);
    (void)close(fd);
    conf = conf_read(path, err);
    (void)unlink(path);
    assert_non_null(conf);
    rc = severity_read(conf, &severity, err);
    if (rc == 0)
        (void)snprintf(ret_critical, 16, "%s", severity.critical);
    return rc;
}

static void test_bounds_have_defaults_and_can_be_set(void **state)
{
    struct err err;
    char critical[16] = "";

    (void)state;
    assert_int_equal(read_of("", critical, &err), 0);
    assert_string_equal(critical, "0.95");
    assert_int_equal(read_of("medium = 0.05\nhigh = 0.1\ncritical = 0.999\n", critical, &err), 0);
    assert_string_equal(critical, "0.999");
}

static void test_what_is_no_score_or_out_of_order_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *section;
        const char *message;
    } cases[] = {
        { "medium = 1\n", ":2: [severity] medium: '1' is not a score between 0 and 1" },
        { "medium = 0\n", "'0' is not a score" },
        { "high = 0.0\n", "'0.0' is not a score" },
        { "high = 80%\n", "'80%' is not a score" },
        { "high = 0.8x\n", "'0.8x' is not a score" },
        { "high = .8\n", "'.8' is not a score" },
        { "critical = -0.5\n", "'-0.5' is not a score" },
        { "critical =\n", "'' is not a score" },
        { "medium = 0.9\n", "[severity] high: 0.8 is not above 0.9" },
        { "high = 0.95\n", "[severity] critical: 0.95 is not above 0.95" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { .code = ERR_NONE };
        char critical[16];

        assert_int_equal(read_of(cases[i].section, critical, &err), -1);
        assert_int_equal(err.code, ERR_USAGE);
        if (!strstr(err.msg, cases[i].message))
            fail_msg("%s: %s", cases[i].section, err.msg);
    }
}

static void test_there_are_four_names(void **state)
{
    (void)state;
    assert_true(severity_is("low") && severity_is("medium") && severity_is("high") &&
                severity_is("critical"));
    assert_false(severity_is("") || severity_is("High") || severity_is("hig"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds_have_defaults_and_can_be_set),
        cmocka_unit_test(test_what_is_no_score_or_out_of_order_is_refused_with_its_place),
        cmocka_unit_test(test_there_are_four_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

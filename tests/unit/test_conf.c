#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "source.h"

static char path[] = "/tmp/test_conf.XXXXXX";

static struct conf *conf_of(const char *text, struct err *err)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return conf_read(path, err);
}

static int make_file(void **state)
{
    (void)state;
    return close(mkstemp(path)); // NOLINT(android-cloexec-mkstemp)
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void test_what_is_wrong_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        const char *wanted; /* behind the path */
    } cases[] = {
        { "x = 1\n", ":1: 'x' stands before the first [section]" },
        { "[nothing]\nx = 1\n", ":2: unknown section [nothing]" },
        { "[source]\npath = x\n", ":2: section [source] needs a name: [source NAME]" },
        { "[api extra]\nlisten = x\n", ":2: section [api extra] takes no name" },
        { "[source a b]\npath = x\n",
          ":2: section [source a b] has a name with other than letters, "
          "digits, '_', '-' and '.', or over 63 long" },
        { "[api]\n\n# a comment\ncolour = blue\n", ":4: unknown key 'colour' in [api]" },
        { "[api]\nlisten = a\nlisten = b\n", ":3: 'listen' is given twice in [api]" },
        { "[api]\nlisten\n", ":2: neither [section] nor key = value" },
        { "[api\n", ":1: neither [section] nor key = value" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };

        assert_null(conf_of(cases[i].text, &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_string_equal(err.msg + strlen(path), cases[i].wanted);
    }
}

static void test_values_are_the_files_or_the_defaults(void **state)
{
    struct err err = { 0 };
    CLEANUP(conf_freep)
    struct conf *conf = conf_of("[source a]\npath = /x; y # z\ncolumn.ts = when ; then\n"
                                "[source b]\nsettle = 5min\n[detector d]\nenabled = off\nmax = 3\n",
                                &err);
    const char *value = NULL;
    int64_t seconds = 0;
    bool enabled = true;

    (void)state;
    assert_non_null(conf);
    assert_string_equal(conf_get(conf, "source a", "path"), "/x; y # z");
    assert_string_equal(conf_get(conf, "source a", "settle"), "30s");
    assert_string_equal(conf_get(conf, "api", "listen"), "127.0.0.1:8080");
    assert_null(conf_get(conf, "source b", "path"));
    assert_string_equal(conf_section(conf, "source", 1), "source b");
    assert_null(conf_section(conf, "source", 2));
    assert_string_equal(conf_key(conf, "source a", "column.", 0, &value), "column.ts");
    assert_string_equal(value, "when ; then");
    assert_int_equal(conf_seconds(conf, "source b", "settle", &seconds, &err), 0);
    assert_int_equal(seconds, 300);
    assert_int_equal(conf_switch(conf, "detector d", "enabled", &enabled, &err), 0);
    assert_false(enabled);
}

static void test_a_source_is_checked_before_anything_runs(void **state)
{
    static const struct {
        const char *lines;
        const char *wanted; /* part of the message; NULL: it is good */
    } cases[] = {
        { "path = x\n", NULL },
        { "path = x\nreject_limit = 0\n", NULL },
        { "path = x\nreject_limit = 0.25%\n", NULL },
        { "path = x\nreject_limit = 100%\n", NULL },
        { "settle = 1s\n", "path: is missing" },
        { "path = x\nexpected_by = 06:30\nretain_days = 1\nretain_rollups_days = 1\n", NULL },
        { "path = x\nexpected_by = 24:00\n", "'24:00' is not a time such as 06:30" },
        { "path = x\nexpected_by = 6:30\n", "'6:30' is not a time such as 06:30" },
        { "path = x\nretain_days = 0\n", "'0' is not a number of days" },
        { "path = x\nretain_days = 9\nretain_rollups_days = 8\n", "cannot go before" },
        { "path = x\nreject_limit = 101%\n", "is neither a number of records nor a share" },
        { "path = x\nreject_limit = 1.5\n", "is neither a number of records nor a share" },
        { "path = x\nreject_limit = -1\n", "is neither a number of records nor a share" },
        { "path = x\nleaf = year\n", "'year' is neither day, month nor auto" },
        { "path = x\ntime_zone = Berlin\n", "time zone 'Berlin' is not known" },
        { "path = x\nsettle = soon\n", "'soon' is not a duration" },
        { "path = x\ncolumn.colour = x\n", "there is no column 'colour'" },
        { "path = x\ncolumn.ts =\n", "is empty" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(mem_freep) char *text = mem_format("[source a]\n%s", cases[i].lines);
        struct err err = { 0 };
        CLEANUP(conf_freep) struct conf *conf = conf_of(text, &err);
        struct source source;
        int rc;

        assert_non_null(conf);
        rc = source_read(conf, "source a", &source, &err);
        if ((rc == 0) != (cases[i].wanted == NULL))
            fail_msg("%s: %s", cases[i].lines, err.msg);
        if (cases[i].wanted && !strstr(err.msg, cases[i].wanted))
            fail_msg("%s", err.msg);
    }
}

static void test_the_reject_limit_is_a_number_or_a_share(void **state)
{
    static const struct reject_limit number = { .number = 5 };
    static const struct reject_limit share = { .is_percent = true, .percent = 10 };

    (void)state;
    assert_true(reject_limit_is_met(&number, 5, 5));
    assert_false(reject_limit_is_met(&number, 1000, 6));
    assert_true(reject_limit_is_met(&share, 100, 10));
    assert_false(reject_limit_is_met(&share, 100, 11));
    assert_true(reject_limit_is_met(&share, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(test_values_are_the_files_or_the_defaults),
        cmocka_unit_test(test_a_source_is_checked_before_anything_runs),
        cmocka_unit_test(test_the_reject_limit_is_a_number_or_a_share),
    };

    return cmocka_run_group_tests_name("conf", tests, make_file, remove_file);
}

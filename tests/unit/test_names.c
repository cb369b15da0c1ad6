#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "test.h"

static char folder[] = "/tmp/txmon-names-XXXXXX";

static const char *const folders[] = { "2026", "2026/01", "2026/02", "odd[1]*", ".hidden" };
static const char *const files[] = { "a.csv",          "b.csv",         ".c.csv",
                                     "2026/01/d.csv",  "2026/02/d.csv", "2026/02/e.txt",
                                     "odd[1]*/f?.csv", ".hidden/g.csv" };

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || chdir(folder) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        if (mkdir(folders[i], 0700) < 0)
            return -1;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        FILE *file = fopen(files[i], "we");

        if (!file || fclose(file) != 0)
            return -1;
    }
    return symlink("loop", "loop");
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        (void)unlink(files[i]);
    (void)unlink("loop");
    for (size_t i = ARRAY_LEN(folders); i > 0; i--)
        (void)rmdir(folders[i - 1]);
    return chdir("/") < 0 ? -1 : rmdir(folder);
}

static void assert_names(const struct names *names, const char *wanted)
{
    char text[256] = "";

    for (size_t i = 0; i < names->n; i++)
        (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? " " : "",
                       names->path[i]);
    assert_string_equal(text, wanted);
}

static void test_finds_what_a_shell_would_and_hidden_names(void **state)
{
    static const struct {
        const char *pattern;
        const char *wanted;
    } cases[] = {
        { "*.csv", ".c.csv a.csv b.csv" },
        { "[ab].csv", "a.csv b.csv" },
        { "?.csv", "a.csv b.csv" },
        { "202[0-9]/0?/*.csv", "2026/01/d.csv 2026/02/d.csv" },
        { "2026/*/d.csv", "2026/01/d.csv 2026/02/d.csv" },
        { "./2026/02/*", "./2026/02/d.csv ./2026/02/e.txt" },
        { "odd\\[1]\\*/f\\?.csv", "odd[1]*/f?.csv" },
        { "*/[fg]?.csv", "odd[1]*/f?.csv" },
        { "*/g.csv", ".hidden/g.csv" },
        { "a.csv/*", "" },
        { "loop/*", "" },
        { "nowhere/*", "" },
        { "[", "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(names_release) struct names names = { 0 };
        struct err err;

        if (names_find(cases[i].pattern, &names, &err) < 0)
            fail_msg("%s: %s", cases[i].pattern, err.msg);
        assert_names(&names, cases[i].wanted);
    }
}

static void test_takes_a_folder_by_its_own_name(void **state)
{
    CLEANUP(names_release) struct names names = { 0 };
    struct err err;

    (void)state;
    assert_int_equal(names_in("odd[1]*", "*", &names, &err), 0);
    assert_names(&names, "odd[1]*/f?.csv");
}

static void test_says_which_folder_cannot_be_read(void **state)
{
    CLEANUP(names_release) struct names names = { 0 };
    char name[4200];
    struct err err;

    (void)state;
    (void)memset(name, 'x', sizeof(name) - 1); /* too long for any */
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(names_in(name, "*", &names, &err), -1);
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_int_equal(names.n, 0);
    assert_non_null(strstr(err.msg, "xxx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_a_shell_would_and_hidden_names),
        cmocka_unit_test(test_takes_a_folder_by_its_own_name),
        cmocka_unit_test(test_says_which_folder_cannot_be_read),
    };

    return cmocka_run_group_tests_name("names", tests, set_up, tear_down);
}

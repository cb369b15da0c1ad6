#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "tokens.h"

#define ONE "0123456789abcdef0123456789abcdef"
#define TWO "fedcba9876543210fedcba9876543210"

static char path[] = "/tmp/txmon-tokens.XXXXXX";

static int make_file(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text)
{
    CLEANUP(file_closep) FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
}

static void test_each_token_of_the_file_is_known(void **state)
{
    struct err err;
    CLEANUP(tokens_freep) struct tokens *tokens = NULL;

    (void)state;
    write_file("# old\n" ONE "\r\n\n  \t" TWO " \t\n#" ONE "x\n");
    tokens = tokens_read(path, &err);
    assert_non_null(tokens);
    assert_true(tokens_know(tokens, "Bearer " ONE));
    assert_true(tokens_know(tokens, "bEARER   " TWO));
}

static void test_nothing_else_is(void **state)
{
    static const char *const others[] = {
        "",
        "Bearer",
        "Bearer ",
        ONE,
        "Basic " ONE,
        "Bearer " ONE "x",
        "Bearer x" ONE,
        "Bearer " ONE " ",
        "Bearer " ONE ", Bearer " TWO,
        "Bearer 0123456789abcdef0123456789abcde",
        "Bearer 0123456789ABCDEF0123456789ABCDEF",
        "Bearer #",
        "Bearer # a comment that is as long as a token is",
    };
    struct err err;
    CLEANUP(tokens_freep) struct tokens *tokens = NULL;

    (void)state;
    write_file("# a comment that is as long as a token is\n" ONE "\n" TWO);
    tokens = tokens_read(path, &err);
    assert_non_null(tokens);
    assert_false(tokens_know(tokens, NULL));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (tokens_know(tokens, others[i]))
            fail_msg("'%s' is let in", others[i]);
}

static void test_without_tokens_everybody_is_known(void **state)
{
    (void)state;
    assert_true(tokens_know(NULL, NULL));
    assert_true(tokens_know(NULL, "Bearer x"));
}

static void test_a_file_that_cannot_be_used_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        const char *msg;
    } cases[] = {
        { "", ": there is no token in it" },
        { "# " ONE "\n\n", ": there is no token in it" },
        { ONE "\n0123456789abcdef0123456789abcde\n", ":2: a token is one word" },
        { "#\n\n" ONE " " TWO "\n", ":3: a token is one word" },
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_file(cases[i].text);
        assert_null(tokens_read(path, &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_non_null(strstr(err.msg, cases[i].msg));
        assert_null(strstr(err.msg, "0123"));
    }
    assert_null(tokens_read("/nowhere/tokens", &err));
    assert_non_null(strstr(err.msg, "/nowhere/tokens"));
}

static void test_the_file_is_read_again_and_a_wrong_one_changes_nothing(void **state)
{
    struct err err;
    CLEANUP(tokens_freep) struct tokens *tokens = NULL;

    (void)state;
    write_file(ONE);
    tokens = tokens_read(path, &err);
    assert_non_null(tokens);
    write_file(TWO);
    assert_false(tokens_know(tokens, "Bearer " TWO));
    assert_int_equal(tokens_reload(tokens, &err), 0);
    assert_true(tokens_know(tokens, "Bearer " TWO));
    assert_false(tokens_know(tokens, "Bearer " ONE));
    write_file("short");
    assert_int_equal(tokens_reload(tokens, &err), -1);
    assert_true(tokens_know(tokens, "Bearer " TWO));
    assert_false(tokens_know(tokens, "Bearer short"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_token_of_the_file_is_known),
        cmocka_unit_test(test_nothing_else_is),
        cmocka_unit_test(test_without_tokens_everybody_is_known),
        cmocka_unit_test(test_a_file_that_cannot_be_used_is_told_with_its_line),
        cmocka_unit_test(test_the_file_is_read_again_and_a_wrong_one_changes_nothing),
    };

    return cmocka_run_group_tests_name("tokens", tests, make_file, remove_file);
}

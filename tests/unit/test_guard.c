#include "test.h"

#include <string.h>

#include "guard.h"

struct header {
    const char *name;
    const char *value;
};

static unsigned look_at(const char *method, const struct header *headers, const char *version,
                        const char *target)
{
    struct guard guard = { 0 };

    for (; headers->name; headers++)
        guard_header(&guard, headers->name, strlen(headers->name), headers->value,
                     headers->value ? strlen(headers->value) : 0);
    return guard_status(&guard, method, version, target);
}

static unsigned look(const struct header *headers, const char *version, const char *target)
{
    return look_at("GET", headers, version, target);
}

static void test_requests_that_could_be_read_in_two_ways_are_refused(void **state)
{
    static const struct {
        struct header headers[4];
        unsigned status;
    } cases[] = {
        { { { "Host", "a" } }, 0 },
        { { { "host", "[::1]:80" }, { "Content-Length", "0" } }, 0 },
        { { { NULL, NULL } }, 400 },
        { { { "Host", "a" }, { "Host", "a" } }, 400 },
        { { { "Host", "" } }, 400 },
        { { { "Host", NULL } }, 400 },
        { { { "Host", "a@b" } }, 400 },
        { { { "Host", "a" }, { "Content-Length", "1" } }, 400 },
        { { { "Host", "a" }, { "Content-Length", "00" } }, 400 },
        { { { "Host", "a" }, { "Content-Length", "+0" } }, 400 },
        { { { "Host", "a" }, { "Content-Length", "0" }, { "content-length", "0" } }, 400 },
        { { { "Host", "a" }, { "Transfer-Encoding", "chunked" } }, 400 },
        { { { "Host", "a" }, { "transfer-encoding", "identity" } }, 400 },
        { { { "Host", "a" }, { "X y", "z" } }, 400 },
        { { { "Host", "a" }, { "", "z" } }, 400 },
        { { { "Host", "a" }, { "X", "a\x01" } }, 400 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (look(cases[i].headers, "HTTP/1.1", "/") != cases[i].status)
            fail_msg("case %zu", i);
}

static void test_a_method_with_a_body_is_as_wrong_as_without(void **state)
{
    static const struct header body[] = { { "Host", "a" },
                                          { "Content-Length", "2" },
                                          { NULL, NULL } };
    static const struct header twice[] = {
        { "Host", "a" }, { "Content-Length", "2" }, { "Content-Length", "3" }, { NULL, NULL }
    };

    (void)state;
    assert_int_equal(look_at("POST", body, "HTTP/1.1", "/"), 405);
    assert_int_equal(look_at("HEAD", body, "HTTP/1.1", "/"), 400);
    assert_int_equal(look_at("POST", twice, "HTTP/1.1", "/"), 400);
}

static void test_targets_and_versions_are_looked_at(void **state)
{
    static const struct header host[] = { { "Host", "a" }, { NULL, NULL } };
    static const struct header none[] = { { NULL, NULL } };
    static const char *const bad[] = { "",      "*",     "http://a/", "a/b",  "/a b",
                                       "/a\\b", "/a\"b", "/a<b",      "/a#b", "/\x80" };
    char target[GUARD_TARGET_MAX + 2];

    (void)state;
    assert_int_equal(look(host, "HTTP/1.1", "/a?b=%20c&d=+e;f"), 0);
    assert_int_equal(look(none, "HTTP/1.0", "/"), 0);
    assert_int_equal(look(host, "HTTP/2.0", "/"), 505);
    assert_int_equal(look(host, "HTTP/0.9", "/"), 505);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(look(host, "HTTP/1.1", bad[i]), 400);
    memset(target, 'a', sizeof(target) - 1);
    target[0] = '/';
    target[sizeof(target) - 1] = '\0';
    assert_int_equal(look(host, "HTTP/1.1", target), 414);
    target[sizeof(target) - 2] = '\0';
    assert_int_equal(look(host, "HTTP/1.1", target), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_that_could_be_read_in_two_ways_are_refused),
        cmocka_unit_test(test_a_method_with_a_body_is_as_wrong_as_without),
        cmocka_unit_test(test_targets_and_versions_are_looked_at),
    };

    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}

#include "test.h"

#include <string.h>

#include "lines.h"

/* What no line may have is shown as '!'. */
static void test_what_a_line_may_not_have_is_marked(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *marked;
    } cases[] = {
#define CASE(text, marked) { text, sizeof(text) - 1, marked }
        CASE("GET / HTTP/1.1\r\nA: b c:\td\r\n\r\n", "GET / HTTP/1.1\r\nA: b c:\td\r\n\r\n"),
        CASE("\r\nGET", "\r\nGET"),
        CASE("A: b\nC: d\r\n", "A: b!C: d\r\n"),
        CASE("\nA", "!A"),
        CASE("A: b\r\n\n", "A: b\r\n!"),
        CASE("A: b\rC: d\r\n", "A: b\r!: d\r\n"),
        CASE("A: b\r\r\n", "A: b\r!!"),
        CASE("A: b\r\n c\r\n", "A: b\r\n!c\r\n"),
        CASE("A: b\r\n\tc\r\n", "A: b\r\n!c\r\n"),
        CASE(": b\r\n:\r\n", "! b\r\n!\r\n"),
        CASE("A: \0b\r\n", "A: !b\r\n"),
        CASE("\0", "!"),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (size_t cut = 0; cut <= cases[i].len; cut++) {
            enum lines at = LINES_START;
            char text[64] = "";

            memcpy(text, cases[i].text, cases[i].len);
            lines_mark(&at, (unsigned char *)text, cut);
            lines_mark(&at, (unsigned char *)text + cut, cases[i].len - cut);
            for (size_t c = 0; c < cases[i].len; c++)
                if (text[c] == 1)
                    text[c] = '!';
            assert_string_equal(text, cases[i].marked);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_line_may_not_have_is_marked),
    };

    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}

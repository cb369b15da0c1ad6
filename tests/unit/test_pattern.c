#include "test.h"

#include <stdio.h>
#include <string.h>

#include "pattern.h"
#include "text.h"

static void test_times_are_read_by_their_pattern(void **state)
{
    static const struct {
        const char *format;
        const char *text;
        const char *wanted; /* NULL: refused */
    } cases[] = {
        { "%d.%m.%Y", "31.01.2026", "2026-01-31 0" },
        { "%d.%m.%Y", "1.2.2026", "2026-02-01 0" },
        { "%d.%m.%Y", "30.02.2026", NULL },
        { "%d.%m.%Y", "31.01.2026 ", NULL },
        { "%d.%m.%Y", "31.01.26", NULL },
        { "%d/%m/%Y %H:%M:%S", "31/12/1999 23:59:59", "1999-12-31 86399000000" },
        { "%d/%m/%Y %H:%M", "31/12/1999   23:59", "1999-12-31 86340000000" },
        { "%d/%m/%Y %H:%M", "31/12/1999 24:00", NULL },
        { "%d-%b-%y", "01-Feb-69", "1969-02-01 0" },
        { "%d-%b-%y", "01-feb-68", "2068-02-01 0" },
        { "%d-%b-%Y", "01-September-2012", "2012-09-01 0" },
        { "%d-%b-%Y", "01-Sept-2012", NULL },
        { "%a, %d %B %Y", "Mon, 02 May 2016", "2016-05-02 0" },
        { "%Y%m%d%H%M%S", "20260131120000", "2026-01-31 43200000000" },
        { "%m/%d/%Y %I:%M %p", "1/2/2026 12:05 AM", "2026-01-02 300000000" },
        { "%m/%d/%Y %I:%M %p", "1/2/2026 12:05 pm", "2026-01-02 43500000000" },
        { "%m/%d/%Y %I:%M %p", "1/2/2026 13:05 pm", NULL },
        { "%F %T.%f", "2026-01-31 00:00:01.25", "2026-01-31 1250000" },
        { "%F %T.%f", "2026-01-31 00:00:01.", NULL },
        { "%FT%T%z", "2026-01-31T00:00:01+05:30", "2026-01-31 1000000 19800" },
        { "%FT%T%z", "2026-01-31T00:00:01-0800", "2026-01-31 1000000 -28800" },
        { "%FT%T%z", "2026-01-31T00:00:01Z", "2026-01-31 1000000 0" },
        { "%FT%T%z", "2026-01-31T00:00:01+5", NULL },
        { "%s", "946684800", "2000-01-01 0 0" },
        { "%s", "1767225661", "2026-01-01 61000000 0" },
        { "%s", "0", "1970-01-01 0 0" },
        { "%s", "-1", NULL },
        { "%d%%%m%%%Y", "1%2%2003", "2003-02-01 0" },
        { "%d.%m.%Y | %d/%m/%Y|iso", "3/4/2005", "2005-04-03 0" },
        { "%d.%m.%Y | %d/%m/%Y|iso", "2005-04-03", "2005-04-03 0" },
        { "%d.%m.%Y | %d/%m/%Y|iso", "2005-4-3", NULL },
        { "%d.%m.%Y", "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct moment moment;
        char date[TEXT_DATE_SIZE];
        char got[64] = "";

        if (pattern_read(cases[i].format, cases[i].text, strlen(cases[i].text), &moment))
            (void)snprintf(got, sizeof(got), moment.has_offset ? "%s %lld %d" : "%s %lld",
                           text_from_date(moment.date, date), (long long)moment.usec_of_day,
                           moment.offset);
        if (strcmp(got, cases[i].wanted ? cases[i].wanted : "") != 0)
            fail_msg("'%s' by %s: '%s'", cases[i].text, cases[i].format, got);
    }
}

static void test_a_pattern_must_tell_a_date(void **state)
{
    static const struct {
        const char *formats;
        const char *bad; /* NULL: fine */
    } cases[] = {
        { "iso", NULL },
        { "%d.%m.%Y | iso | %s", NULL },
        { "%D %R", NULL },
        { "%H:%M", "%H:%M" },
        { "%d.%m.%Y | %d.%m.", "%d.%m." },
        { "%d.%m.%Y %Q", "%d.%m.%Y %Q" },
        { "%d.%m.%Y %", "%d.%m.%Y %" },
        { "DD.MM.YYYY", "DD.MM.YYYY" },
        { "%s %H", "%s %H" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *bad = "";
        size_t len = 0;
        bool good = pattern_check(cases[i].formats, &bad, &len);

        if (good != !cases[i].bad ||
            (!good && (strlen(cases[i].bad) != len || strncmp(bad, cases[i].bad, len) != 0)))
            fail_msg("%s: '%.*s'", cases[i].formats, (int)len, bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_read_by_their_pattern),
        cmocka_unit_test(test_a_pattern_must_tell_a_date),
    };

    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}

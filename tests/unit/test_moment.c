#include "test.h"

#include <string.h>

#include "moment.h"
#include "zone.h"

#define HOUR INT64_C(3600000000)
#define MINUTE INT64_C(60000000)

static void test_iso_8601_is_read(void **state)
{
    static const struct {
        const char *text;
        int32_t date;
        int64_t usec;
        int has_offset, offset;
    } cases[] = {
        { "2000-01-01", 0, 0, 0, 0 },
        { "2026-11-24", 9824, 0, 0, 0 },
        { "1999-12-31", -1, 0, 0, 0 },
        { "2000-02-29T01:02", 59, HOUR + 2 * MINUTE, 0, 0 },
        { "2000-01-01 23:59:59.999999", 0, 24 * HOUR - 1, 0, 0 },
        { "2000-01-01T00:00:00.1234567", 0, 123456, 0, 0 },
        { "2000-01-01T00:00:00Z", 0, 0, 1, 0 },
        { "2000-01-01T00:00:00+05:30", 0, 0, 1, 19800 },
        { "2000-01-01T00:00:00-0800", 0, 0, 1, -28800 },
        { "2000-01-01T00:00+01", 0, 0, 1, 3600 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct moment at;

        if (!moment_read(cases[i].text, strlen(cases[i].text), &at))
            fail_msg("%s", cases[i].text);
        assert_int_equal(at.date, cases[i].date);
        assert_int_equal(at.usec_of_day, cases[i].usec);
        assert_int_equal(at.has_offset, cases[i].has_offset);
        assert_int_equal(at.offset, cases[i].offset);
    }
}

static void test_other_times_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-1-01",
        "2026-13-01",
        "2026-02-29",
        "0000-01-01",
        "01/02/2026",
        "2026-01-01T",
        "2026-01-01T24:00",
        "2026-01-01T10",
        "2026-01-01T10:60",
        "2026-01-01T10:00:60",
        "2026-01-01T10:00:00.",
        "2026-01-01T10:00:00 Z",
        "2026-01-01T10:00:00+",
        "2026-01-01T10:00:00+16",
        "2026-01-01T10:00:00Zx",
        "2026-01-01x",
        " 2026-01-01",
    };
    struct moment at;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (moment_read(bad[i], strlen(bad[i]), &at))
            fail_msg("'%s' was taken", bad[i]);
}

/* date and hour of local times, and hours since 2000-01-01 UTC, from PostgreSQL's AT TIME ZONE. */
static void test_local_time_becomes_utc_also_where_clocks_change(void **state)
{
    static const struct {
        const char *zone;
        int32_t date;
        int64_t local_minutes, utc_minutes; /* of the date, and since its midnight in UTC */
    } cases[] = {
        { "UTC", 9000, 90, 90 },
        { "Asia/Kathmandu", 9000, 0, -345 },
        { "Europe/Berlin", 9584, 0, -60 },  /* 2026-03-29, 23 hours: midnight */
        { "Europe/Berlin", 9584, 119, 59 }, /* the last minute before */
        { "Europe/Berlin", 9584, 150, 90 }, /* skipped: with the offset before */
        { "Europe/Berlin", 9584, 180, 60 }, /* the first minute after */
        { "Europe/Berlin", 9794, 119, -1 }, /* 2026-10-25, 25 hours: before */
        { "Europe/Berlin", 9794, 150, 90 }, /* comes twice: with the offset after */
        { "Europe/Berlin", 9794, 180, 120 },
        { "America/Sao_Paulo", 6867, 30, 210 }, /* 2018-10-20, the day before midnight is skipped */
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct zone zone;
        int64_t wanted = cases[i].date * ZONE_DAY + cases[i].utc_minutes * MINUTE;

        assert_int_equal(zone_set(&zone, cases[i].zone, &err), 0);
        for (int again = 0; again < 2; again++)
            if (zone_to_utc(&zone, cases[i].date, cases[i].local_minutes * MINUTE) != wanted)
                fail_msg("%s, case %zu", cases[i].zone, i);
        assert_int_equal(zone_date(&zone, wanted), cases[i].date);
        assert_int_equal(zone_date(&zone, wanted), cases[i].date);
    }
}

static void test_unknown_zones_are_refused(void **state)
{
    static const char *const bad[] = { "", "Mars/Olympus", "../../etc/passwd", "/etc/localtime",
                                       "Europe" };
    struct zone zone;
    struct err err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(zone_set(&zone, bad[i], &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iso_8601_is_read),
        cmocka_unit_test(test_other_times_are_refused),
        cmocka_unit_test(test_local_time_becomes_utc_also_where_clocks_change),
        cmocka_unit_test(test_unknown_zones_are_refused),
    };

    return cmocka_run_group_tests_name("moment", tests, NULL, NULL);
}

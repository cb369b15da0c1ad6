#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define UNIX_EPOCH INT64_C(946684800) /* 2000-01-01 in seconds since 1970 */
#define DAY_SECONDS 86400
#define SECOND INT64_C(1000000)

static bool is_known(const char *name)
{
    char path[256];
    struct stat st;

    if (strcmp(name, "UTC") == 0)
        return true;
    if (name[0] == '\0' || name[0] == '/' || strstr(name, ".."))
        return false;
    (void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int zone_set(struct zone *zone, const char *name, struct err *err)
{
    char value[256];

    if (!is_known(name))
        return err_set(err, ERR_USAGE,
                       "time zone '%s' is not known (names are as in Debian's "
                       "tzdata: Europe/Berlin)",
                       name);
    (void)snprintf(value, sizeof(value), "%s%s", strcmp(name, "UTC") == 0 ? "" : ":",
                   strcmp(name, "UTC") == 0 ? "UTC0" : name);
    (void)setenv("TZ", value, 1); // NOLINT(concurrency-mt-unsafe): txingest has one thread
    tzset();
    *zone = (struct zone){ 0 };
    return 0;
}

/* Seconds east of UTC at a moment, in seconds since 2000. */
static int64_t offset_at(int64_t utc)
{
    time_t t = (time_t)(utc + UNIX_EPOCH);
    struct tm tm = { 0 };

    return localtime_r(&t, &tm) ? tm.tm_gmtoff : 0;
}

int64_t zone_to_utc(struct zone *zone, int32_t date, int64_t usec_of_day)
{
    int64_t local = (int64_t)date * DAY_SECONDS;
    int64_t of_day = usec_of_day / SECOND;
    int64_t before;
    int64_t after;
    int64_t offset;

    if (zone->local_known && zone->local_date == date)
        return ((int64_t)date * ZONE_DAY + usec_of_day) - zone->local_offset * SECOND;

    /* The offsets well before and after the date: where they agree nothing happens on it. */
    before = offset_at(local - DAY_SECONDS);
    after = offset_at(local + (int64_t)2 * DAY_SECONDS);
    if (before == after) {
        zone->local_known = true;
        zone->local_date = date;
        zone->local_offset = before;
        offset = before;
    } else {
        offset = offset_at(local + of_day - after) == after ? after : before;
    }
    return (int64_t)date * ZONE_DAY + usec_of_day - offset * SECOND;
}

static int32_t floor_days(int64_t seconds)
{
    return (int32_t)((seconds >= 0 ? seconds : seconds - (DAY_SECONDS - 1)) / DAY_SECONDS);
}

int32_t zone_date(struct zone *zone, int64_t utc)
{
    int64_t seconds = utc >= 0 ? utc / SECOND : (utc - (SECOND - 1)) / SECOND;
    int32_t day = floor_days(seconds);
    int64_t offset;

    if (!zone->utc_known || zone->utc_date != day) {
        int64_t start = (int64_t)day * DAY_SECONDS;

        zone->utc_offset = offset_at(start);
        zone->utc_date = day;
        zone->utc_known = zone->utc_offset == offset_at(start + DAY_SECONDS - 1);
    }
    offset = zone->utc_known ? zone->utc_offset : offset_at(seconds);
    return floor_days(seconds + offset);
}

#include "moment.h"

#include "text.h"

#define MINUTE 60
#define HOUR 3600
#define SECOND INT64_C(1000000)

/* What is left to read. */
struct scan {
    const char *text;
    size_t len;
};

static bool take(struct scan *scan, char c)
{
    if (scan->len == 0 || scan->text[0] != c)
        return false;
    scan->text++;
    scan->len--;
    return true;
}

static bool take_digits(struct scan *scan, size_t n, int most, int *ret)
{
    int value = 0;

    if (scan->len < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (scan->text[i] < '0' || scan->text[i] > '9')
            return false;
        value = value * 10 + (scan->text[i] - '0');
    }
    scan->text += n;
    scan->len -= n;
    *ret = value;
    return value <= most;
}

static bool take_date(struct scan *scan, struct moment *moment)
{
    int year;
    int month;
    int day;

    if (!take_digits(scan, 4, 9999, &year) || !take(scan, '-') ||
        !take_digits(scan, 2, 12, &month) || !take(scan, '-') || !take_digits(scan, 2, 31, &day) ||
        !text_is_date(year, month, day))
        return false;
    moment->date = text_days(year, month, day);
    return true;
}

/* Behind the point: at least one digit. */
static bool take_fraction(struct scan *scan, int64_t *ret)
{
    int64_t unit = SECOND / 10;
    int digit;

    if (scan->len == 0 || scan->text[0] < '0' || scan->text[0] > '9')
        return false;
    *ret = 0;
    while (take_digits(scan, 1, 9, &digit)) {
        *ret += digit * unit;
        unit /= 10;
    }
    return true;
}

static bool take_time(struct scan *scan, struct moment *moment)
{
    int hour;
    int minute;
    int second = 0;
    int64_t fraction = 0;

    if (!take_digits(scan, 2, 23, &hour) || !take(scan, ':') || !take_digits(scan, 2, 59, &minute))
        return false;
    if (take(scan, ':') && (!take_digits(scan, 2, 59, &second) ||
                            (take(scan, '.') && !take_fraction(scan, &fraction))))
        return false;
    moment->usec_of_day =
        ((int64_t)hour * HOUR + (int64_t)minute * MINUTE + second) * SECOND + fraction;
    return true;
}

static bool take_offset(struct scan *scan, struct moment *moment)
{
    bool west = scan->len > 0 && scan->text[0] == '-';
    int hours;
    int minutes = 0;

    if (scan->len == 0)
        return true;
    moment->has_offset = true;
    if (take(scan, 'Z'))
        return scan->len == 0;
    if (!take(scan, west ? '-' : '+') || !take_digits(scan, 2, 15, &hours))
        return false;
    if (scan->len > 0 && ((void)take(scan, ':'), !take_digits(scan, 2, 59, &minutes)))
        return false;
    moment->offset = (hours * HOUR + minutes * MINUTE) * (west ? -1 : 1);
    return scan->len == 0;
}

bool moment_read(const char *text, size_t len, struct moment *ret)
{
    struct scan scan = { text, len };
    struct moment moment = { 0 };

    if (!take_date(&scan, &moment))
        return false;
    if (scan.len > 0 && ((!take(&scan, 'T') && !take(&scan, ' ')) || !take_time(&scan, &moment) ||
                         !take_offset(&scan, &moment)))
        return false;
    *ret = moment;
    return true;
}

#include "pattern.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "text.h"

#define SECOND INT64_C(1000000)
#define UNIX_EPOCH 10957 /* days from 1970-01-01 to 2000-01-01 */
#define DAY_SECONDS 86400

/* What a text has told so far, and what is left of it. */
struct scan {
    const char *text;
    size_t len;
    int year, month, day; /* 0: not told */
    int hour, minute, second;
    int64_t usec;
    bool twelve, afternoon;
    bool has_offset;
    int offset;
};

static bool take(struct scan *scan, char c)
{
    if (scan->len == 0 || scan->text[0] != c)
        return false;
    scan->text++;
    scan->len--;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* So many digits as there are, from least to most of them. */
static bool take_number(struct scan *scan, size_t least, size_t most, int low, int high, int *ret)
{
    size_t n = 0;
    int value = 0;

    while (n < most && n < scan->len && is_digit(scan->text[n]))
        value = value * 10 + (scan->text[n++] - '0');
    if (n < least || value < low || value > high)
        return false;
    scan->text += n;
    scan->len -= n;
    *ret = value;
    return true;
}

/* One of the names, whole or cut to three letters. */
static bool take_name(struct scan *scan, const char *const names[], int n, int *ret)
{
    for (int i = 0; i < n; i++) {
        size_t whole = strlen(names[i]);
        size_t len =
            scan->len >= whole && strncasecmp(scan->text, names[i], whole) == 0 ? whole : 3;

        if (scan->len < len || strncasecmp(scan->text, names[i], len) != 0)
            continue;
        scan->text += len;
        scan->len -= len;
        *ret = i + 1;
        return true;
    }
    return false;
}

static bool take_month_name(struct scan *scan)
{
    static const char *const names[] = { "january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december" };

    return take_name(scan, names, ARRAY_LEN(names), &scan->month);
}

static bool take_weekday(struct scan *scan)
{
    static const char *const names[] = { "monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday" };
    int unused;

    return take_name(scan, names, ARRAY_LEN(names), &unused);
}

static bool take_half(struct scan *scan)
{
    if (scan->len < 2 ||
        (strncasecmp(scan->text, "am", 2) != 0 && strncasecmp(scan->text, "pm", 2) != 0))
        return false;
    scan->afternoon = scan->text[0] == 'p' || scan->text[0] == 'P';
    scan->twelve = true;
    scan->text += 2;
    scan->len -= 2;
    return true;
}

static bool take_fraction(struct scan *scan)
{
    int64_t unit = SECOND / 10;
    size_t n = 0;

    for (scan->usec = 0; n < scan->len && is_digit(scan->text[n]); n++, unit /= 10)
        scan->usec += (scan->text[n] - '0') * unit;
    scan->text += n;
    scan->len -= n;
    return n > 0;
}

static bool take_offset(struct scan *scan)
{
    bool west = scan->len > 0 && scan->text[0] == '-';
    int hours;
    int minutes = 0;

    scan->has_offset = true;
    if (take(scan, 'Z'))
        return true;
    if (!take(scan, west ? '-' : '+') || !take_number(scan, 2, 2, 0, 15, &hours))
        return false;
    if (take(scan, ':') || (scan->len > 0 && is_digit(scan->text[0])))
        if (!take_number(scan, 2, 2, 0, 59, &minutes))
            return false;
    scan->offset = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

static bool take_epoch(struct scan *scan)
{
    int64_t seconds = 0;
    size_t n = 0;

    while (n < 11 && n < scan->len && is_digit(scan->text[n]))
        seconds = seconds * 10 + (scan->text[n++] - '0');
    scan->text += n;
    scan->len -= n;
    scan->year = 2000;
    scan->month = 1;
    /* Days may be out of a month here: the caller adds them to the first of January. */
    scan->day = (int)(seconds / DAY_SECONDS) - UNIX_EPOCH + 1;
    scan->hour = (int)(seconds % DAY_SECONDS / 3600);
    scan->minute = (int)(seconds % 3600 / 60);
    scan->second = (int)(seconds % 60);
    scan->has_offset = true;
    return n > 0 && scan->len == 0;
}

static bool take_short_year(struct scan *scan)
{
    if (!take_number(scan, 2, 2, 0, 99, &scan->year))
        return false;
    scan->year += scan->year < 69 ? 2000 : 1900; /* POSIX, strptime */
    return true;
}

static bool take_directive(struct scan *scan, char directive)
{
    switch (directive) {
    case 'Y':
        return take_number(scan, 4, 4, 1, 9999, &scan->year);
    case 'y':
        return take_short_year(scan);
    case 'm':
        return take_number(scan, 1, 2, 1, 12, &scan->month);
    case 'd':
    case 'e':
        return take_number(scan, 1, 2, 1, 31, &scan->day);
    case 'b':
    case 'B':
    case 'h':
        return take_month_name(scan);
    case 'a':
    case 'A':
        return take_weekday(scan);
    case 'H':
        return take_number(scan, 1, 2, 0, 23, &scan->hour);
    case 'I':
        scan->twelve = true;
        return take_number(scan, 1, 2, 1, 12, &scan->hour);
    case 'M':
        return take_number(scan, 1, 2, 0, 59, &scan->minute);
    case 'S':
        return take_number(scan, 1, 2, 0, 59, &scan->second);
    case 'p':
        return take_half(scan);
    case 'f':
        return take_fraction(scan);
    case 'z':
        return take_offset(scan);
    case 's':
        return take_epoch(scan);
    case '%':
        return take(scan, '%');
    default:
        return false;
    }
}

/* One step of a format at *at, which is moved on. */
static bool step(struct scan *scan, const char *format, size_t len, size_t *at)
{
    char c = format[(*at)++];

    if (c == '%')
        return *at < len && take_directive(scan, format[(*at)++]);
    if (c != ' ')
        return take(scan, c);
    while (take(scan, ' '))
        ;
    return true;
}

/* What a directive is short for, or NULL. */
static const char *long_form(char directive)
{
    switch (directive) {
    case 'F':
        return "%Y-%m-%d";
    case 'T':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    case 'D':
        return "%m/%d/%y";
    default:
        return NULL;
    }
}

static bool match(struct scan *scan, const char *format, size_t len)
{
    size_t at = 0;

    while (at < len) {
        const char *longer = format[at] == '%' && at + 1 < len ? long_form(format[at + 1]) : NULL;
        size_t inner = 0;

        if (longer) {
            at += 2;
            while (longer[inner] != '\0')
                if (!step(scan, longer, strlen(longer), &inner))
                    return false;
        } else if (!step(scan, format, len, &at)) {
            return false;
        }
    }
    return true;
}

static bool is_epoch(const char *format, size_t len)
{
    return len == 2 && memcmp(format, "%s", 2) == 0;
}

static bool read_one(const char *format, size_t format_len, const char *text, size_t len,
                     struct moment *ret)
{
    struct scan scan = { .text = text, .len = len };

    if (format_len == 3 && strncmp(format, "iso", 3) == 0)
        return moment_read(text, len, ret);
    if (!match(&scan, format, format_len) || scan.len > 0)
        return false;
    if (!is_epoch(format, format_len) && !text_is_date(scan.year, scan.month, scan.day))
        return false;
    if (scan.twelve)
        scan.hour = scan.hour % 12 + (scan.afternoon ? 12 : 0);
    *ret = (struct moment){
        .date = text_days(scan.year, scan.month, 1) + scan.day - 1,
        .usec_of_day =
            (scan.hour * INT64_C(3600) + scan.minute * INT64_C(60) + scan.second) * SECOND +
            scan.usec,
        .has_offset = scan.has_offset,
        .offset = scan.offset,
    };
    return true;
}

bool pattern_read(const char *formats, const char *text, size_t len, struct moment *ret)
{
    const char *format;
    size_t format_len;

    while (text_next_word(&formats, &format, &format_len))
        if (read_one(format, format_len, text, len, ret))
            return true;
    return false;
}

/* Whether a format holds one of the directives. */
static bool tells(const char *format, size_t len, const char *directives)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (format[i] == '%' && strchr(directives, format[++i]))
            return true;
    return false;
}

static bool is_known(const char *format, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (format[i] == '%' && (++i == len || !strchr("YymdebBhaAHIMSpfzsFTRD%", format[i])))
            return false;
    return true;
}

bool pattern_check(const char *formats, const char **ret_bad, size_t *ret_len)
{
    while (text_next_word(&formats, ret_bad, ret_len)) {
        const char *format = *ret_bad;
        size_t len = *ret_len;
        bool date =
            tells(format, len, "FD") ||
            (tells(format, len, "Yy") && tells(format, len, "mbBh") && tells(format, len, "de"));

        if (len == 3 && strncmp(format, "iso", 3) == 0)
            continue;
        if (!is_known(format, len) || (!date && !is_epoch(format, len)))
            return false;
    }
    return true;
}

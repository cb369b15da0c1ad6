#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool text_to_i64(const char *text, int64_t least, int64_t most, int64_t *ret)
{
    char *end;
    long long value;

    if (!isdigit((unsigned char)text[0]) && !(text[0] == '-' && isdigit((unsigned char)text[1])))
        return false;
    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < least || value > most)
        return false;
    *ret = value;
    return true;
}

const char *text_from_i64(int64_t value, char out[TEXT_I64_SIZE])
{
    (void)snprintf(out, TEXT_I64_SIZE, "%" PRId64, value);
    return out;
}

bool text_is_date(int year, int month, int day)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    return day <= lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Days from civil, with March as the first month of the year: Howard Hinnant, chrono-compatible
 * low-level date algorithms. 730425: days from 0000-03-01 to 2000-01-01. */
int32_t text_days(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 730425;
}

static bool digits(const char *text, int n, int *ret)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret = value;
    return true;
}

bool text_to_date(const char *text, int32_t *ret)
{
    int year;
    int month;
    int day;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
        return false;
    if (!digits(text, 4, &year) || !digits(text + 5, 2, &month) || !digits(text + 8, 2, &day))
        return false;
    if (!text_is_date(year, month, day))
        return false;
    *ret = text_days(year, month, day);
    return true;
}

struct civil {
    int year;
    int month;
    int day;
};

/* The inverse of text_days, same source. */
static void to_civil(int32_t date, struct civil *ret)
{
    int days = date + 730425;
    int era = days / 146097;
    int of_era = days - era * 146097;
    int year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int shifted = (5 * of_year + 2) / 153;

    ret->day = of_year - (153 * shifted + 2) / 5 + 1;
    ret->month = shifted < 10 ? shifted + 3 : shifted - 9;
    ret->year = era * 400 + year + (ret->month <= 2 ? 1 : 0);
}

int32_t text_month(int32_t date)
{
    struct civil civil;

    to_civil(date, &civil);
    return text_days(civil.year, civil.month, 1);
}

int32_t text_next_month(int32_t date)
{
    return text_month(text_month(date) + 31);
}

const char *text_from_date(int32_t date, char out[TEXT_DATE_SIZE])
{
    struct civil civil;

    to_civil(date, &civil);
    (void)snprintf(out, TEXT_DATE_SIZE, "%04u-%02u-%02u", (unsigned)civil.year % 10000,
                   (unsigned)civil.month % 100, (unsigned)civil.day % 100);
    return out;
}

/* One character of two to four bytes: its length, or 0. Unicode 15, table 3-7. */
static size_t utf8_char(const unsigned char *s, size_t len)
{
    static const struct {
        unsigned char first_least, first_most, second_least, second_most;
        size_t len;
    } forms[] = {
        { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
        { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };

    for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
        if (s[0] < forms[f].first_least || s[0] > forms[f].first_most)
            continue;
        if (len < forms[f].len || s[1] < forms[f].second_least || s[1] > forms[f].second_most)
            return 0;
        for (size_t i = 2; i < forms[f].len; i++)
            if ((s[i] & 0xc0) != 0x80)
                return 0;
        return forms[f].len;
    }
    return 0;
}

const char *text_next_line(const char *text)
{
    const char *end = strchr(text, '\n');

    return end ? end + 1 : text + strlen(text);
}

bool text_is_utf8(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;

    while (len > 0) {
        uint64_t eight;
        size_t n = 1;

        if (len >= 8) {
            memcpy(&eight, s, 8);
            /* All ASCII, and no byte zero (the usual carry trick): nearly every record. */
            if (((eight | (eight - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080)) ==
                0) {
                s += 8;
                len -= 8;
                continue;
            }
        }
        if (s[0] == 0)
            return false;
        if (s[0] >= 0x80) {
            n = utf8_char(s, len);
            if (n == 0)
                return false;
        }
        s += n;
        len -= n;
    }
    return true;
}

bool text_next_word(const char **list, const char **ret, size_t *ret_len)
{
    const char *word = *list + strspn(*list, "| \t");
    size_t len = strcspn(word, "|");

    *list = word + len;
    while (len > 0 && (word[len - 1] == ' ' || word[len - 1] == '\t'))
        len--;
    *ret = word;
    *ret_len = len;
    return len > 0;
}

#include "number.h"

#include <string.h>

static size_t digits(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && text[n] >= '0' && text[n] <= '9')
        n++;
    return n;
}

/* Four digits at a time; the first group of the whole part may have fewer. */
static void put_groups(struct number *number, const char *text, size_t len, size_t first)
{
    size_t group = first;

    while (len > 0) {
        int value = 0;

        for (size_t i = 0; i < group; i++)
            value = value * 10 + (i < len ? text[i] - '0' : 0);
        number->groups[number->n++] = (int16_t)value;
        text += group < len ? group : len;
        len -= group < len ? group : len;
        group = 4;
    }
}

/* numeric has neither leading nor trailing groups of zero, and no negative zero. */
static void normalise(struct number *number)
{
    int16_t zeros = 0;

    while (number->n > 0 && number->groups[number->n - 1] == 0)
        number->n--;
    while (zeros < number->n && number->groups[zeros] == 0)
        zeros++;
    number->n = (int16_t)(number->n - zeros);
    number->weight = (int16_t)(number->n > 0 ? number->weight - zeros : 0);
    memmove(number->groups, number->groups + zeros, (size_t)number->n * sizeof(number->groups[0]));
    if (number->n == 0)
        number->negative = false;
}

static enum number_state read_plain(const char *text, size_t len, struct number *ret)
{
    struct number number = { 0 };
    const char *fraction = NULL;
    size_t n_whole;
    size_t n_fraction = 0;

    if (len > 0 && (text[0] == '-' || text[0] == '+')) {
        number.negative = text[0] == '-';
        text++;
        len--;
    }
    n_whole = digits(text, len);
    if (n_whole < len && text[n_whole] == '.') {
        fraction = text + n_whole + 1;
        n_fraction = digits(fraction, len - n_whole - 1);
    }
    if (n_whole + n_fraction == 0 || n_whole + n_fraction + (fraction ? 1 : 0) != len)
        return NUMBER_BAD;
    while (n_whole > 0 && text[0] == '0') {
        text++;
        n_whole--;
    }
    if (n_whole > NUMBER_WHOLE_DIGITS || n_fraction > NUMBER_FRACTION_DIGITS)
        return NUMBER_TOO_LONG;

    put_groups(&number, text, n_whole, n_whole % 4 ? n_whole % 4 : 4);
    number.weight = (int16_t)(number.n - 1);
    number.scale = (int16_t)n_fraction;
    if (fraction)
        put_groups(&number, fraction, n_fraction, 4);
    normalise(&number);
    *ret = number;
    return NUMBER_GOOD;
}

/* The bytes of a mark of thousands at text; 0: there is none. */
static size_t mark(const struct number_style *style, const char *text, size_t len)
{
    if (len > 0 && style->thousands != '\0' && text[0] == style->thousands)
        return 1;
    if (style->thousands == ' ' && len > 1 && memcmp(text, "\xc2\xa0", 2) == 0)
        return 2;
    if (style->thousands == ' ' && len > 2 && memcmp(text, "\xe2\x80\xaf", 3) == 0)
        return 3;
    return 0;
}

/* The whole part without its marks. False: they do not stand between groups of three digits. */
static bool put_whole(const struct number_style *style, const char *text, size_t len, char *plain,
                      size_t *ret_n)
{
    size_t group = 0; /* digits since the last mark */
    bool marked = false;

    for (size_t i = 0; i < len;) {
        size_t skipped = mark(style, text + i, len - i);

        if (skipped > 0) {
            if (group == 0 || group > 3 || (marked && group != 3))
                return false;
            marked = true;
            group = 0;
            i += skipped;
            continue;
        }
        if (text[i] == '.') /* the point is another one */
            return false;
        group += text[i] >= '0' && text[i] <= '9';
        plain[(*ret_n)++] = text[i++];
    }
    return !marked || group == 3;
}

enum number_state number_read(const struct number_style *style, const char *text, size_t len,
                              struct number *ret)
{
    char plain[64];
    const char *point = memchr(text, style->point, len);
    size_t whole = point ? (size_t)(point - text) : len;
    size_t n = 0;

    if (style->point == '.' && style->thousands == '\0')
        return read_plain(text, len, ret);
    if (len > sizeof(plain) || !put_whole(style, text, whole, plain, &n))
        return NUMBER_BAD;
    if (point) {
        plain[n++] = '.';
        memcpy(plain + n, point + 1, len - whole - 1);
        n += len - whole - 1;
    }
    return read_plain(plain, n, ret);
}

#define UNIT_GROUPS 2 /* 10^-8 is 10000^-2 */
#define UNIT_DIGITS 8

void number_add(struct number_sum *sum, const struct number *number)
{
    number_units units = 0;

    for (int i = 0; i < number->weight + 1 + UNIT_GROUPS; i++)
        units = units * 10000 + (i < number->n ? number->groups[i] : 0);
    sum->units += number->negative ? -units : units;
    if (number->scale > sum->scale)
        sum->scale = number->scale;
}

bool number_sum_is_equal(const struct number_sum *a, const struct number_sum *b)
{
    return a->units == b->units;
}

const char *number_sum_text(const struct number_sum *sum, char out[NUMBER_SUM_SIZE])
{
    number_units units = sum->units < 0 ? -sum->units : sum->units;
    char digits[NUMBER_SUM_SIZE];
    int n = 0;
    char *p = out;

    for (; n <= UNIT_DIGITS || units > 0; n++, units /= 10)
        digits[n] = (char)('0' + (int)(units % 10));
    if (sum->units < 0)
        *p++ = '-';
    while (n > UNIT_DIGITS)
        *p++ = digits[--n];
    if (sum->scale > 0)
        *p++ = '.';
    for (int i = 0; i < sum->scale; i++)
        *p++ = digits[--n];
    *p = '\0';
    return out;
}

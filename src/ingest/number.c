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

enum number_state number_read(const char *text, size_t len, struct number *ret)
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

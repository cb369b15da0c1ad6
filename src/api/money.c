#include "money.h"

#include <stddef.h>
#include <string.h>

#define SCALE 6  /* of micro; txingest takes no more */
#define WHOLE 27 /* digits before the point: ten billion such sums are added without overflow */

bool money_read(const char *text, struct money *ret)
{
    const char *digits = text + (text[0] == '-');
    size_t whole = strspn(digits, "0123456789");
    size_t scale = 0;
    __int128 micro = 0;

    if (digits[whole] == '.')
        scale = strspn(digits + whole + 1, "0123456789");
    if (whole == 0 || whole > WHOLE || scale > SCALE ||
        digits[whole + (digits[whole] == '.') + scale] != '\0')
        return false;
    for (const char *c = digits; *c; c++)
        if (*c != '.')
            micro = micro * 10 + (*c - '0');
    for (size_t i = scale; i < SCALE; i++)
        micro *= 10;
    *ret = (struct money){ text[0] == '-' ? -micro : micro, (int)scale };
    return true;
}

void money_add(struct money *sum, const struct money *more)
{
    sum->micro += more->micro;
    if (sum->scale < more->scale)
        sum->scale = more->scale;
}

const char *money_text(const struct money *money, char out[MONEY_SIZE])
{
    unsigned __int128 rest =
        money->micro < 0 ? -(unsigned __int128)money->micro : (unsigned __int128)money->micro;
    char reversed[MONEY_SIZE] = "";
    size_t n = 0;
    size_t len = 0;

    for (int i = money->scale; i < SCALE; i++)
        rest /= 10;
    for (int place = 0; rest > 0 || place <= money->scale; place++) {
        if (place == money->scale && place > 0)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    }
    if (money->micro < 0)
        out[len++] = '-';
    while (n > 0)
        out[len++] = reversed[--n];
    out[len] = '\0';
    return out;
}

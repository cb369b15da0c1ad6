#include "lines.h"

#include <stdbool.h>

#define REFUSED 0x01 /* it stands in no name, value, target or version */

static bool is_bad(enum lines state, unsigned char byte)
{
    switch (byte) {
    case '\0':
        return true;
    case '\n':
        return state != LINES_CR;
    case ' ':
    case '\t':
    case ':':
        return state != LINES_WITHIN;
    default:
        return state == LINES_CR;
    }
}

void lines_mark(enum lines *state, unsigned char *bytes, size_t n)
{
    enum lines at = *state;

    for (size_t i = 0; i < n; i++) {
        if (is_bad(at, bytes[i]))
            bytes[i] = REFUSED;
        at = bytes[i] == '\n' ? LINES_START : bytes[i] == '\r' ? LINES_CR : LINES_WITHIN;
    }
    *state = at;
}

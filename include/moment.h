#ifndef MOMENT_H
#define MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * ISO 8601 as files have it: YYYY-MM-DD, behind it optionally a T or a blank and
 * HH:MM[:SS[.fraction]], behind that optionally Z, +HH, +HH:MM or +HHMM. Digits
 * beyond the microsecond are cut off. No locale, no guessing.
 */
struct moment {
    int32_t date;        /* days since 2000-01-01, as written */
    int64_t usec_of_day; /* as written */
    bool has_offset;
    int32_t offset; /* seconds east of UTC */
};

bool moment_read(const char *text, size_t len, struct moment *ret);

#endif

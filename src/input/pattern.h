#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "moment.h"

/*
 * Times as files have them, by patterns as strptime has them, without a locale and
 * without guessing: all of the text must match.
 *
 *   %Y %y  year of four or two digits (69 to 99: 19..)   %H %I  hour, of 24 or 12
 *   %m %d  month, day of one or two digits (%e: as %d)   %M %S  minute, second
 *   %b %B  month's English name, whole or cut to three   %p     AM or PM
 *   %a %A  weekday's name, passed over                   %f     fraction of a second
 *   %z     Z, +HH, +HHMM or +HH:MM                       %s     seconds since 1970, UTC
 *   %F %T %R %D   %Y-%m-%d, %H:%M:%S, %H:%M, %m/%d/%y    %%     %
 *
 * A blank stands for any number of them. iso stands for what moment_read takes.
 */

/* formats: one, or several with '|' between them; the first that matches counts. */
bool pattern_read(const char *formats, const char *text, size_t len, struct moment *ret);

/* Whether all of the formats name a date; otherwise *ret_bad is the first that does not. */
bool pattern_check(const char *formats, const char **ret_bad, size_t *ret_len);

#endif

#ifndef VALUE_H
#define VALUE_H

#include "mem.h"

/*
 * What values a detector's parameter takes, as its file's text has it: those that its line in the
 * head says ("-- param NAME = VALUE | OTHER"); a whole number or a number where the SELECT casts it
 * to one; and days, from 0 on, where the look-back is made of it.
 */

/* Why value is none of them; NULL: it is one. The caller frees. */
char *value_refused(const char *text, const char *param, const char *value);

/* The next word of a line; *line moves behind it. "" at the line's end. The caller frees. */
char *value_word(const char **line);

#endif

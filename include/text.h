#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Strict reading of whole strings: no leading blanks, nothing behind the value,
 * no locale. *ret is set only when the text is right.
 */
bool text_to_i64(const char *text, int64_t least, int64_t most, int64_t *ret);

/* A calendar date, YYYY-MM-DD, of years 1 to 9999, as days since 2000-01-01. */
bool text_to_date(const char *text, int32_t *ret);

/* The other way; out takes 11 bytes for years 1 to 9999. */
#define TEXT_DATE_SIZE 12
const char *text_from_date(int32_t date, char out[TEXT_DATE_SIZE]);

/* Proleptic Gregorian calendar: days since 2000-01-01, as PostgreSQL counts them. */
int32_t text_days(int year, int month, int day);
bool text_is_date(int year, int month, int day);

/* The first date of the date's month, and of the next one. */
int32_t text_month(int32_t date);
int32_t text_next_month(int32_t date);

/* The decimal text of a number; out must outlive the use of what is returned, which is out. */
#define TEXT_I64_SIZE 24
const char *text_from_i64(int64_t value, char out[TEXT_I64_SIZE]);

/*
 * The next of the words that '|' separates in *list, without the blanks around it; not closed by
 * NUL. False: there is none left. Empty words are passed over.
 */
bool text_next_word(const char **list, const char **ret, size_t *ret_len);

/* Behind the text's first line's end. */
const char *text_next_line(const char *text);

/* Whether the bytes are strict UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL. */
bool text_is_utf8(const char *text, size_t len);

#endif

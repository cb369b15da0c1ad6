#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A decimal number as PostgreSQL's numeric has it in binary COPY: groups of four
 * decimal digits. No double and no locale is ever between the file and the table.
 */
#define NUMBER_WHOLE_DIGITS 18
#define NUMBER_FRACTION_DIGITS 6
#define NUMBER_GROUPS 8

struct number {
    int16_t n;      /* groups */
    int16_t weight; /* of the first group: 10000^weight */
    bool negative;
    int16_t scale; /* digits behind the point, as written */
    int16_t groups[NUMBER_GROUPS];
};

enum number_state { NUMBER_GOOD, NUMBER_BAD, NUMBER_TOO_LONG };

/* How a file writes them. */
struct number_style {
    char point;     /* '.' or ',' */
    char thousands; /* between groups of three digits, which may have them; NUL: never */
};

/*
 * Reads [+-]digits[.digits] in that style; leading zeros do not count as digits,
 * trailing ones do. Marks of thousands stand between groups of exactly three digits,
 * or nowhere; where they are blanks, no-break ones (U+00A0, U+202F) are, too.
 */
enum number_state number_read(const struct number_style *style, const char *text, size_t len,
                              struct number *ret);

/* A sum of numbers, exact for more of them than any file has records. */
__extension__ typedef __int128 number_units;

struct number_sum {
    number_units units; /* 10^-8 */
    int16_t scale;      /* the largest of what was added */
};

void number_add(struct number_sum *sum, const struct number *number);
bool number_sum_is_equal(const struct number_sum *a, const struct number_sum *b);

/* As decimal text; out must outlive the use of what is returned, which is out. */
#define NUMBER_SUM_SIZE 48
const char *number_sum_text(const struct number_sum *sum, char out[NUMBER_SUM_SIZE]);

#endif

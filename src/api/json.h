#ifndef JSON_H
#define JSON_H

#include <libpq-fe.h>
#include <stdbool.h>

struct tally;

/*
 * Answers as JSON text; the only file of txapi that writes with cJSON. What is returned
 * belongs to the caller.
 *
 * Integers go out as the server wrote them, since cJSON keeps a number as a double,
 * which is wrong above 2^53. numeric stays a string: money stays exact.
 */

/* The part of a result that is shown. */
struct table {
    const PGresult *res;
    int rows;
    int columns;
};

/* Which state of the data is shown; NULL: there was no run yet. */
struct meta {
    const char *as_of;
    const char *run_id;
};

/*
 * {"data": …, "meta": {"as_of": …, "run_id": …}}: data is an array of the rows, or with one_row
 * the first as an object. next: NULL, or of a page that is followed by another where that begins,
 * "" of the last.
 */
char *json_answer(const struct table *table, bool one_row, const struct meta *meta,
                  const char *next);

/* The answer of transactions/count, counted from memory: the members that its statement has. */
char *json_tally(const struct tally *tally, const struct meta *meta);

/* A problem by RFC 9457. detail and parameter may be NULL. */
char *json_problem(unsigned status, const char *title, const char *detail, const char *parameter);

#endif

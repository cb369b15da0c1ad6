#ifndef JSON_H
#define JSON_H

#include <libpq-fe.h>
#include <stdbool.h>

/*
 * Answers as JSON text; the only file of txapi that knows cJSON. What is returned
 * belongs to the caller.
 *
 * Integers go out as the server wrote them, since cJSON keeps a number as a double,
 * which is wrong above 2^53. numeric stays a string: money stays exact.
 */

/*
 * {"data": …, "meta": {"as_of": …, "run_id": …}}: data is an array of the rows of res,
 * or with one_row its only row as an object; meta is the only row of meta, or nulls
 * when it has none.
 */
char *json_answer(const PGresult *res, bool one_row, const PGresult *meta);

/* A problem by RFC 9457. detail may be NULL. */
char *json_problem(unsigned status, const char *title, const char *detail);

#endif

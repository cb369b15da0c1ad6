#ifndef SHEET_H
#define SHEET_H

#include "json.h"

/*
 * Answers as CSV by RFC 4180: a header, CRLF, quotes where they are needed. A text that a
 * spreadsheet would take for a formula (it starts with =, +, -, @, a tab or a carriage return)
 * gets an apostrophe before it; numbers do not. What is NULL is empty. The caller frees.
 */

/* The rows; a value that is JSON stays it. */
char *sheet_of_table(const struct table *table);

/*
 * The objects of the array that the first row has in its member. An array of objects within one
 * becomes columns: {"amounts":[{"currency":"EUR","n":2}]} is amounts.EUR.n.
 */
char *sheet_of_member(const struct table *table, const char *member);

#endif

#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where a page of a list ends, as the client holds it: opaque, of characters that need no escape
 * in a URL, with a version, and bound to the query that it belongs to. It keeps the last row's
 * place in the order (its key), not a number of rows: pages are whole and without repeats while
 * rows are added.
 */
#define PAGE_KEY_MAX 1024

/* query: whatever is the same for all pages of a list. The caller frees. */
char *page_write(const char *query, const char *key);

/* The key again; false: it is not what page_write made for the query. */
bool page_read(const char *query, const char *token, char ret_key[PAGE_KEY_MAX + 1]);

#endif

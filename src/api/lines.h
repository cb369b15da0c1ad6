#ifndef LINES_H
#define LINES_H

#include <stddef.h>

/*
 * The lines of requests' heads, before libmicrohttpd reads them. It takes a bare LF or CR for the
 * end of a line, folds lines, drops those without a name and what stands behind a NUL, and shows
 * nothing of it: so each such byte becomes one that the guard refuses, wherever it stands.
 */
enum lines { LINES_START, LINES_WITHIN, LINES_CR };

/* The next bytes of a connection, which is at *state: LINES_START at first. */
void lines_mark(enum lines *state, unsigned char *bytes, size_t n);

#endif

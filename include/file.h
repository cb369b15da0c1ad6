#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <stdio.h>

#include "err.h"

/* Small files as a whole. */

/*
 * The file's bytes, with a NUL behind them; the caller frees them. NULL: it cannot be
 * read, or has more than most bytes; what and why is in err (ERR_USAGE).
 */
MUST_CHECK char *file_read(const char *path, size_t most, size_t *ret_len, struct err *err);

/* All of the bytes, to a temporary file. */
MUST_CHECK int file_write_all(int fd, const char *bytes, size_t len, struct err *err);

/*
 * Descriptors 0 to 2 are standard input, output and error: of those that are closed none goes to
 * what is opened next, into which the log would be written then.
 */
void file_hold_standard(void);

/* What was printed has been written. */
MUST_CHECK int file_flush_output(struct err *err);

/* For CLEANUP; NULL, and -1, are fine. */
void file_closep(FILE **file);
void file_close_fdp(const int *fd);

#endif

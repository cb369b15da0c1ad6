#ifndef READER_H
#define READER_H

#include <stdbool.h>

#include "csv.h"
#include "files.h"
#include "layout.h"
#include "source.h"

/* A file of a source, open at its first record, with its layout read. */
struct reader {
    struct file file; /* as it looked when it was opened; path and spool are the caller's */
    int fd;
    struct csv *csv;
    struct layout layout;
    char *header; /* its bytes in hex; NULL: the files have none */
};

/* *ret_empty: there is nothing in it, not even a header. *ret is released also on failure. */
MUST_CHECK int reader_open(const struct source *source, const struct file *file, struct reader *ret,
                           bool *ret_empty, struct err *err);
void reader_release(struct reader *reader); /* for CLEANUP; a zeroed one is fine */

#endif

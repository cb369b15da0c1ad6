#ifndef REJECTS_H
#define REJECTS_H

#include "db.h"
#include "source.h"

/*
 * txingest rejects: a source's rejected records on standard output, those of one run or
 * all of them, in the order of their places: the open ones, or those that were resolved
 * (link.h), with what did it.
 *
 * As text a line "PATH:LINE: column 'x': why" each; as JSON an object a line. As CSV, in the
 * source's own layout: the header of their file and each record's bytes as they were
 * read, with rejected_file, rejected_line, rejected_column and rejected_reason before
 * them. Corrected, such a file can be loaded: these columns are not. Files of several
 * headers cannot be one CSV (ERR_FAILED).
 */
enum rejects_as { REJECTS_TEXT, REJECTS_JSON, REJECTS_CSV };

/* run: NULL for all of them. */
MUST_CHECK int rejects_print(struct db *db, const struct source *source, const char *run,
                             enum rejects_as as, bool resolved, struct err *err);

#endif

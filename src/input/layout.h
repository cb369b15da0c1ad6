#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "decode.h"
#include "err.h"
#include "source.h"

/* Which field of a file's records is which column. */
struct layout {
    const struct source *source;
    struct decoder *decoder; /* NULL: the file is UTF-8 */
    int index[COLUMNS];      /* -1: the file has no such column */
    char *name[COLUMNS];     /* of the column in the file, for messages */
    size_t n;                /* fields of the first record */
    /* Of a reject export: the fields that say what each record was, -1: it is none; and how many
     * there are before its own. */
    int rejected_file;
    int rejected_line;
    size_t own;
    char ignored[512]; /* the header's other columns, for the log */
};

/* The columns that txingest rejects --export puts before a file's own. */
#define LAYOUT_REJECTED 4
extern const char *const layout_rejected[LAYOUT_REJECTED];

/*
 * From the first record, which is the header where there is one. A column is found by
 * its name, blanks around it aside; else by the name without regard to case, blanks, '_'
 * and '-'. A required column that is missing, or one that is found twice, is ERR_FAILED,
 * with what was found. *ret is released also on failure.
 */
MUST_CHECK int layout_read(const struct source *source, const struct csv_record *first,
                           struct layout *ret, struct err *err);
void layout_release(struct layout *layout); /* for CLEANUP; a zeroed one is fine */

/* Whether its records have the column: the file does, or the configuration gives its value. */
bool layout_has(const struct layout *layout, enum column column);

#endif

#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "files.h"

/* What the first records of files look like, column by column. */

#define SAMPLE_FORMATS 64 /* bits of a mask */

/* How many values could be read in which forms: a count for each set of forms. */
struct sample_forms {
    struct {
        uint64_t mask; /* bit i: by the i-th form */
        int64_t n;
    } seen[32];
    size_t n;
};

struct sample_column {
    char *name;  /* the first file's spelling, blanks around it aside */
    char *plain; /* of name: lower case, without blanks, '_' and '-' */
    int64_t filled;
    int64_t in_records; /* of files that have the column */
    int64_t currencies; /* values of three capital letters */
    int64_t digits;     /* values of digits alone */
    struct sample_forms times;
    struct sample_forms numbers;
    bool repeats;     /* a value came twice in one file */
    uint64_t *hashes; /* of the values of the file at hand */
    size_t n_hashes;
};

struct sample {
    char separator;
    bool header;
    bool utf8;
    bool extra; /* records have empty fields beyond the header's */
    int64_t records;
    struct sample_column *columns;
    size_t n;
};

/* The forms that are tried, the likeliest first; NULL behind the last. */
extern const char *const sample_times[]; /* as pattern_read takes them */
extern const char
    *const sample_numbers[]; /* decimal mark, and the mark of thousands if there is one */

MUST_CHECK int sample_files(const struct files *files, struct sample *ret, struct err *err);
void sample_release(struct sample *sample); /* for CLEANUP; a zeroed one is fine */

/*
 * The fewest forms that read all values but one in a thousand, as the indices of those
 * that read most; returns how many, 0 if there is no such set. most: of them.
 */
size_t sample_cover(const struct sample_forms *forms, int64_t filled, size_t most,
                    size_t *ret_forms);

#endif

#ifndef VERDICT_FILE_H
#define VERDICT_FILE_H

#include <stdint.h>

#include "err.h"
#include "files.h"
#include "spill.h"

/*
 * A file of verdicts, read and checked. Rows go to rows as
 * sql/ingest/verdict_copy.sql takes them; what is wrong is logged with its line and
 * counted, and costs its line and no other.
 */
struct verdict_file {
    struct spill rows;
    int32_t number; /* of the file, from 0 */
    int64_t records;
    int64_t rejected;
    int32_t newest; /* decided_on of them all */
};

/* ERR_FAILED: it is no CSV, or its header lacks a column. */
MUST_CHECK int verdict_file_read(struct verdict_file *ret, struct file *file, struct err *err);
void verdict_file_release(struct verdict_file *file); /* for CLEANUP; a zeroed one is fine */

#endif

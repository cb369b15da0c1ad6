#ifndef VALIDATE_H
#define VALIDATE_H

#include <stdbool.h>

#include "files.h"
#include "source.h"

/*
 * txingest validate: what the files hold, on standard output, without a database. As
 * text a line "PATH:LINE: column 'x': why" for each record that would be rejected, then
 * one of counts, dates and sums a file; as JSON an object a file, with the first hundred
 * of these records.
 *
 * ERR_REJECTED: a file has more of them than reject_limit allows. *ret_rejected: how many
 * there are in all files.
 */
MUST_CHECK int validate_files(const struct source *source, const struct files *files, bool json,
                              int64_t *ret_rejected, struct err *err);

#endif

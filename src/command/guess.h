#ifndef GUESS_H
#define GUESS_H

#include "files.h"

/*
 * txingest guess: a [source NAME] for files that nobody has described yet, on standard
 * output, from what their first records look like: separator, header, encoding, which
 * column is which (by name, and by whether its values are times, numbers, unique), the
 * forms of times and numbers. Several files that drift give one section for all of them.
 * What it read is said in comments, and so is what the files hold by that section.
 *
 * ERR_FAILED: no columns can be made out.
 */
MUST_CHECK int guess_files(const struct files *files, struct err *err);

#endif

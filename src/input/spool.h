#ifndef SPOOL_H
#define SPOOL_H

#include "files.h"

/*
 * Standard input as a file: kept in a temporary one that has no name, so that it can be
 * hashed before it is loaded, and read again when the connection breaks. *ret has the
 * path "stdin:" with its SHA-256; path and spool are the caller's.
 */
MUST_CHECK int spool_input(struct file *ret, struct err *err);

#endif

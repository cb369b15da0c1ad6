#ifndef SPOOL_H
#define SPOOL_H

#include "err.h"
#include "hash.h"

/*
 * Standard input to its end, kept in a temporary file that has no name, so that it can be
 * hashed before it is loaded, and read again when the connection breaks. *ret_fd is the
 * caller's to close; ret_hex is the SHA-256 of what came.
 */
MUST_CHECK int spool_input(int *ret_fd, char ret_hex[HASH_SIZE], struct err *err);

#endif

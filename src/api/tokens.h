#ifndef TOKENS_H
#define TOKENS_H

#include <stdbool.h>

#include "err.h"

/*
 * Who may ask: bearer tokens (RFC 6750) in a file, one a line, # comments; several are good at the
 * same time, so that one can follow the other. Only their hashes are kept.
 */
struct tokens;

#define TOKENS_LEAST 32 /* characters of a token */

/* The caller frees. NULL: the file cannot be used (ERR_USAGE). */
MUST_CHECK struct tokens *tokens_read(const char *path, struct err *err);
void tokens_freep(struct tokens **tokens);

/* Reads the file again; on failure what was known stays. */
MUST_CHECK int tokens_reload(struct tokens *tokens, struct err *err);

/* Whether an Authorization (NULL: there is none) has one of them; tokens NULL: everybody may ask.
 */
bool tokens_know(struct tokens *tokens, const char *authorization);

#endif

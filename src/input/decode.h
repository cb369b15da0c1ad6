#ifndef DECODE_H
#define DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "err.h"

/*
 * A file's encoding to UTF-8, by iconv, field by field: offsets and raw bytes stay
 * those of the file. Only encodings in which ASCII is ASCII are taken (ISO-8859-1,
 * Windows-1252, …): the separator is found before anything is decoded.
 */
struct decoder;

/* NULL: the system does not know the encoding, or ASCII is not ASCII in it (ERR_USAGE). */
struct decoder *decoder_open(const char *encoding, struct err *err);
void decoder_closep(struct decoder **decoder);

/*
 * The record with its fields in UTF-8, one behind the other and each closed by NUL, as
 * csv_next gives them. They live until the next call; raw stays. False: *ret_bad is the
 * field that is not in that encoding.
 */
bool decode_record(struct decoder *decoder, const struct csv_record *record, struct csv_record *ret,
                   size_t *ret_bad);

#endif

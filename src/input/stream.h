#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/*
 * The bytes of a file, decompressed while they are read when its first bytes say that
 * it is of gzip (RFC 1952) or Zstandard (RFC 8878); its name does not matter. Members
 * and frames may follow one another, as when a file was appended to.
 */
struct stream;

/* Reads from fd, which stays the caller's and stands at offset 0. */
struct stream *stream_open(int fd);
void stream_closep(struct stream **stream);

/* At most size bytes to out; 0 at the end, -1 on a read error or when what is compressed is damaged
 * or cut off. */
MUST_CHECK ssize_t stream_read(struct stream *stream, char *out, size_t size, struct err *err);

/* How many bytes of the file itself were taken, for progress. */
int64_t stream_taken(const struct stream *stream);

/*
 * How many bytes a file will give, from what it says of itself: its size, or what its gzip
 * member or Zstandard frame states, if it is one; -1: unknown. fd's offset stays.
 */
int64_t stream_size(int fd, int64_t file_size);

#endif

#include "stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "mem.h"

#define CHUNK ((size_t)1 << 17)
#define GZIP 31 /* zlib's windowBits: 15, and 16 for gzip's header */

/* 16 MiB: what zstd -22 --ultra or --long asks for would not leave room for anything else. */
#define ZSTD_WINDOW_LOG 24

struct stream {
    int fd;
    enum { UNKNOWN, PLAIN, GZ, ZST } kind;
    bool eof;     /* of the file */
    bool between; /* the last member or frame is complete */
    z_stream gz;
    ZSTD_DStream *zst;
    char *in; /* bytes of the file that are not decompressed yet: pos to len */
    size_t pos;
    size_t len;
    int64_t taken;
};

struct stream *stream_open(int fd)
{
    struct stream *stream = mem_alloc(sizeof(*stream));

    stream->fd = fd;
    stream->between = true;
    return stream;
}

void stream_closep(struct stream **stream)
{
    if (!*stream)
        return;
    if ((*stream)->kind == GZ)
        (void)inflateEnd(&(*stream)->gz);
    (void)ZSTD_freeDStream((*stream)->zst);
    free((*stream)->in);
    free(*stream);
}

static ssize_t read_file(struct stream *stream, char *out, size_t size, struct err *err)
{
    ssize_t got;

    do
        got = read(stream->fd, out, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, ERR_SYSTEM, "reading: %m");
    stream->eof = got == 0;
    stream->taken += got;
    return got;
}

/* More of the compressed bytes; at least least of them, unless the file ends before. */
static int refill(struct stream *stream, size_t least, struct err *err)
{
    memmove(stream->in, stream->in + stream->pos, stream->len - stream->pos);
    stream->len -= stream->pos;
    stream->pos = 0;
    while (stream->len < least && !stream->eof) {
        ssize_t got = read_file(stream, stream->in + stream->len, CHUNK - stream->len, err);

        if (got < 0)
            return -1;
        stream->len += (size_t)got;
    }
    return 0;
}

static bool is_gz(const char *p, size_t len)
{
    return len >= 3 && memcmp(p, "\x1f\x8b\x08", 3) == 0;
}

static bool is_zst(const char *p, size_t len)
{
    return len >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0;
}

/* Looks at the first bytes. */
static int find_kind(struct stream *stream, struct err *err)
{
    stream->in = mem_resize(NULL, CHUNK, 1);
    if (refill(stream, 4, err) < 0)
        return -1;
    stream->kind = PLAIN;
    if (is_gz(stream->in, stream->len)) {
        if (inflateInit2(&stream->gz, GZIP) != Z_OK)
            mem_out(); /* it fails for no other reason */
        stream->kind = GZ;
    } else if (is_zst(stream->in, stream->len)) {
        stream->zst = ZSTD_createDStream();
        if (!stream->zst)
            mem_out(); /* likewise */
        (void)ZSTD_DCtx_setParameter(stream->zst, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
        stream->kind = ZST;
    }
    return 0;
}

static int damaged(const struct stream *stream, const char *why, struct err *err)
{
    return err_set(err, ERR_FAILED, "is damaged near byte %lld of the compressed file: %s",
                   (long long)(stream->taken - (int64_t)(stream->len - stream->pos)), why);
}

static ssize_t inflate_some(struct stream *stream, char *out, size_t size, struct err *err)
{
    z_stream *gz = &stream->gz;
    int rc;

    gz->next_in = (unsigned char *)stream->in + stream->pos;
    gz->avail_in = (unsigned)(stream->len - stream->pos);
    gz->next_out = (unsigned char *)out;
    gz->avail_out = (unsigned)size;
    rc = inflate(gz, Z_NO_FLUSH);
    stream->pos = stream->len - gz->avail_in;
    stream->between = rc == Z_STREAM_END;
    if (rc == Z_STREAM_END && inflateReset(gz) != Z_OK)
        return damaged(stream, "its next member cannot be begun", err);
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return damaged(stream, gz->msg ? gz->msg : "zlib refuses it", err);
    return (ssize_t)(size - gz->avail_out);
}

// NOLINTNEXTLINE(readability-non-const-parameter): zstd writes through it
static ssize_t unzstd_some(struct stream *stream, char *out, size_t size, struct err *err)
{
    ZSTD_inBuffer in = { stream->in, stream->len, stream->pos };
    ZSTD_outBuffer to = { out, size, 0 };
    size_t rc = ZSTD_decompressStream(stream->zst, &to, &in);

    stream->pos = in.pos;
    stream->between = rc == 0;
    if (ZSTD_isError(rc))
        return damaged(stream, ZSTD_getErrorName(rc), err);
    return (ssize_t)to.pos;
}

/* What was looked at comes first. */
static ssize_t read_plain(struct stream *stream, char *out, size_t size, struct err *err)
{
    size_t n = stream->len - stream->pos;

    if (n == 0)
        return read_file(stream, out, size, err);
    if (n > size)
        n = size;
    memcpy(out, stream->in + stream->pos, n);
    stream->pos += n;
    return (ssize_t)n;
}

static ssize_t read_compressed(struct stream *stream, char *out, size_t size, struct err *err)
{
    ssize_t got = 0;

    while (got == 0) {
        if (stream->pos == stream->len && refill(stream, 1, err) < 0)
            return -1;
        if (stream->pos == stream->len && stream->between)
            return 0;
        got = stream->kind == GZ ? inflate_some(stream, out, size, err)
                                 : unzstd_some(stream, out, size, err);
        if (got == 0 && stream->eof && stream->pos == stream->len && !stream->between)
            return damaged(stream, "its end is missing", err);
    }
    return got;
}

ssize_t stream_read(struct stream *stream, char *out, size_t size, struct err *err)
{
    if (stream->kind == UNKNOWN && find_kind(stream, err) < 0)
        return -1;
    return stream->kind == PLAIN ? read_plain(stream, out, size, err)
                                 : read_compressed(stream, out, size, err);
}

int64_t stream_taken(const struct stream *stream)
{
    return stream->taken;
}

int64_t stream_size(int fd, int64_t file_size)
{
    unsigned char first[18]; /* the longest header of a Zstandard frame */
    unsigned char last[4];
    ssize_t n = pread(fd, first, sizeof(first), 0);
    unsigned long long stated;

    if (n < 4 || (!is_gz((char *)first, (size_t)n) && !is_zst((char *)first, (size_t)n)))
        return file_size;
    if (is_zst((char *)first, (size_t)n)) {
        stated = ZSTD_getFrameContentSize(first, (size_t)n);
        return stated > INT64_MAX ? -1 : (int64_t)stated; /* unknown ones are the largest numbers */
    }
    if (pread(fd, last, sizeof(last), file_size - 4) != sizeof(last))
        return -1;
    return (int64_t)last[0] | (int64_t)last[1] << 8 | (int64_t)last[2] << 16 |
           (int64_t)last[3] << 24;
}

#include "gzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#define ZLIB_CONST /* it does not write to what it reads */
#include <zlib.h>

#include "mem.h"

#define WINDOW_GZIP (15 + 16) /* the largest window, with gzip's head and tail */
#define LEVEL 4               /* within a tenth of the best level's size, in a third of its time */
#define MEMORY 8

char *gzip_pack(const char *bytes, size_t len, size_t *ret_len)
{
    CLEANUP(mem_freep) char *out = NULL;
    z_stream stream = { 0 };
    int rc;

    if (len >= UINT32_MAX ||
        deflateInit2(&stream, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    out = mem_alloc(len);
    stream.next_in = (const Bytef *)bytes;
    stream.avail_in = (uInt)len;
    stream.next_out = (Bytef *)out;
    stream.avail_out = (uInt)len;
    rc = deflate(&stream, Z_FINISH);
    *ret_len = stream.total_out;
    (void)deflateEnd(&stream);
    if (rc != Z_STREAM_END) {
        *ret_len = 0;
        return NULL;
    }
    out = mem_resize(out, *ret_len, 1);
    return TAKE(out);
}

/* q in thousandths of what follows a coding's name; -1: it is malformed. */
static int weight(const char *text, size_t len)
{
    int q = 0;
    size_t i;

    while (len > 0 && strchr(" \t;", text[0])) {
        text++;
        len--;
    }
    if (len == 0)
        return 1000;
    if (len < 3 || (text[0] != 'q' && text[0] != 'Q') || text[1] != '=' ||
        (text[2] != '0' && text[2] != '1'))
        return -1;
    q = (text[2] - '0') * 1000;
    for (i = 4; i < len && i < 7 && text[i] >= '0' && text[i] <= '9'; i++)
        q += (text[i] - '0') * (i == 4 ? 100 : i == 5 ? 10 : 1);
    return q;
}

bool gzip_is_accepted(const char *accept_encoding)
{
    int gzip = -1;
    int any = -1;
    int identity = -1;

    for (const char *at = accept_encoding ? accept_encoding : ""; *at;) {
        size_t len;
        size_t name;
        int q;

        at += strspn(at, " \t,");
        len = strcspn(at, ",");
        name = strcspn(at, " \t;,");
        q = weight(at + name, len - name);
        if ((name == 4 && strncasecmp(at, "gzip", 4) == 0) ||
            (name == 6 && strncasecmp(at, "x-gzip", 6) == 0))
            gzip = q;
        else if (name == 8 && strncasecmp(at, "identity", 8) == 0)
            identity = q;
        else if (name == 1 && *at == '*')
            any = q;
        at += len;
    }
    if (gzip < 0)
        gzip = any;
    return gzip > 0 && gzip >= identity;
}

#include "etag.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "mem.h"

#define ETAG_BYTES 12

void etag_make(const char *key, const char *version, char out[ETAG_SIZE])
{
    CLEANUP(mem_freep) char *text = mem_format("%s\n%s", version, key);

    etag_of(text, strlen(text), out);
}

void etag_of(const char *bytes, size_t len, char out[ETAG_SIZE])
{
    unsigned char hash[HASH_BYTES];
    char hex[HASH_SIZE];

    hash_of(bytes, len, hash);
    hash_to_hex(hash, hex);
    (void)snprintf(out, ETAG_SIZE, "W/\"%.*s\"", ETAG_BYTES * 2, hex);
}

/* Behind W/, if it is there. */
static const char *opaque(const char *tag)
{
    return strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
}

bool etag_is_in(const char *etag, const char *list)
{
    const char *wanted = opaque(etag);
    size_t len = strlen(wanted);

    while (*list) {
        const char *end;

        list += strspn(list, " \t,");
        list = opaque(list);
        if (*list != '"')
            return false; /* not a list of tags: as if it were not there */
        end = strchr(list + 1, '"');
        if (!end)
            return false;
        if ((size_t)(end - list) + 1 == len && memcmp(list, wanted, len) == 0)
            return true;
        list = end + 1;
        list += strspn(list, " \t");
        if (*list && *list != ',')
            return false;
    }
    return false;
}

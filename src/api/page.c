#include "page.h"

#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "text.h"

/* Base64url without padding (RFC 4648, 5). */
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define EDITION '1'
#define MARK 8 /* bytes of the hash of query and key, in hex */
#define HEAD (1 + MARK)

static void mark_of(const char *query, const char *key, char out[HASH_SIZE])
{
    CLEANUP(mem_freep) char *both = mem_format("%s\n\n%s", query, key);
    unsigned char hash[HASH_BYTES];

    hash_of(both, strlen(both), hash);
    hash_to_hex(hash, out);
    out[MARK] = '\0';
}

static char *encode(const char *text)
{
    size_t len = strlen(text);
    char *out = mem_alloc(len / 3 * 4 + 5);
    char *end = out;

    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        unsigned bits = 0;

        for (size_t b = 0; b < 3; b++)
            bits = bits << 8 | (b < n ? (unsigned char)text[i + b] : 0);
        for (size_t d = 0; d <= n; d++)
            *end++ = digits[bits >> (18 - 6 * d) & 63];
    }
    *end = '\0';
    return out;
}

static bool decode(const char *token, char *out, size_t size)
{
    unsigned bits = 0;
    unsigned n = 0;
    size_t len = 0;

    for (; *token; token++) {
        const char *digit = strchr(digits, *token);

        if (!digit)
            return false;
        bits = bits << 6 | (unsigned)(digit - digits);
        n += 6;
        if (n < 8)
            continue;
        n -= 8;
        if (len + 1 == size)
            return false;
        out[len++] = (char)(bits >> n);
        bits &= (1U << n) - 1;
    }
    out[len] = '\0';
    return strlen(out) == len && bits == 0 && text_is_utf8(out, len);
}

char *page_write(const char *query, const char *key)
{
    char mark[HASH_SIZE];
    CLEANUP(mem_freep) char *plain = NULL;

    mark_of(query, key, mark);
    plain = mem_format("%c%s%s", EDITION, mark, key);
    return encode(plain);
}

bool page_read(const char *query, const char *token, char ret_key[PAGE_KEY_MAX + 1])
{
    char plain[HEAD + PAGE_KEY_MAX + 1];
    char mark[HASH_SIZE];

    if (!decode(token, plain, sizeof(plain)) || strlen(plain) < HEAD || plain[0] != EDITION)
        return false;
    mark_of(query, plain + HEAD, mark);
    if (strncmp(mark, plain + 1, MARK) != 0)
        return false;
    (void)snprintf(ret_key, PAGE_KEY_MAX + 1, "%s", plain + HEAD);
    return true;
}

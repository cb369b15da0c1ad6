#include "guard.h"

#include <string.h>
#include <strings.h>

#define ALNUM ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true

/* RFC 9110, 5.6.2: what a field's name is made of. */
static const bool token_bytes[256] = {
    ALNUM,         ['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true, ['&'] = true,
    ['\''] = true, ['*'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['^'] = true,
    ['_'] = true,  ['`'] = true, ['|'] = true, ['~'] = true,
};

/* RFC 9112, 3.2.1: printable ASCII, without what no URL has unescaped. */
static const bool target_bytes[256] = {
    ALNUM,        ['!'] = true, ['$'] = true, ['%'] = true, ['&'] = true, ['\''] = true,
    ['('] = true, [')'] = true, ['*'] = true, ['+'] = true, [','] = true, ['-'] = true,
    ['.'] = true, ['/'] = true, [':'] = true, [';'] = true, ['='] = true, ['?'] = true,
    ['@'] = true, ['['] = true, [']'] = true, ['_'] = true, ['~'] = true,
};

static bool is_token(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!token_bytes[(unsigned char)text[i]])
            return false;
    return len > 0;
}

static bool is_value(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_host(const char *text, size_t len)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789.-:[]_";

    return len > 0 && strspn(text, allowed) == len;
}

static bool is_named(const char *name, size_t len, const char *wanted)
{
    return len == strlen(wanted) && strncasecmp(name, wanted, len) == 0;
}

/*
 * libmicrohttpd 0.9.75 puts what a line is folded with (RFC 9112, 5.2) behind the field's name: so
 * the name of one that says where a body ends may have something behind it.
 */
static bool begins(const char *name, size_t len, const char *wanted)
{
    return len >= strlen(wanted) && strncasecmp(name, wanted, strlen(wanted)) == 0;
}

void guard_header(struct guard *guard, const char *name, size_t name_len, const char *value,
                  size_t value_len)
{
    if (!value) {
        value = "";
        value_len = 0;
    }
    if (!is_token(name, name_len) || !is_value(value, value_len))
        guard->malformed = true;
    if (is_named(name, name_len, "Host")) {
        guard->hosts++;
        if (!is_host(value, value_len))
            guard->malformed = true;
    } else if (is_named(name, name_len, "Content-Length")) {
        guard->lengths++;
        if (value_len != 1 || value[0] != '0')
            guard->body = true;
    } else if (begins(name, name_len, "Transfer-Encoding") ||
               begins(name, name_len, "Content-Length")) {
        guard->body = true;
    }
}

/* Of the origin form. */
static bool is_target(const char *target)
{
    if (target[0] != '/')
        return false;
    while (target_bytes[(unsigned char)*target])
        target++;
    return *target == '\0';
}

bool guard_is_read(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

unsigned guard_status(const struct guard *guard, const char *method, const char *version,
                      const char *target)
{
    bool is_11 = strcmp(version, "HTTP/1.1") == 0;

    if (!is_11 && strcmp(version, "HTTP/1.0") != 0)
        return 505;
    if (strlen(target) > GUARD_TARGET_MAX)
        return 414;
    if (guard->malformed || guard->lengths > 1 || guard->hosts > 1 ||
        (is_11 && guard->hosts != 1) || !is_target(target))
        return 400;
    if (guard->body)
        return guard_is_read(method) ? 400 : 405; /* without a body it would be 405 likewise */
    return 0;
}

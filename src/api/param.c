#include "param.h"

#include <string.h>

#include "mem.h"
#include "moment.h"
#include "text.h"

#define TEXT_MAX 255

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* In place. False: a bad escape, a control byte, or not UTF-8. */
static bool decode(char *text)
{
    char *out = text;

    for (const char *in = text; *in; in++) {
        unsigned char c = (unsigned char)*in;

        if (c == '%') {
            int high = hex(in[1]);
            int low = high < 0 ? -1 : hex(in[2]);

            if (low < 0)
                return false;
            c = (unsigned char)(high * 16 + low);
            in += 2;
        }
        if (c < 0x20 || c == 0x7f)
            return false;
        *out++ = (char)c;
    }
    *out = '\0';
    return text_is_utf8(text, (size_t)(out - text));
}

const char *params_read(struct params *params, const char *query)
{
    char *next = params->text;
    char *pair;

    params->n = 0;
    if (strlen(query) > PARAM_SIZE)
        return "the query is too long";
    memcpy(params->text, query, strlen(query) + 1);
    while ((pair = strsep(&next, "&")) != NULL) {
        char *value = pair;
        char *name = strsep(&value, "=");

        if (name[0] == '\0' && !value)
            continue;
        if (!value || params->n == PARAM_MAX)
            return value ? "too many parameters" : "a parameter without '='";
        if (!decode(name) || !decode(value))
            return "a bad percent escape, a control character, or text that is not UTF-8";
        if (params_find(params, name))
            return "a parameter is given twice";
        params->param[params->n].name = name;
        params->param[params->n++].value = value;
    }
    return NULL;
}

const char *params_find(const struct params *params, const char *name)
{
    for (size_t i = 0; i < params->n; i++)
        if (strcmp(params->param[i].name, name) == 0)
            return params->param[i].value;
    return NULL;
}

static bool is_time(const char *value)
{
    struct moment at;

    if (!moment_read(value, strlen(value), &at))
        return false;
    return strlen(value) == strlen("2026-01-01") || at.has_offset;
}

static bool is_zone(const char *value)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_/+-";

    return value[0] && strlen(value) <= 64 && value[strspn(value, allowed)] == '\0';
}

static bool is_bucket(const char *value)
{
    static const char *const buckets[] = { "hour", "day", "week", "month" };

    for (size_t i = 0; i < ARRAY_LEN(buckets); i++)
        if (strcmp(buckets[i], value) == 0)
            return true;
    return false;
}

const char *param_check(enum param_type type, const char *value)
{
    switch (type) {
    case PARAM_TEXT:
        return strlen(value) <= TEXT_MAX ? NULL : "text of at most 255 bytes";
    case PARAM_TIME:
        return is_time(value) ? NULL
                              : "a date (2026-01-31) or a time with its offset "
                                "(2026-01-31T08:00:00Z)";
    case PARAM_ZONE:
        return is_zone(value) ? NULL : "the name of a time zone, as Europe/Berlin";
    case PARAM_BUCKET:
        return is_bucket(value) ? NULL : "hour, day, week or month";
    }
    return "something else";
}

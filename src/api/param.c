#include "param.h"

#include <string.h>

#include "mem.h"
#include "moment.h"
#include "text.h"

#define TEXT_MAX 255
#define BAD_ESCAPE "a bad percent escape, a control character, or text that is not UTF-8"

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

bool param_decode(char *text)
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
    params->wrong = NULL;
    if (strlen(query) > PARAM_SIZE)
        return "the query is too long";
    memcpy(params->text, query, strlen(query) + 1);
    while ((pair = strsep(&next, "&")) != NULL) {
        char *value = pair;
        char *name = strsep(&value, "=");

        if (name[0] == '\0' && !value)
            continue;
        if (!param_decode(name))
            return BAD_ESCAPE;
        params->wrong = name;
        if (!value || params->n == PARAM_MAX)
            return value ? "too many parameters" : "a parameter without '='";
        if (!param_decode(value))
            return BAD_ESCAPE;
        if (params_find(params, name))
            return "a parameter is given twice";
        params->param[params->n].name = name;
        params->param[params->n++].value = value;
        params->wrong = NULL;
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

/* Whether the word of that length is one of those in choices, which has blanks between them. */
static bool is_choice(const char *choices, const char *word, size_t len)
{
    for (const char *c = choices; *c;) {
        size_t n = strcspn(c, " ");

        if (n == len && strncmp(c, word, len) == 0)
            return true;
        c += n + strspn(c + n, " ");
    }
    return false;
}

static bool are_choices(const char *choices, const char *words)
{
    for (;;) {
        size_t len = strcspn(words, ",");

        if (!is_choice(choices, words, len))
            return false;
        if (words[len] == '\0')
            return true;
        words += len + 1;
    }
}

static bool is_hex(const char *value)
{
    return strlen(value) == 16 && strspn(value, "0123456789abcdef") == 16;
}

static bool is_number(const char *value, int64_t min, int64_t max)
{
    int64_t number;

    return value[strspn(value, "0123456789")] == '\0' && text_to_i64(value, min, max, &number);
}

static bool is_good(const struct param_spec *spec, const char *value)
{
    switch (spec->type) {
    case PARAM_TEXT:
        return strlen(value) <= TEXT_MAX;
    case PARAM_DATE:
        return strlen(value) == strlen("2026-01-01") && is_time(value);
    case PARAM_TIME:
        return is_time(value);
    case PARAM_ZONE:
        return is_zone(value);
    case PARAM_CHOICE:
        return is_choice(spec->choices, value, strlen(value));
    case PARAM_CHOICES:
        return are_choices(spec->choices, value);
    case PARAM_LIMIT:
        return is_number(value, 1, PARAM_LIMIT_MAX);
    case PARAM_AFTER:
        return true; /* page_read looks at it */
    case PARAM_RUN:
        return is_number(value, 1, INT64_MAX);
    case PARAM_HEX:
        return is_hex(value);
    }
    return false;
}

const char *param_check(const struct param_spec *spec, const char *value)
{
    static const char *const wanted[] = {
        [PARAM_TEXT] = "text of at most 255 bytes",
        [PARAM_DATE] = "a date (2026-01-31)",
        [PARAM_TIME] =
            "a date (2026-01-31) or a time (2026-01-31T08:00:00Z, or %2B02:00 for the Z)",
        [PARAM_ZONE] = "the name of a time zone, as Europe/Berlin",
        [PARAM_CHOICE] = "one of: ",
        [PARAM_CHOICES] = "some of these, with commas between: ",
        [PARAM_LIMIT] = "a number from 1 to 1000",
        [PARAM_AFTER] = "meta.next of the page before",
        [PARAM_RUN] = "the number of a run",
        [PARAM_HEX] = "16 digits of hex in lower case",
    };

    return is_good(spec, value) ? NULL : wanted[spec->type];
}

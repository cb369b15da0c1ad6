#include "value.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"

#define MOST_DAYS 36600

char *value_word(const char **line)
{
    const char *start = *line + strspn(*line, " \t");
    size_t len = strcspn(start, " \t\n");

    *line = start + len;
    return mem_copy_n(start, len);
}

/* Behind "-- WHAT NAME =" in the head, or, without a name, behind "-- WHAT ="; NULL: there is no
 * such line. */
static const char *find_line(const char *text, const char *what, const char *name)
{
    for (const char *line = text; strncmp(line, "--", 2) == 0; line = text_next_line(line)) {
        const char *at = line + 2;
        CLEANUP(mem_freep) char *first = value_word(&at);
        CLEANUP(mem_freep) char *second = name ? value_word(&at) : mem_copy("");
        CLEANUP(mem_freep) char *equals = value_word(&at);

        if (strcmp(first, what) == 0 && strcmp(second, name ? name : "") == 0 &&
            strcmp(equals, "=") == 0)
            return at;
    }
    return NULL;
}

/* Whether the value is one of the words with "|" between them; where there is but one, any is. */
static bool is_choice(const char *line, const char *value)
{
    bool found = false;

    for (int n = 0;; n++) {
        CLEANUP(mem_freep) char *word = value_word(&line);
        CLEANUP(mem_freep) char *bar = NULL;
        const char *next = line;

        found = found || strcmp(word, value) == 0;
        bar = value_word(&next);
        if (strcmp(bar, "|") != 0)
            return found || n == 0;
        line = next;
    }
}

static bool is_number(const char *value)
{
    size_t whole;
    size_t part;

    value += *value == '-' || *value == '+' ? 1 : 0;
    whole = strspn(value, "0123456789");
    value += whole;
    part = *value == '.' ? strspn(value + 1, "0123456789") : 0;
    value += *value == '.' ? part + 1 : 0;
    if (whole + part > 0 && (*value == 'e' || *value == 'E')) {
        value += value[1] == '-' || value[1] == '+' ? 2 : 1;
        return *value != '\0' && value[strspn(value, "0123456789")] == '\0';
    }
    return whole + part > 0 && *value == '\0';
}

static bool is_whole(const char *value)
{
    int64_t number;

    return text_to_i64(value, INT32_MIN, INT32_MAX, &number);
}

static bool is_days(const char *text, const char *param, const char *value)
{
    const char *line = find_line(text, "lookback", NULL);
    CLEANUP(mem_freep) char *days = line ? value_word(&line) : mem_copy("");
    int64_t number;

    return strcmp(days, param) != 0 || text_to_i64(value, 0, MOST_DAYS, &number);
}

/* Whether the SELECT casts the parameter to the type. */
static bool is_cast(const char *text, const char *param, const char *type)
{
    CLEANUP(mem_freep) char *cast = mem_format(":'%s'::%s", param, type);

    return strstr(text, cast) != NULL;
}

char *value_refused(const char *text, const char *param, const char *value)
{
    static const struct {
        const char *type;
        bool (*is_one)(const char *value);
        const char *what;
    } types[] = {
        { "integer", is_whole, "a whole number" },
        { "bigint", is_whole, "a whole number" },
        { "numeric", is_number, "a number" },
        { "float8", is_number, "a number" },
    };
    const char *line = find_line(text, "param", param);

    if (line && !is_choice(line, value)) {
        line += strspn(line, " \t");
        return mem_format("'%s' is none of %.*s", value, (int)strcspn(line, "\n"), line);
    }
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (is_cast(text, param, types[i].type) && !types[i].is_one(value))
            return mem_format("'%s' is not %s", value, types[i].what);
    if (!is_days(text, param, value))
        return mem_format("'%s' is not a number of days from 0 to %d", value, MOST_DAYS);
    return NULL;
}

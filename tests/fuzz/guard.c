#include "guard.h"

#include <stdbool.h>
#include <strings.h>

#include "fuzz.h"

/* A request: the target, and behind it lines "name:value". One that gets through can be read in one
 * way only, whatever the order of its fields. */
#define MOST 32

struct field {
    char *name;
    char *value; /* NULL: a name alone */
};

static size_t split(char *text, struct field fields[MOST])
{
    size_t n = 0;
    char *line;

    while (n < MOST && (line = strsep(&text, "\n")) != NULL) {
        fields[n].name = strsep(&line, ":");
        fields[n++].value = line;
    }
    return n;
}

static void add(struct guard *guard, const struct field *field)
{
    guard_header(guard, field->name, strlen(field->name), field->value,
                 field->value ? strlen(field->value) : 0);
}

static size_t count(const struct field *fields, size_t n, const char *name)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        found += strcasecmp(fields[i].name, name) == 0;
    return found;
}

static void is_unambiguous(const struct field *fields, size_t n, const char *target)
{
    HOLDS(target[0] == '/' && strlen(target) <= GUARD_TARGET_MAX && !strchr(target, ' '));
    HOLDS(count(fields, n, "host") == 1);
    HOLDS(count(fields, n, "transfer-encoding") == 0 && count(fields, n, "content-length") <= 1);
    for (size_t i = 0; i < n; i++) {
        HOLDS(fields[i].name[0] != '\0' && !strpbrk(fields[i].name, " \t\r()<>@,;\\\"/[]?={}"));
        HOLDS(!fields[i].value || !strpbrk(fields[i].value, "\r\n\x7f"));
        if (strcasecmp(fields[i].name, "content-length") == 0)
            HOLDS(fields[i].value && strcmp(fields[i].value, "0") == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_freep) char *text = fuzz_text(data, size);
    char *rest = text;
    const char *target = strsep(&rest, "\n");
    struct field fields[MOST];
    size_t n = split(rest, fields);
    struct guard guard = { 0 };
    struct guard backwards = { 0 };
    struct field chunked = { (char[]){ "Transfer-Encoding" }, (char[]){ "chunked" } };
    unsigned status;

    for (size_t i = 0; i < n; i++) {
        add(&guard, &fields[i]);
        add(&backwards, &fields[n - 1 - i]);
    }
    status = guard_status(&guard, "GET", "HTTP/1.1", target);
    HOLDS(status == 0 || status == 400 || status == 414);
    HOLDS(guard_status(&backwards, "GET", "HTTP/1.1", target) == status);
    HOLDS(guard_status(&guard, "GET", "HTTP/2", target) == 505);
    if (status == 0)
        is_unambiguous(fields, n, target);
    add(&guard, &chunked);
    HOLDS(guard_status(&guard, "GET", "HTTP/1.1", target) != 0);
    return 0;
}

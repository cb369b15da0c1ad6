#include "instance.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

void instance_release(struct instance *instance)
{
    for (size_t i = 0; i < instance->n; i++) {
        free(instance->settings[i].name);
        free(instance->settings[i].value);
    }
    free(instance->settings);
    free(instance->summary);
    free(instance->name);
    *instance = (struct instance){ 0 };
}

const char *instance_value(const struct instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->n; i++)
        if (strcmp(instance->settings[i].name, name) == 0)
            return instance->settings[i].value;
    return NULL;
}

static char *trimmed(const char *text, size_t len)
{
    while (len > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        len--;
    }
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    return mem_copy_n(text, len);
}

/* "PARAMETER = VALUE, …" up to the line's end. */
static int read_settings(struct instance *instance, const char *line, struct err *err)
{
    const char *end = line + strcspn(line, "\n");

    while (line < end) {
        size_t len = strcspn(line, ",\n");
        const char *equals = memchr(line, '=', len);
        struct setting *setting;

        if (!equals)
            return err_set(err, ERR_USAGE, "'-- as %s': its parameters take NAME = VALUE, …",
                           instance->name);
        instance->settings =
            mem_resize(instance->settings, instance->n + 1, sizeof(instance->settings[0]));
        setting = &instance->settings[instance->n++];
        setting->name = trimmed(line, (size_t)(equals - line));
        setting->value = trimmed(equals + 1, (size_t)(line + len - equals - 1));
        line += line[len] == ',' ? len + 1 : len;
    }
    return 0;
}

/* "-- as NAME: …", no prose that begins so. Returns where NAME is, or NULL. */
static const char *find_name(const char *line, size_t *ret_len)
{
    static const char as[] = "-- as ";

    if (strncmp(line, as, strlen(as)) != 0)
        return NULL;
    line += strlen(as);
    *ret_len = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789_-.");
    return *ret_len > 0 && line[*ret_len] == ':' ? line : NULL;
}

int instance_next(const char **at, struct instance *ret, struct err *err)
{
    static const char more[] = "--     ";
    const char *line = *at;
    const char *name = NULL;
    size_t len = 0;

    while (strncmp(line, "--", 2) == 0 && (name = find_name(line, &len)) == NULL)
        line = text_next_line(line);
    *at = line;
    if (!name)
        return 0;
    ret->name = mem_copy_n(name, len);
    ret->summary = trimmed(name + len + 1, strcspn(name + len + 1, "\n"));
    for (line = text_next_line(line); strncmp(line, more, strlen(more)) == 0;
         line = text_next_line(line))
        if (read_settings(ret, line + strlen(more), err) < 0)
            return -1;
    *at = line;
    return 1;
}

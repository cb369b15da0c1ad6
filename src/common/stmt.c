#include "stmt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* Grows as it is written to; the text is always closed by a NUL. */
struct buffer {
    char *text;
    size_t len;
    size_t size;
};

static void put(struct buffer *buffer, const char *text, size_t len)
{
    if (buffer->len + len + 1 > buffer->size) {
        buffer->size = (buffer->len + len + 1) * 2;
        buffer->text = mem_resize(buffer->text, buffer->size, 1);
    }
    memcpy(buffer->text + buffer->len, text, len);
    buffer->len += len;
    buffer->text[buffer->len] = '\0';
}

static void put_identifier(struct buffer *buffer, const char *name)
{
    put(buffer, "\"", 1);
    for (; *name; name++)
        put(buffer, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    put(buffer, "\"", 1);
}

const struct stmt_arg *stmt_arg(const struct stmt_arg *args, const char *name)
{
    for (; args && args->name; args++)
        if (strcmp(args->name, name) == 0)
            return args;
    return NULL;
}

static size_t name_length(const char *text)
{
    size_t len = 0;

    while (islower((unsigned char)text[len]) || text[len] == '_' ||
           (len > 0 && isdigit((unsigned char)text[len])))
        len++;
    return len;
}

/* The length of what is quoted or a comment at text, where no parameter can be; 0 if nothing is. */
static size_t opaque_length(const char *text)
{
    const char *end = NULL;

    if (text[0] == '\'' || text[0] == '"')
        end = strchr(text + 1, text[0]);
    else if (strncmp(text, "--", 2) == 0)
        end = strchr(text, '\n');
    else if (strncmp(text, "/*", 2) == 0 && (end = strstr(text + 2, "*/")) != NULL)
        end++;
    else
        return 0;
    return end ? (size_t)(end - text) + 1 : strlen(text);
}

/* $n of a value's name, the same for every use of the name. */
static int number(struct bound *bound, const char *name, size_t len)
{
    for (int i = 0; i < bound->n; i++)
        if (strncmp(bound->names[i], name, len) == 0 && bound->names[i][len] == '\0')
            return i + 1;
    if (bound->n == STMT_MAX_PARAMS)
        return 0;
    bound->names[bound->n++] = mem_copy_n(name, len);
    return bound->n;
}

static int put_value(struct bound *bound, struct buffer *out, const char *name, size_t len)
{
    char text[16];
    int n = number(bound, name, len);

    if (n == 0)
        return -1;
    put(out, text, (size_t)snprintf(text, sizeof(text), "$%d", n));
    return 0;
}

/* A parameter at text, which starts with a colon. Returns its length, 0 if it is none, or -1. */
static int put_parameter(const struct stmt *stmt, const char *text, const struct stmt_arg *args,
                         struct bound *bound, struct buffer *out, struct err *err)
{
    size_t len = text[1] ? name_length(text + 2) : 0;
    CLEANUP(mem_freep) char *name = NULL;
    const struct stmt_arg *arg;

    if ((text[1] != '\'' && text[1] != '"') || len == 0 || text[2 + len] != text[1])
        return 0;
    if (text[1] == '\'') {
        if (put_value(bound, out, text + 2, len) < 0)
            return err_set(err, ERR_FAILED, "%s: more than %d parameters", stmt->name,
                           STMT_MAX_PARAMS);
        return (int)len + 3;
    }

    name = mem_copy_n(text + 2, len);
    arg = stmt_arg(args, name);
    if (!arg || !arg->value)
        return err_set(err, ERR_FAILED, "%s: no value for %s", stmt->name, name);
    bound->fixed = false;
    put_identifier(out, arg->value);
    return (int)len + 3;
}

int stmt_bind(const struct stmt *stmt, const struct stmt_arg *args, struct bound *ret,
              struct err *err)
{
    CLEANUP(bound_release) struct bound bound = { .fixed = true };
    struct buffer out = { 0 };

    put(&out, "", 0);
    for (const char *c = stmt->text; *c;) {
        size_t len = opaque_length(c);
        int taken = 0;

        if (len == 0 && c[0] == ':' && c[1] == ':')
            len = 2; /* a cast */
        else if (len == 0 && c[0] == ':')
            taken = put_parameter(stmt, c, args, &bound, &out, err);
        if (taken < 0) {
            free(out.text);
            return -1;
        }
        if (taken == 0)
            put(&out, c, len > 0 ? len : 1);
        c += taken > 0 ? (size_t)taken : len > 0 ? len : 1;
    }
    bound.text = out.text;
    *ret = bound;
    bound = (struct bound){ 0 };
    return 0;
}

void bound_release(struct bound *bound)
{
    for (int i = 0; i < bound->n; i++)
        free(bound->names[i]);
    free(bound->text);
    *bound = (struct bound){ 0 };
}

#include "dump.h"

#include <libpq-fe.h>

#include "mem.h"

static void options_freep(PQconninfoOption **options)
{
    PQconninfoFree(*options);
}

/* As libpq reads it: a quote or a backslash has a backslash before it. */
static void print_quoted(const char *text, FILE *out)
{
    (void)fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            (void)fputc('\\', out);
        (void)fputc(*text, out);
    }
    (void)fputc('\'', out);
}

/* libpq's own table says which options are secret: "*". Its message could hold one: it stays. */
static int print_conninfo(const struct conf *conf, FILE *out, struct err *err)
{
    const char *text = conf_get(conf, "database", "conninfo");
    CLEANUP(options_freep) PQconninfoOption *options = PQconninfoParse(text, NULL);

    if (!options)
        return conf_fail(conf, "database", "conninfo", err, "is no connection string of libpq's");
    (void)fputs("[database]\nconninfo =", out);
    for (const PQconninfoOption *option = options; option->keyword; option++)
        if (option->val && option->dispchar[0] != '*') {
            (void)fprintf(out, " %s=", option->keyword);
            print_quoted(option->val, out);
        }
    (void)fputc('\n', out);
    return 0;
}

int dump_config(const struct conf *conf, FILE *out, struct err *err)
{
    const char *key;

    if (print_conninfo(conf, out, err) < 0)
        return -1;
    (void)fputs("\n[api]\n", out);
    for (size_t i = 0; (key = conf_known("api", i)) != NULL; i++) {
        const char *value = conf_get(conf, "api", key);

        if (value)
            (void)fprintf(out, "%s = %s\n", key, value);
        else
            (void)fprintf(out, "#%s =\n", key);
    }
    return 0;
}

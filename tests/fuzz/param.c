#include "param.h"

#include "fuzz.h"
#include "text.h"

/* Queries: the first that holds a name is the only one, nothing unprintable gets through, and what
 * was read, escaped and read again, is the same. */
static void put_escaped(FILE *out, const char *text)
{
    for (; *text; text++)
        (void)fprintf(out, "%%%02x", (unsigned char)*text);
}

static void is_clean(const char *text)
{
    HOLDS(text_is_utf8(text, strlen(text)));
    for (; *text; text++)
        HOLDS((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void reads_back(const struct params *params)
{
    struct params again;
    char *query = NULL;
    size_t len;
    FILE *out = open_memstream(&query, &len);

    HOLDS(out);
    for (size_t i = 0; i < params->n; i++) {
        put_escaped(out, params->param[i].name);
        (void)fputc('=', out);
        put_escaped(out, params->param[i].value);
        (void)fputc('&', out);
    }
    (void)fclose(out);
    if (len <= PARAM_SIZE) {
        HOLDS(params_read(&again, query) == NULL && again.n == params->n);
        for (size_t i = 0; i < params->n; i++)
            HOLDS(strcmp(params_find(&again, params->param[i].name), params->param[i].value) == 0);
    }
    free(query);
}

/* A value that passes is short, and of the characters that its type has. */
static void is_of_its_type(const char *value)
{
    static const struct {
        struct param_spec spec;
        size_t least, most;
        const char *of;
    } types[] = {
        { { .type = PARAM_TEXT }, 0, 255, NULL },
        { { .type = PARAM_DATE }, 10, 10, "0123456789-" },
        { { .type = PARAM_TIME }, 10, SIZE_MAX, "0123456789-+:. TZ" },
        { { .type = PARAM_CHOICE, .choices = "day week" }, 3, 4, "daywek" },
        { { .type = PARAM_CHOICES, .choices = "day week" }, 3, SIZE_MAX, "daywek," },
        { { .type = PARAM_LIMIT }, 1, SIZE_MAX, "0123456789" },
        { { .type = PARAM_RUN }, 1, SIZE_MAX, "0123456789" },
        { { .type = PARAM_HEX }, 16, 16, "0123456789abcdef" },
    };

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (param_check(&types[i].spec, value))
            continue;
        HOLDS(strlen(value) >= types[i].least && strlen(value) <= types[i].most);
        HOLDS(!types[i].of || strspn(value, types[i].of) == strlen(value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_freep) char *query = fuzz_text(data, size);
    struct params params;

    is_of_its_type(query);
    if (params_read(&params, query))
        return 0;
    HOLDS(params.n <= PARAM_MAX);
    for (size_t i = 0; i < params.n; i++) {
        is_clean(params.param[i].name);
        is_clean(params.param[i].value);
        HOLDS(params_find(&params, params.param[i].name) == params.param[i].value);
        is_of_its_type(params.param[i].value);
    }
    reads_back(&params);
    return 0;
}

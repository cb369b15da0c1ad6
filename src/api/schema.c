#include "schema.h"

#include <stdbool.h>
#include <string.h>

#include "mem.h"

/* What stands for a word: the schema's members. */
static const struct word {
    const char *word;
    const char *type;
    const char *key; /* a further member, or NULL */
    const char *value;
} words[] = {
    { "", "string", NULL, NULL },
    { "text", "string", NULL, NULL },
    { "n", "integer", NULL, NULL },
    { "x", "number", NULL, NULL },
    { "bool", "boolean", NULL, NULL },
    { "{}", "object", NULL, NULL },
    { "id", "string", "pattern", "^[0-9]+$" },
    { "money", "string", "pattern", "^-?[0-9]+(\\.[0-9]+)?$" },
    { "date", "string", "format", "date" },
    { "time", "string", "format", "date-time" },
};

static const struct word *find_word(const char *text, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strlen(words[i].word) == len && strncmp(words[i].word, text, len) == 0)
            return &words[i];
    return &words[0];
}

static void add_type(cJSON *schema, const char *type, bool nullable)
{
    cJSON *types;

    if (!nullable) {
        (void)cJSON_AddStringToObject(schema, "type", type);
        return;
    }
    types = cJSON_AddArrayToObject(schema, "type");
    (void)cJSON_AddItemToArray(types, cJSON_CreateString(type));
    (void)cJSON_AddItemToArray(types, cJSON_CreateString("null"));
}

static cJSON *word_schema(const struct word *word, bool nullable)
{
    cJSON *schema = cJSON_CreateObject();

    add_type(schema, word->type, nullable);
    if (word->key)
        (void)cJSON_AddStringToObject(schema, word->key, word->value);
    return schema;
}

cJSON *schema_of_type(const char *type)
{
    return word_schema(find_word(type, strlen(type)), false);
}

/* The length of a type: a word, or brackets with what is between them. */
static size_t type_length(const char *text)
{
    size_t depth = 0;
    size_t len = 0;

    for (; text[len] && (depth > 0 || !strchr(" ?", text[len])); len++)
        depth += (text[len] == '[') - (size_t)(text[len] == ']');
    return len;
}

/* Arrays nest as deep as routes[] has them. */
// NOLINTNEXTLINE(misc-no-recursion)
static cJSON *type_schema(const char *type, size_t len, bool nullable)
{
    cJSON *schema;
    CLEANUP(mem_freep) char *inner = NULL;

    if (type[0] != '[')
        return word_schema(find_word(type, len), nullable);
    inner = mem_copy_n(type + 1, len - 2);
    schema = cJSON_CreateObject();
    add_type(schema, "array", nullable);
    (void)cJSON_AddItemToObject(
        schema, "items", strcmp(inner, "text") == 0 ? schema_of_type("text") : schema_of(inner));
    return schema;
}

// NOLINTNEXTLINE(misc-no-recursion)
cJSON *schema_of(const char *members)
{
    cJSON *schema = cJSON_CreateObject();
    cJSON *properties;
    cJSON *required;

    add_type(schema, "object", false);
    properties = cJSON_AddObjectToObject(schema, "properties");
    required = cJSON_AddArrayToObject(schema, "required");
    for (const char *c = members; *c; c += strspn(c, " ")) {
        size_t len = strcspn(c, ": ?");
        CLEANUP(mem_freep) char *name = mem_copy_n(c, len);
        const char *type = c + len + (c[len] == ':');

        len = c[len] == ':' ? type_length(type) : 0;
        c = type + len + (type[len] == '?');
        (void)cJSON_AddItemToObject(properties, name, type_schema(type, len, type[len] == '?'));
        (void)cJSON_AddItemToArray(required, cJSON_CreateString(name));
    }
    (void)cJSON_AddFalseToObject(schema, "additionalProperties");
    return schema;
}

#include "sheet.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define OID_BOOL 16 /* of PostgreSQL's pg_type.dat */

/* The text that is written; each line is closed as it ends. */
struct sheet {
    char *text;
    size_t len;
    size_t size;
    bool started; /* the line has a value */
};

static void put(struct sheet *sheet, const char *text, size_t len)
{
    if (sheet->len + len + 1 > sheet->size) {
        sheet->size = (sheet->len + len + 1) * 2;
        sheet->text = mem_resize(sheet->text, sheet->size, 1);
    }
    memcpy(sheet->text + sheet->len, text, len);
    sheet->len += len;
    sheet->text[sheet->len] = '\0';
}

static void put_quoted(struct sheet *sheet, const char *text)
{
    put(sheet, "\"", 1);
    for (;;) {
        size_t n = strcspn(text, "\"");

        put(sheet, text, n);
        if (text[n] == '\0')
            break;
        put(sheet, "\"\"", 2);
        text += n + 1;
    }
    put(sheet, "\"", 1);
}

static bool is_number(const char *text)
{
    const char *digit = text + (text[0] == '-');

    return digit[0] && digit[strspn(digit, "0123456789.")] == '\0';
}

static void put_value(struct sheet *sheet, const char *text)
{
    CLEANUP(mem_freep) char *safe = NULL;

    if (sheet->started)
        put(sheet, ",", 1);
    sheet->started = true;
    if (text[0] && !is_number(text) && strchr("=+-@\t\r", text[0]))
        safe = mem_format("'%s", text);
    if (safe)
        text = safe;
    if (text[strcspn(text, "\",\r\n")] == '\0')
        put(sheet, text, strlen(text));
    else
        put_quoted(sheet, text);
}

static void end_line(struct sheet *sheet)
{
    put(sheet, "\r\n", 2);
    sheet->started = false;
}

/* As JSON has it. */
static const char *word_of(bool value)
{
    return value ? "true" : "false";
}

static const char *text_of(const PGresult *res, int row, int column)
{
    const char *text = PQgetvalue(res, row, column);

    return PQftype(res, column) == OID_BOOL && text[0] ? word_of(text[0] == 't') : text;
}

char *sheet_of_table(const struct table *table)
{
    struct sheet sheet = { 0 };

    for (int column = 0; column < table->columns; column++)
        put_value(&sheet, PQfname(table->res, column));
    end_line(&sheet);
    for (int row = 0; row < table->rows; row++) {
        for (int column = 0; column < table->columns; column++)
            put_value(&sheet, text_of(table->res, row, column));
        end_line(&sheet);
    }
    return sheet.text;
}

/* The names of the columns in the order in which the objects first have them. */
struct names {
    char **name;
    size_t n;
};

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->name[i]);
    free(names->name);
}

static size_t names_find(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0)
            return i;
    return names->n;
}

static size_t names_add(struct names *names, const char *name)
{
    size_t at = names_find(names, name);

    if (at == names->n) {
        names->name = mem_resize(names->name, names->n + 1, sizeof(names->name[0]));
        names->name[names->n++] = mem_copy(name);
    }
    return at;
}

/* Each value of an object, at the place of its name in cells; NULL: only the names are wanted. */
static void take_value(struct names *names, const cJSON **cells, const char *name,
                       const cJSON *value)
{
    size_t at = names_add(names, name);

    if (cells)
        cells[at] = value;
}

/* An array of objects: the first value of each says whose the others are. */
static void take_array(struct names *names, const cJSON **cells, const cJSON *array)
{
    const cJSON *inner;

    cJSON_ArrayForEach (inner, array) {
        const cJSON *label = inner->child;

        for (const cJSON *value = label ? label->next : NULL; value; value = value->next) {
            CLEANUP(mem_freep)
            char *name = mem_format("%s.%s.%s", array->string,
                                    label->valuestring ? label->valuestring : "", value->string);

            take_value(names, cells, name, value);
        }
    }
}

static void take_values(struct names *names, const cJSON **cells, const cJSON *object)
{
    const cJSON *member;

    cJSON_ArrayForEach (member, object) {
        if (cJSON_IsArray(member))
            take_array(names, cells, member);
        else
            take_value(names, cells, member->string, member);
    }
}

static void put_json(struct sheet *sheet, const cJSON *value)
{
    CLEANUP(mem_freep) char *number = NULL;
    const char *text = "";

    if (cJSON_IsNumber(value)) {
        number = mem_format("%.15g", value->valuedouble);
        text = number;
    } else if (cJSON_IsBool(value)) {
        text = word_of(cJSON_IsTrue(value));
    } else if (cJSON_IsString(value)) {
        text = value->valuestring;
    }
    put_value(sheet, text);
}

static void put_objects(struct sheet *sheet, const cJSON *array)
{
    CLEANUP(names_release) struct names names = { 0 };
    CLEANUP(mem_freep) const cJSON **cells = NULL;
    const cJSON *object;

    cJSON_ArrayForEach (object, array)
        take_values(&names, NULL, object);
    for (size_t i = 0; i < names.n; i++)
        put_value(sheet, names.name[i]);
    end_line(sheet);
    cells = mem_alloc((names.n + 1) * sizeof(const cJSON *));
    cJSON_ArrayForEach (object, array) {
        memset(cells, 0, (names.n + 1) * sizeof(const cJSON *));
        take_values(&names, cells, object);
        for (size_t i = 0; i < names.n; i++)
            put_json(sheet, cells[i]);
        end_line(sheet);
    }
}

char *sheet_of_member(const struct table *table, const char *member)
{
    struct sheet sheet = { 0 };
    cJSON *array = cJSON_Parse(PQgetvalue(table->res, 0, PQfnumber(table->res, member)));

    put_objects(&sheet, array);
    cJSON_Delete(array);
    return sheet.text;
}

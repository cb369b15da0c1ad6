#include "row.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "moment.h"
#include "text.h"

#define SECOND INT64_C(1000000)

/* What stands in a message: short, and never with control bytes. */
#define SHOWN 40

/* Columns of which the file or the configuration must have a value in every record. */
static const enum column required[] = { COLUMN_TRANSACTION_ID, COLUMN_ACCOUNT_ID, COLUMN_AMOUNT };

/* Puts name behind what list holds, after a comma, as long as there is room. */
static void add_name(char *list, size_t size, const char *name)
{
    size_t len = strlen(list);

    (void)snprintf(list + len, size - len, "%s'%s'", len > 0 ? ", " : "", name);
}

static bool has(const struct layout *layout, enum column column)
{
    return layout->index[column] >= 0 || layout->source->otherwise[column];
}

static int missing_columns(const struct layout *layout, const char *found, struct err *err)
{
    char names[512] = "";

    for (size_t i = 0; i < ARRAY_LEN(required); i++)
        if (!has(layout, required[i]))
            add_name(names, sizeof(names), layout->source->header[required[i]]);
    if (!has(layout, COLUMN_TS) && !has(layout, COLUMN_DATE))
        add_name(names, sizeof(names), layout->source->header[COLUMN_TS]);
    if (names[0] == '\0')
        return 0;
    return err_set(err, ERR_FAILED,
                   "the header lacks the required column %s; it has %s (name the file's columns "
                   "with column.… in [source %s])",
                   names, found, layout->source->name);
}

static int find_column(const struct source *source, const char *name)
{
    for (int c = 0; c < COLUMNS; c++)
        if (strcmp(source->header[c], name) == 0)
            return c;
    return -1;
}

int layout_read(const struct source *source, const struct csv_record *header, struct layout *ret,
                struct err *err)
{
    struct layout layout = { .source = source, .n = header->n };
    char found[512] = "";

    if (header->state != CSV_GOOD)
        return err_set(err, ERR_FAILED, "the header's quotes do not match");
    if (!text_is_utf8(header->raw, header->raw_len))
        return err_set(err, ERR_FAILED, "the header is not valid UTF-8");
    for (int c = 0; c < COLUMNS; c++)
        layout.index[c] = -1;
    for (size_t i = 0; i < header->n; i++) {
        const char *name = header->fields[i].text;
        int column = find_column(source, name);

        add_name(found, sizeof(found), name);
        if (column < 0)
            add_name(layout.ignored, sizeof(layout.ignored), name);
        else if (layout.index[column] >= 0)
            return err_set(err, ERR_FAILED, "the header has the column '%s' twice", name);
        else
            layout.index[column] = (int)i;
    }
    if (missing_columns(&layout, found, err) < 0)
        return -1;
    *ret = layout;
    return 0;
}

__attribute__((format(printf, 4, 5))) static void explain(struct reject *reject, const char *reason,
                                                          const char *column, const char *fmt, ...)
{
    va_list ap;

    reject->reason = reason;
    reject->column = column;
    va_start(ap, fmt);
    (void)vsnprintf(reject->detail, sizeof(reject->detail), fmt, ap);
    va_end(ap);
}

/* So that a check can write: return refuse(...). */
#define refuse(...) (explain(__VA_ARGS__), false)

/* How many bytes of a value a message shows: whole characters. */
static int shown(struct csv_field value)
{
    size_t len = value.len < SHOWN ? value.len : SHOWN;

    while (len > 0 && !text_is_utf8(value.text, len))
        len--;
    return (int)len;
}

/* The column's value, or its default where the field is empty; an empty one where there is none. */
static struct csv_field value_of(const struct layout *layout, const struct csv_record *record,
                                 enum column column)
{
    const char *otherwise = layout->source->otherwise[column];
    int index = layout->index[column];

    if (index >= 0 && record->fields[index].len > 0)
        return record->fields[index];
    return (struct csv_field){ otherwise ? otherwise : "", otherwise ? strlen(otherwise) : 0 };
}

/* Blanks around a number or a time mean nothing; around an id they would. */
static struct csv_field trimmed(struct csv_field field)
{
    while (field.len > 0 && field.text[0] == ' ') {
        field.text++;
        field.len--;
    }
    while (field.len > 0 && field.text[field.len - 1] == ' ')
        field.len--;
    return field;
}

static bool whole_record(const struct layout *layout, const struct csv_record *record,
                         struct reject *reject)
{
    switch (record->state) {
    case CSV_BAD_QUOTE:
        return refuse(reject, "quote", NULL,
                      "a quote within a bare field, or text behind a closing quote");
    case CSV_OPEN_QUOTE:
        return refuse(reject, "quote", NULL, "a quote is opened and never closed");
    case CSV_TOO_LONG:
        return refuse(reject, "record_length", NULL, "longer than %zu bytes", CSV_RECORD_MAX);
    case CSV_GOOD:
        break;
    }
    if (record->n != layout->n)
        return refuse(reject, "field_count", NULL, "%zu fields where the header has %zu", record->n,
                      layout->n);
    return true;
}

static bool encoding(const struct layout *layout, const struct csv_record *record,
                     struct reject *reject)
{
    if (text_is_utf8(record->raw, record->raw_len))
        return true;
    for (int c = 0; c < COLUMNS; c++) {
        const char *name = layout->source->header[c];
        const struct csv_field *field =
            layout->index[c] < 0 ? NULL : &record->fields[layout->index[c]];

        if (field && memchr(field->text, '\0', field->len))
            return refuse(reject, "nul_byte", name, "has a NUL byte");
        if (field && !text_is_utf8(field->text, field->len))
            return refuse(reject, "encoding", name, "is not valid UTF-8");
    }
    if (memchr(record->raw, '\0', record->raw_len))
        return refuse(reject, "nul_byte", NULL, "has a NUL byte in a column that is not loaded");
    return refuse(reject, "encoding", NULL, "is not valid UTF-8 in a column that is not loaded");
}

static bool texts(const struct layout *layout, const struct csv_record *record, struct row *row,
                  struct reject *reject)
{
    static const struct {
        size_t most;
        enum column column;
        bool optional;
    } rules[] = {
        { ROW_ID_MAX, COLUMN_TRANSACTION_ID, false }, { ROW_ID_MAX, COLUMN_ACCOUNT_ID, false },
        { ROW_ID_MAX, COLUMN_MERCHANT_ID, true },     { ROW_WORD_MAX, COLUMN_CHANNEL, true },
        { ROW_WORD_MAX, COLUMN_COUNTRY, true },
    };

    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        const char *name = layout->source->header[rules[i].column];
        struct csv_field value = value_of(layout, record, rules[i].column);

        if (value.len == 0 && !rules[i].optional)
            return refuse(reject, "empty", name, "is empty");
        if (value.len > rules[i].most)
            return refuse(reject, "field_length", name, "%zu bytes, %zu are allowed", value.len,
                          rules[i].most);
        row->text[rules[i].column] = value.len > 0 ? value : (struct csv_field){ NULL, 0 };
    }
    return true;
}

static bool amount(const struct layout *layout, const struct csv_record *record, struct row *row,
                   struct reject *reject)
{
    const char *name = layout->source->header[COLUMN_AMOUNT];
    struct csv_field value = trimmed(value_of(layout, record, COLUMN_AMOUNT));

    if (value.len == 0)
        return refuse(reject, "empty", name, "is empty");
    switch (number_read(value.text, value.len, &row->amount)) {
    case NUMBER_BAD:
        return refuse(reject, "number", name, "'%.*s' is not a decimal number", shown(value),
                      value.text);
    case NUMBER_TOO_LONG:
        return refuse(reject, "digits", name,
                      "more than %d digits before the point or %d behind it", NUMBER_WHOLE_DIGITS,
                      NUMBER_FRACTION_DIGITS);
    case NUMBER_GOOD:
        break;
    }
    return true;
}

static bool currency(const struct layout *layout, const struct csv_record *record, struct row *row,
                     struct reject *reject)
{
    struct csv_field value = trimmed(value_of(layout, record, COLUMN_CURRENCY));
    bool good = value.len == 3;

    for (size_t i = 0; i < value.len && good; i++)
        good = value.text[i] >= 'A' && value.text[i] <= 'Z';
    if (!good)
        return refuse(reject, "currency", layout->source->header[COLUMN_CURRENCY],
                      "'%.*s' is not three capital letters (ISO 4217)", shown(value), value.text);
    row->text[COLUMN_CURRENCY] = value;
    return true;
}

/* The one column with both, or the two columns put together as "DATE TIME". */
static bool moment_of(const struct layout *layout, const struct csv_record *record,
                      struct moment *ret, struct reject *reject)
{
    bool two = layout->index[COLUMN_TS] < 0 && has(layout, COLUMN_DATE);
    enum column column = two ? COLUMN_DATE : COLUMN_TS;
    const char *name = layout->source->header[column];
    struct csv_field value = trimmed(value_of(layout, record, column));
    struct csv_field time =
        two ? trimmed(value_of(layout, record, COLUMN_TIME)) : (struct csv_field){ NULL, 0 };
    char joined[128];

    if (value.len == 0)
        return refuse(reject, "empty", name, "is empty");
    if (time.len > 0 && value.len + time.len < sizeof(joined) - 1) {
        value.len = (size_t)snprintf(joined, sizeof(joined), "%.*s %.*s", (int)value.len,
                                     value.text, (int)time.len, time.text);
        value.text = joined;
    }
    if (!moment_read(value.text, value.len, ret))
        return refuse(reject, "time", name, "'%.*s' is not YYYY-MM-DD[ HH:MM[:SS]] (ISO 8601)",
                      shown(value), value.text);
    return true;
}

static bool moment(const struct layout *layout, const struct csv_record *record, struct zone *zone,
                   int64_t latest, struct row *row, struct reject *reject)
{
    struct moment at;

    if (!moment_of(layout, record, &at, reject))
        return false;
    if (at.has_offset) {
        row->ts = (int64_t)at.date * ZONE_DAY + at.usec_of_day - (int64_t)at.offset * SECOND;
        row->date = zone_date(zone, row->ts);
    } else {
        row->ts = zone_to_utc(zone, at.date, at.usec_of_day);
        row->date = at.date;
    }
    if (row->ts > latest)
        return refuse(reject, "future", layout->source->header[COLUMN_TS],
                      "further ahead of now than max_future allows");
    return true;
}

bool row_read(const struct layout *layout, const struct csv_record *record, struct zone *zone,
              int64_t latest, struct row *ret, struct reject *ret_reject)
{
    return whole_record(layout, record, ret_reject) && encoding(layout, record, ret_reject) &&
           texts(layout, record, ret, ret_reject) && amount(layout, record, ret, ret_reject) &&
           currency(layout, record, ret, ret_reject) &&
           moment(layout, record, zone, latest, ret, ret_reject);
}

void reject_text(const struct reject *reject, int64_t line, char *out, size_t size)
{
    bool column = reject->column != NULL;

    (void)snprintf(out, size, "line %" PRId64 "%s%s%s: %s", line, column ? ", column '" : "",
                   column ? reject->column : "", column ? "'" : "", reject->detail);
}

#include "row.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "moment.h"
#include "pattern.h"
#include "text.h"

#define SECOND INT64_C(1000000)

/* What stands in a message: short, and never with control bytes. */
#define SHOWN 40

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

static bool whole_record(const struct layout *layout, const struct csv_record *record,
                         struct reject *reject)
{
    if (record->state != CSV_GOOD && layout->source->quote == '\0')
        return refuse(reject, "nul_byte", NULL, "has a NUL byte");
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
    if (record->n > layout->n && layout->source->empty_extra_fields) {
        size_t n = record->n;

        while (n > layout->n && record->fields[n - 1].len == 0)
            n--;
        if (n == layout->n)
            return true;
    }
    if (record->n != layout->n)
        return refuse(reject, "field_count", NULL, "%zu fields where the header has %zu", record->n,
                      layout->n);
    return true;
}

static const char *name_of(const struct layout *layout, size_t field)
{
    for (int c = 0; c < COLUMNS; c++)
        if (layout->index[c] == (int)field)
            return layout->name[c];
    return NULL;
}

static bool no_nul(const struct layout *layout, const struct csv_record *record,
                   struct reject *reject)
{
    for (size_t i = 0; i < record->n; i++)
        if (memchr(record->fields[i].text, '\0', record->fields[i].len))
            return refuse(reject, "nul_byte", name_of(layout, i), "has a NUL byte");
    if (memchr(record->raw, '\0', record->raw_len))
        return refuse(reject, "nul_byte", NULL, "has a NUL byte");
    return true;
}

/* *ret: the record with its fields in UTF-8. */
static bool encoding(const struct layout *layout, const struct csv_record *record,
                     struct csv_record *ret, struct reject *reject)
{
    size_t bad = 0;

    *ret = *record;
    if (!layout->decoder && text_is_utf8(record->raw, record->raw_len))
        return true;
    if (!no_nul(layout, record, reject))
        return false;
    if (layout->decoder && decode_record(layout->decoder, record, ret, &bad))
        return true;
    while (!layout->decoder && bad + 1 < record->n &&
           text_is_utf8(record->fields[bad].text, record->fields[bad].len))
        bad++;
    return refuse(reject, "encoding", name_of(layout, bad), "is not valid %s%s",
                  layout->decoder ? layout->source->encoding : "UTF-8",
                  name_of(layout, bad) ? "" : " in a column that is not loaded");
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
        const char *name = layout->name[rules[i].column];
        struct csv_field value = value_of(layout, record, rules[i].column);

        if (rules[i].column == COLUMN_TRANSACTION_ID && layout->source->content_id)
            continue;
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
    const char *name = layout->name[COLUMN_AMOUNT];
    struct csv_field value = csv_trim(value_of(layout, record, COLUMN_AMOUNT));

    if (value.len == 0)
        return refuse(reject, "empty", name, "is empty");
    switch (number_read(&layout->source->number, value.text, value.len, &row->amount)) {
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
    struct csv_field value = csv_trim(value_of(layout, record, COLUMN_CURRENCY));
    bool good = value.len == 3;

    for (size_t i = 0; i < value.len && good; i++)
        good = value.text[i] >= 'A' && value.text[i] <= 'Z';
    if (!good)
        return refuse(reject, "currency", layout->name[COLUMN_CURRENCY],
                      "'%.*s' is not three capital letters (ISO 4217)", shown(value), value.text);
    row->text[COLUMN_CURRENCY] = value;
    return true;
}

/* The one column with both, or the two columns put together as "DATE TIME". */
static bool moment_of(const struct layout *layout, const struct csv_record *record,
                      struct moment *ret, struct reject *reject)
{
    bool two = layout->index[COLUMN_TS] < 0 && layout_has(layout, COLUMN_DATE);
    enum column column = two ? COLUMN_DATE : COLUMN_TS;
    const char *name = layout->name[column];
    struct csv_field value = csv_trim(value_of(layout, record, column));
    struct csv_field time =
        two ? csv_trim(value_of(layout, record, COLUMN_TIME)) : (struct csv_field){ NULL, 0 };
    char joined[128];

    if (value.len == 0)
        return refuse(reject, "empty", name, "is empty");
    if (time.len > 0 && value.len + time.len < sizeof(joined) - 1) {
        value.len = (size_t)snprintf(joined, sizeof(joined), "%.*s %.*s", (int)value.len,
                                     value.text, (int)time.len, time.text);
        value.text = joined;
    }
    if (layout->source->time_format
            ? pattern_read(layout->source->time_format, value.text, value.len, ret)
            : moment_read(value.text, value.len, ret))
        return true;
    return refuse(reject, "time", name, "'%.*s' is not %s", shown(value), value.text,
                  layout->source->time_format ? layout->source->time_format
                                              : "YYYY-MM-DD[ HH:MM[:SS]] (ISO 8601)");
}

static bool moment(const struct layout *layout, const struct csv_record *record, struct zone *zone,
                   struct row *row, struct reject *reject)
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
    return true;
}

bool row_is_timely(const struct layout *layout, const struct row_limits *limits,
                   const struct row *row, struct reject *reject)
{
    bool two = layout->index[COLUMN_TS] < 0 && layout_has(layout, COLUMN_DATE);
    const char *name = layout->name[two ? COLUMN_DATE : COLUMN_TS];
    char date[TEXT_DATE_SIZE];

    if (row->ts > limits->latest)
        return refuse(reject, "future", name, "further ahead of now than max_future allows");
    if (row->date < limits->kept_from)
        return refuse(reject, "dropped", name, "retain_days has dropped the dates before %s",
                      text_from_date(limits->kept_from, date));
    return true;
}

/* Of all its own fields, whether they are loaded or not, but for empty ones at the end: one behind
 * the other, with a NUL between them, as csv_next and decode_record leave them. */
static bool content(const struct layout *layout, const struct csv_record *record, struct row *row)
{
    unsigned char digest[HASH_BYTES];
    const struct csv_field *first = record->fields + layout->own;
    const struct csv_field *last = record->fields + record->n - 1;

    if (!layout->source->content_id)
        return true;
    while (last > first && last->len == 0)
        last--;
    hash_of(first->text, (size_t)(last->text + last->len - first->text), digest);
    memcpy(row->content, digest, sizeof(row->content));
    return true;
}

bool row_read(const struct layout *layout, const struct csv_record *record, struct zone *zone,
              struct row *ret, struct reject *ret_reject)
{
    struct csv_record decoded;

    return whole_record(layout, record, ret_reject) &&
           encoding(layout, record, &decoded, ret_reject) &&
           texts(layout, &decoded, ret, ret_reject) && amount(layout, &decoded, ret, ret_reject) &&
           currency(layout, &decoded, ret, ret_reject) &&
           moment(layout, &decoded, zone, ret, ret_reject) && content(layout, &decoded, ret);
}

bool row_amount(const struct layout *layout, const struct csv_record *record, struct number *ret)
{
    struct csv_record decoded;
    struct reject unused;
    struct row row;

    if (!whole_record(layout, record, &unused) || !encoding(layout, record, &decoded, &unused) ||
        !amount(layout, &decoded, &row, &unused))
        return false;
    *ret = row.amount;
    return true;
}

void reject_text(const struct reject *reject, int64_t line, char *out, size_t size)
{
    bool column = reject->column != NULL;

    (void)snprintf(out, size, "line %" PRId64 "%s%s%s: %s", line, column ? ", column '" : "",
                   column ? reject->column : "", column ? "'" : "", reject->detail);
}

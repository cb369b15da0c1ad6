#include "layout.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "text.h"

/* Columns of which the file or the configuration must have a value in every record. */
static const enum column required[] = { COLUMN_TRANSACTION_ID, COLUMN_ACCOUNT_ID, COLUMN_AMOUNT };

/* Puts name behind what list holds, after a comma, as long as there is room. */
static void add_name(char *list, size_t size, const char *name)
{
    size_t len = strlen(list);

    (void)snprintf(list + len, size - len, "%s'%s'", len > 0 ? ", " : "", name);
}

bool layout_has(const struct layout *layout, enum column column)
{
    return layout->index[column] >= 0 || layout->source->otherwise[column] ||
           (column == COLUMN_TRANSACTION_ID && layout->source->content_id);
}

const char *const layout_rejected[LAYOUT_REJECTED] = { "rejected_file", "rejected_line",
                                                       "rejected_column", "rejected_reason" };

static int missing_columns(const struct layout *layout, const char *found, struct err *err)
{
    char names[512] = "";

    for (size_t i = 0; i < ARRAY_LEN(required); i++)
        if (!layout_has(layout, required[i]))
            add_name(names, sizeof(names), layout->name[required[i]]);
    if (!layout_has(layout, COLUMN_TS) && !layout_has(layout, COLUMN_DATE))
        add_name(names, sizeof(names), layout->name[COLUMN_TS]);
    if (names[0] == '\0')
        return 0;
    return err_set(err, ERR_FAILED,
                   "the header lacks the required column %s; it has %s (name the file's columns "
                   "with column.… in [source %s])",
                   names, found, layout->source->name);
}

static bool is_same(struct csv_field a, struct csv_field b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

/* Without regard to case, blanks, '_' and '-'. */
static bool is_similar(struct csv_field a, struct csv_field b)
{
    static const char passed_over[] = " _-";
    size_t i = 0;
    size_t j = 0;

    for (;;) {
        while (i < a.len && strchr(passed_over, a.text[i]))
            i++;
        while (j < b.len && strchr(passed_over, b.text[j]))
            j++;
        if (i == a.len || j == b.len)
            return i == a.len && j == b.len && i > 0;
        if (tolower((unsigned char)a.text[i++]) != tolower((unsigned char)b.text[j++]))
            return false;
    }
}

/* The field of the header that has one of the column's names; -1: none, -2: several have. */
static int find_field(const struct csv_record *header, const char *names,
                      bool (*matches)(struct csv_field, struct csv_field))
{
    struct csv_field name;
    int found = -1;

    while (text_next_word(&names, &name.text, &name.len))
        for (size_t i = 0; i < header->n; i++)
            if (matches(csv_trim(header->fields[i]), name)) {
                if (found >= 0 && found != (int)i)
                    return -2;
                found = (int)i;
            }
    return found;
}

/* An export of an export has them twice: the first ones are the latest. */
static void find_rejected(struct layout *layout, const struct csv_record *header)
{
    int at[LAYOUT_REJECTED];

    for (int c = 0; c < LAYOUT_REJECTED; c++) {
        struct csv_field name = { layout_rejected[c], strlen(layout_rejected[c]) };

        at[c] = -1;
        for (size_t i = header->n; i > 0; i--)
            if (is_same(header->fields[i - 1], name))
                at[c] = (int)i - 1;
    }
    layout->rejected_file = at[0];
    layout->rejected_line = at[1];
    for (size_t i = 0; i < header->n; i += LAYOUT_REJECTED) {
        for (size_t c = 0; c < LAYOUT_REJECTED; c++)
            if (i + c >= header->n || strcmp(header->fields[i + c].text, layout_rejected[c]) != 0)
                return;
        layout->own = i + LAYOUT_REJECTED;
    }
}

static int read_names(struct layout *layout, const struct csv_record *header, struct err *err)
{
    char found[512] = "";

    for (int c = 0; c < COLUMNS; c++) {
        const char *names = layout->source->header_name[c];
        int at = names ? find_field(header, names, is_same) : -1;

        if (names && at == -1)
            at = find_field(header, names, is_similar);
        if (at == -2)
            return err_set(err, ERR_FAILED, "the header has the column '%s' twice", names);
        layout->index[c] = at;
    }
    for (size_t i = 0; i < header->n; i++) {
        struct csv_field name = csv_trim(header->fields[i]);
        CLEANUP(mem_freep) char *text = mem_copy_n(name.text, name.len);
        bool is_loaded = name.len == 0;

        if (name.len > 0)
            add_name(found, sizeof(found), text);
        for (int c = 0; c < COLUMNS; c++)
            if (layout->index[c] == (int)i) {
                mem_freep(&layout->name[c]);
                layout->name[c] = mem_copy(text);
                is_loaded = true;
            }
        if (!is_loaded)
            add_name(layout->ignored, sizeof(layout->ignored), text);
    }
    find_rejected(layout, header);
    return missing_columns(layout, found, err);
}

/* Without a header: by number, and none may lie behind the first record's last field. */
static int read_numbers(struct layout *layout, const struct csv_record *first, struct err *err)
{
    char found[64];

    for (int c = 0; c < COLUMNS; c++) {
        int64_t number = 0;

        if (layout->source->header_name[c])
            (void)text_to_i64(layout->source->header_name[c], 1, CSV_FIELDS_MAX, &number);
        if (number > (int64_t)first->n)
            return err_set(err, ERR_FAILED, "column.%s = %d: the first record has %zu fields",
                           source_column((enum column)c), (int)number, first->n);
        layout->index[c] = (int)number - 1;
    }
    (void)snprintf(found, sizeof(found), "%zu fields and no names", first->n);
    return missing_columns(layout, found, err);
}

/* Whether the first record can be one at all. */
static int check_first(const struct source *source, const struct csv_record *first, struct err *err)
{
    const char *what = source->header ? "header" : "first record";

    if (first->raw_len > 1 &&
        (memcmp(first->raw, "\xff\xfe", 2) == 0 || memcmp(first->raw, "\xfe\xff", 2) == 0))
        return err_set(err, ERR_FAILED,
                       "is UTF-16: convert it (iconv -f UTF-16 -t UTF-8), or export it as UTF-8");
    if (first->state == CSV_TOO_LONG)
        return err_set(err, ERR_FAILED, "the %s is longer than %zu bytes", what, CSV_RECORD_MAX);
    if (first->state != CSV_GOOD)
        return err_set(err, ERR_FAILED, "the %s's quotes do not match", what);
    return 0;
}

int layout_read(const struct source *source, const struct csv_record *first, struct layout *ret,
                struct err *err)
{
    struct csv_record decoded = *first;
    size_t bad;

    *ret = (struct layout){
        .source = source, .n = first->n, .rejected_file = -1, .rejected_line = -1
    };
    for (int c = 0; c < COLUMNS; c++)
        ret->name[c] = mem_copy(source->header_name[c] ? source->header_name[c]
                                                       : source_column((enum column)c));
    if (check_first(source, first, err) < 0)
        return -1;
    if (source->encoding) {
        ret->decoder = decoder_open(source->encoding, err);
        if (!ret->decoder)
            return -1;
        if (!decode_record(ret->decoder, first, &decoded, &bad))
            return err_set(err, ERR_FAILED, "the first record is not %s", source->encoding);
    } else if (!text_is_utf8(first->raw, first->raw_len)) {
        return err_set(err, ERR_FAILED,
                       "the %s is not valid UTF-8 (encoding = … says what the file is)",
                       source->header ? "header" : "first record");
    }
    return source->header ? read_names(ret, &decoded, err) : read_numbers(ret, &decoded, err);
}

void layout_release(struct layout *layout)
{
    for (int c = 0; c < COLUMNS; c++)
        mem_freep(&layout->name[c]);
    decoder_closep(&layout->decoder);
    layout->decoder = NULL;
}

#include "csv.h"

#include <csv.h> // NOLINT(readability-duplicate-include): libcsv's, not ours
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "mem.h"
#include "stream.h"

#define BUFFER (CSV_RECORD_MAX + CSV_RECORD_MAX / 4)
#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)

struct csv {
    struct stream *stream;
    bool eof;
    char separator;
    bool pass_blank;
    struct csv_parser parser;
    struct hash *hash;

    /* The window of the file in memory: data[0] is at file offset base. */
    char *data;
    size_t len;
    int64_t base;
    size_t hashed; /* bytes of data that the hash has seen */
    size_t start;  /* of the record at hand */
    size_t pos;    /* of what is to be parsed next */
    int64_t start_line;
    int64_t line; /* of pos */

    /* The record at hand. Its fields' texts are offsets into text until it is complete. */
    struct csv_field *fields;
    size_t n;
    size_t n_size;
    char *text;
    size_t text_len;
    size_t text_size;
    bool complete;
    bool again;
};

/* RFC 4180: "Spaces are considered part of a field and should not be ignored." */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

struct csv *csv_open(int fd, char separator, char quote)
{
    struct csv *csv = mem_alloc(sizeof(*csv));

    csv->stream = stream_open(fd);
    csv->separator = separator;
    csv->data = mem_resize(NULL, BUFFER, 1);
    csv->line = 1;
    csv->hash = hash_open();
    if (csv_init(&csv->parser, OPTIONS) != 0)
        mem_out(); /* it fails for no other reason */
    csv_set_space_func(&csv->parser, no_space);
    csv_set_delim(&csv->parser, (unsigned char)separator);
    csv_set_quote(&csv->parser, (unsigned char)quote);
    csv_set_blk_size(&csv->parser, 4096);
    return csv;
}

void csv_closep(struct csv **csv)
{
    if (!*csv)
        return;
    csv_free(&(*csv)->parser);
    stream_closep(&(*csv)->stream);
    hash_closep(&(*csv)->hash);
    free((*csv)->data);
    free((*csv)->fields);
    free((*csv)->text);
    free(*csv);
}

static void hash_to(struct csv *csv, size_t end)
{
    if (end > csv->hashed)
        hash_add(csv->hash, csv->data + csv->hashed, end - csv->hashed);
    csv->hashed = end;
}

/* Makes room by dropping what lies before the record at hand, then reads more. */
static int fill(struct csv *csv, struct err *err)
{
    ssize_t got;

    if (csv->start > 0 && BUFFER - csv->len < CSV_RECORD_MAX / 4) {
        hash_to(csv, csv->start);
        memmove(csv->data, csv->data + csv->start, csv->len - csv->start);
        csv->base += (int64_t)csv->start;
        csv->len -= csv->start;
        csv->pos -= csv->start;
        csv->hashed = 0;
        csv->start = 0;
    }
    got = stream_read(csv->stream, csv->data + csv->len, BUFFER - csv->len, err);
    if (got < 0)
        return -1;
    csv->eof = got == 0;
    csv->len += (size_t)got;
    return 0;
}

/* libcsv's callbacks. Texts may move while the record grows: hence offsets, made pointers later. */
static void on_field(void *text, size_t len, void *cls)
{
    struct csv *csv = cls;

    if (csv->n == csv->n_size) {
        csv->n_size = csv->n_size * 2 + 16;
        csv->fields = mem_resize(csv->fields, csv->n_size, sizeof(csv->fields[0]));
    }
    if (csv->text_len + len + 1 > csv->text_size) {
        csv->text_size = (csv->text_len + len + 1) * 2 + 256;
        csv->text = mem_resize(csv->text, csv->text_size, 1);
    }
    memcpy(csv->text + csv->text_len, text ? text : "", len);
    csv->text[csv->text_len + len] = '\0';
    csv->fields[csv->n++].len = len;
    csv->text_len += len + 1;
}

static void on_record(int c, void *cls)
{
    struct csv *csv = cls;

    (void)c;
    csv->complete = true;
}

/* Forgets a record that libcsv could not finish. */
static void reset(struct csv *csv)
{
    (void)csv_set_opts(&csv->parser, CSV_APPEND_NULL);
    (void)csv_fini(&csv->parser, NULL, NULL, NULL);
    (void)csv_set_opts(&csv->parser, OPTIONS);
}

/* Length of the line's end at p, of the room that is there: 0 is none. */
static size_t line_end(const char *p, size_t room)
{
    if (room == 0 || (p[0] != '\r' && p[0] != '\n'))
        return 0;
    return room > 1 && p[0] == '\r' && p[1] == '\n' ? 2 : 1;
}

/*
 * The length of the physical line at pos with its end: LF, CRLF or CR. 0: its end
 * is not in memory yet.
 */
static size_t physical_line(const struct csv *csv)
{
    const char *p = csv->data + csv->pos;
    size_t room = csv->len - csv->pos;
    const char *lf = memchr(p, '\n', room);
    const char *cr = memchr(p, '\r', lf ? (size_t)(lf - p) : room);

    if (cr && (cr + 1 < p + room || csv->eof))
        return (size_t)(cr - p) + line_end(cr, room - (size_t)(cr - p));
    if (lf && !cr)
        return (size_t)(lf - p) + 1;
    return csv->eof ? room : 0;
}

/* Drops the rest of a line that is longer than a record may be: but a CR, which could be its end.
 */
static int skip_line(struct csv *csv, struct err *err)
{
    size_t len;

    while ((len = physical_line(csv)) == 0 && !csv->eof) {
        csv->start = csv->pos = csv->len - (csv->data[csv->len - 1] == '\r');
        if (fill(csv, err) < 0)
            return -1;
    }
    csv->pos += len;
    csv->line++;
    return 0;
}

static void give(struct csv *csv, enum csv_state state, size_t raw_len, struct csv_record *ret)
{
    const char *raw = csv->data + csv->start;
    const char *text = csv->text;

    while (raw_len > 0 && (raw[raw_len - 1] == '\n' || raw[raw_len - 1] == '\r'))
        raw_len--;
    if (state != CSV_GOOD)
        csv->n = 0;
    for (size_t i = 0; i < csv->n; i++) {
        csv->fields[i].text = text;
        text += csv->fields[i].len + 1;
    }
    *ret = (struct csv_record){ .state = state,
                                .offset = csv->base + (int64_t)csv->start,
                                .line = csv->start_line,
                                .raw = raw,
                                .raw_len = raw_len,
                                .fields = csv->fields,
                                .n = csv->n };
}

/* A record that cannot be: its first physical line is given, and the next line is read anew. */
static int give_bad(struct csv *csv, enum csv_state state, struct csv_record *ret)
{
    size_t len;

    reset(csv);
    csv->pos = csv->start;
    csv->line = csv->start_line + 1;
    len = physical_line(csv);
    csv->pos += len;
    give(csv, state, len, ret);
    return 1;
}

/* The record is longer than it may be: what is in memory is given, its line's rest dropped. */
static int give_too_long(struct csv *csv, struct csv_record *ret, struct err *err)
{
    size_t len = physical_line(csv);

    if (csv->line > csv->start_line) /* of several lines: a quote was left open */
        return give_bad(csv, CSV_OPEN_QUOTE, ret);
    reset(csv);
    give(csv, CSV_TOO_LONG, CSV_RECORD_MAX, ret);
    if (len > 0) {
        csv->pos += len;
        csv->line++;
        return 1;
    }
    /* The bytes given would be overwritten: keep them where the fields' texts are. */
    if (csv->text_size < ret->raw_len) {
        csv->text_size = ret->raw_len;
        csv->text = mem_resize(csv->text, csv->text_size, 1);
    }
    memcpy(csv->text, ret->raw, ret->raw_len);
    ret->raw = csv->text;
    return skip_line(csv, err) < 0 ? -1 : 1;
}

/* Passes over blank lines, and a byte order mark at the start. 1: a record starts at pos. */
static int to_record(struct csv *csv, struct err *err)
{
    for (;;) {
        size_t room = csv->len - csv->pos;
        size_t end = line_end(csv->data + csv->pos, room);

        csv->start = csv->pos;
        csv->start_line = csv->line;
        if (room < 3 && !csv->eof) {
            if (fill(csv, err) < 0)
                return -1;
        } else if (csv->base + (int64_t)csv->pos == 0 && room >= 3 &&
                   memcmp(csv->data, "\xef\xbb\xbf", 3) == 0) {
            csv->pos += 3;
        } else if (end > 0) {
            csv->pos += end;
            csv->line++;
        } else {
            return room > 0 ? 1 : 0;
        }
    }
}

/* Hands one physical line to libcsv. */
static int parse_line(struct csv *csv, size_t len)
{
    size_t parsed = csv_parse(&csv->parser, csv->data + csv->pos, len, on_field, on_record, csv);

    csv->pos += len;
    csv->line++;
    return parsed == len ? 0 : -1;
}

/* Of the record at hand: separators and blanks alone. */
static bool is_blank(const struct csv *csv)
{
    const char *p = csv->data + csv->start;
    const char *end = csv->data + csv->pos;

    while (p < end && (*p == csv->separator || *p == ' ' || *p == '\t'))
        p++;
    return p == end || *p == '\r' || *p == '\n';
}

static int next_record(struct csv *csv, struct csv_record *ret, struct err *err)
{
    int rc = 1;

    if (csv->again) {
        csv->again = false;
        csv->pos = csv->start;
        csv->line = csv->start_line;
    } else {
        rc = to_record(csv, err);
    }
    csv->n = 0;
    csv->text_len = 0;
    csv->complete = false;
    while (rc == 1 && !csv->complete) {
        size_t len = physical_line(csv);

        if (csv->pos - csv->start + len > CSV_RECORD_MAX)
            return give_too_long(csv, ret, err);
        if (len > 0) {
            if (parse_line(csv, len) < 0)
                return give_bad(csv, CSV_BAD_QUOTE, ret);
        } else if (!csv->eof) {
            if (csv->len - csv->start > CSV_RECORD_MAX)
                return give_too_long(csv, ret, err);
            if (fill(csv, err) < 0)
                return -1;
        } else if (csv_fini(&csv->parser, on_field, on_record, csv) != 0) {
            return give_bad(csv, CSV_OPEN_QUOTE, ret);
        }
    }
    if (rc == 1)
        give(csv, CSV_GOOD, csv->pos - csv->start, ret);
    return rc;
}

int csv_next(struct csv *csv, struct csv_record *ret, struct err *err)
{
    int rc;

    do
        rc = next_record(csv, ret, err);
    while (rc == 1 && csv->pass_blank && ret->state == CSV_GOOD && is_blank(csv));
    return rc;
}

void csv_pass_blank(struct csv *csv)
{
    csv->pass_blank = true;
}

void csv_again(struct csv *csv)
{
    csv->again = true;
}

int64_t csv_offset(const struct csv *csv)
{
    return csv->base + (int64_t)(csv->again ? csv->start : csv->pos);
}

int csv_skip(struct csv *csv, int64_t offset, int64_t lines, enum csv_behind *ret, struct err *err)
{
    char last = '\n';

    csv->again = false;
    csv->pos = csv->start = 0;
    while (csv->base + (int64_t)csv->len < offset && !csv->eof) {
        csv->start = csv->pos = csv->len;
        if (csv->len > 0)
            last = csv->data[csv->len - 1];
        hash_to(csv, csv->len);
        csv->base += (int64_t)csv->len;
        csv->len = csv->hashed = csv->start = csv->pos = 0;
        if (fill(csv, err) < 0)
            return -1;
    }
    if (csv->base + (int64_t)csv->len < offset)
        return err_set(err, ERR_LEDGER, "is shorter than what was loaded of it: %lld of %lld bytes",
                       (long long)csv->base + (long long)csv->len, (long long)offset);
    csv->pos = csv->start = (size_t)(offset - csv->base);
    csv->line = lines + 1;
    if (csv->pos > 0)
        last = csv->data[csv->pos - 1];
    if (csv->pos == csv->len && !csv->eof && fill(csv, err) < 0)
        return -1;
    if (csv->pos == csv->len)
        *ret = CSV_NOTHING;
    else if (last == '\n' || last == '\r' ||
             line_end(csv->data + csv->pos, csv->len - csv->pos) > 0)
        *ret = CSV_RECORDS;
    else
        *ret = CSV_REST;
    return 0;
}

int64_t csv_taken(const struct csv *csv)
{
    return stream_taken(csv->stream);
}

void csv_done(struct csv *csv, struct csv_done *ret)
{
    hash_to(csv, csv->again ? csv->start : csv->pos);
    hash_text(csv->hash, ret->sha256);
    ret->bytes = csv_offset(csv);
    ret->lines = (csv->again ? csv->start_line : csv->line) - 1;
}

struct csv_field csv_trim(struct csv_field field)
{
    while (field.len > 0 && field.text[0] == ' ') {
        field.text++;
        field.len--;
    }
    while (field.len > 0 && field.text[field.len - 1] == ' ')
        field.len--;
    return field;
}

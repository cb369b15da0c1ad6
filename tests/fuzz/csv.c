#include "csv.h"

#include <sys/types.h>

#include "fuzz.h"

/*
 * The records of a file, their places and the hash of what was consumed: do they cover the input,
 * and are they the same however its bytes arrive, from the middle on, and when they are written and
 * read again? read is wrapped: the file is in memory, and comes in pieces.
 */
static struct {
    const char *bytes;
    size_t len;
    size_t piece;
} input;

struct shape {
    char separator;
    char quote;
    bool pass_blank;
};

ssize_t __wrap_read(int fd, void *out, size_t size);

ssize_t __wrap_read(int fd, void *out, size_t size)
{
    size_t n = size < input.piece ? size : input.piece;

    (void)fd;
    if (n > input.len)
        n = input.len;
    memcpy(out, input.bytes, n);
    input.bytes += n;
    input.len -= n;
    return (ssize_t)n;
}

static struct csv *open_bytes(const void *bytes, size_t len, size_t piece, struct shape shape)
{
    struct csv *csv;

    input.bytes = bytes;
    input.len = len;
    input.piece = piece;
    csv = csv_open(-1, shape.separator, shape.quote);
    if (shape.pass_blank)
        csv_pass_blank(csv);
    return csv;
}

static bool is_compressed(const uint8_t *data, size_t size)
{
    return size >= 3 &&
           (memcmp(data, "\x1f\x8b\x08", 3) == 0 || memcmp(data, "\x28\xb5\x2f", 3) == 0);
}

/* One more record into what stands for all of them: its place, its bytes and its fields. */
static void add_record(struct hash *all, const struct csv_record *record)
{
    hash_add(all, &record->state, sizeof(record->state));
    hash_add(all, &record->offset, sizeof(record->offset));
    hash_add(all, &record->line, sizeof(record->line));
    hash_add(all, record->raw, record->raw_len);
    for (size_t i = 0; i < record->n; i++) {
        hash_add(all, &record->fields[i].len, sizeof(record->fields[i].len));
        hash_add(all, record->fields[i].text, record->fields[i].len);
    }
}

/* How many line ends (LF, CRLF, CR) there are. */
static int64_t count_lines(const uint8_t *data, size_t from, size_t to)
{
    int64_t n = 0;

    for (size_t i = from; i < to; i++)
        n += data[i] == '\n' ? i == 0 || data[i - 1] != '\r' : data[i] == '\r';
    return n;
}

/* Where the record ends: one that is too long is cut, and its line's rest dropped. */
static size_t end_of(const struct csv_record *record, const uint8_t *data, size_t done)
{
    size_t end = (size_t)record->offset + record->raw_len;

    while (record->state == CSV_TOO_LONG && end < done && data[end] != '\r' && data[end] != '\n')
        end++;
    return end;
}

/* Between records there is nothing but ends of lines, a byte order mark at the start, and blank
 * records where these are passed over. */
static void holds_nothing(const uint8_t *data, size_t from, size_t to, struct shape shape)
{
    if (from == 0 && to >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
        from = 3;
    for (; from < to; from++)
        HOLDS(data[from] == '\r' || data[from] == '\n' ||
              (shape.pass_blank && (data[from] == ' ' || data[from] == '\t' ||
                                    data[from] == (uint8_t)shape.separator)));
}

static void is_in_its_place(const struct csv *csv, const struct csv_record *record,
                            const uint8_t *data, size_t size, size_t done, struct shape shape)
{
    size_t at = (size_t)record->offset;

    HOLDS(at >= done && at + record->raw_len <= size && csv_offset(csv) >= (int64_t)done);
    HOLDS(memcmp(record->raw, data + at, record->raw_len) == 0);
    HOLDS(record->line == 1 + count_lines(data, 0, at));
    HOLDS(record->state == CSV_GOOD ? record->n > 0 : record->n == 0);
    holds_nothing(data, done, at, shape);
    HOLDS(record->raw_len <= CSV_RECORD_MAX);
    holds_nothing(data, end_of(record, data, (size_t)csv_offset(csv)), (size_t)csv_offset(csv),
                  shape);
    for (size_t i = 0; i < record->n; i++)
        HOLDS(record->fields[i].text[record->fields[i].len] == '\0');
}

/* Its fields, each quoted, are the record again. */
static void reads_back(const struct csv_record *record, struct shape shape)
{
    CLEANUP(mem_freep) char *text = mem_resize(NULL, 2 * record->raw_len + 4 * record->n + 1, 1);
    CLEANUP(csv_closep) struct csv *csv = NULL;
    struct csv_record again;
    struct err err;
    char *end = text;

    for (size_t i = 0; i < record->n; i++) {
        if (i > 0)
            *end++ = shape.separator;
        *end++ = shape.quote;
        for (size_t c = 0; c < record->fields[i].len; c++) {
            if (record->fields[i].text[c] == shape.quote)
                *end++ = shape.quote;
            *end++ = record->fields[i].text[c];
        }
        *end++ = shape.quote;
    }
    if ((size_t)(end - text) > CSV_RECORD_MAX)
        return; /* the quotes made it too long */
    csv = open_bytes(text, (size_t)(end - text), SIZE_MAX, shape);
    HOLDS(csv_next(csv, &again, &err) == 1 && again.state == CSV_GOOD && again.n == record->n);
    for (size_t i = 0; i < record->n; i++)
        HOLDS(again.fields[i].len == record->fields[i].len &&
              memcmp(again.fields[i].text, record->fields[i].text, again.fields[i].len) == 0);
    HOLDS(csv_next(csv, &again, &err) == 0);
}

/* The rest of the file from a place where the reader was before is what it was then. */
static void goes_on(const uint8_t *data, size_t size, size_t piece, struct shape shape,
                    const struct csv_done *from, const struct csv_record *wanted)
{
    CLEANUP(csv_closep) struct csv *csv = open_bytes(data, size, piece, shape);
    struct csv_record record;
    enum csv_behind behind;
    struct csv_done done;
    struct err err;

    HOLDS(csv_skip(csv, from->bytes, from->lines, &behind, &err) == 0);
    csv_done(csv, &done);
    HOLDS(strcmp(done.sha256, from->sha256) == 0);
    if (behind != CSV_RECORDS)
        return;
    HOLDS(csv_next(csv, &record, &err) == (wanted ? 1 : 0));
    HOLDS(!wanted || (record.offset == wanted->offset && record.line == wanted->line &&
                      record.state == wanted->state && record.n == wanted->n));
}

/* All records; the digest of them and of the file to ret. */
static void read_all(const uint8_t *data, size_t size, size_t piece, struct shape shape,
                     struct csv_done *ret_middle, struct csv_record *ret_behind,
                     char ret[HASH_SIZE])
{
    CLEANUP(csv_closep) struct csv *csv = open_bytes(data, size, piece, shape);
    CLEANUP(hash_closep) struct hash *all = hash_open();
    struct csv_record record;
    struct csv_done done;
    struct err err;
    size_t n = 0;

    csv_done(csv, &done);
    while (csv_next(csv, &record, &err) == 1) {
        is_in_its_place(csv, &record, data, size, (size_t)done.bytes, shape);
        add_record(all, &record);
        if (n == 1)
            *ret_behind = record;
        csv_done(csv, &done);
        if (n++ == 0)
            *ret_middle = done;
    }
    if (n < 2)
        ret_behind->raw = NULL;
    if (n == 0)
        ret_middle->bytes = -1;
    holds_nothing(data, (size_t)done.bytes, size, shape);
    csv_done(csv, &done);
    HOLDS(done.bytes == (int64_t)size && csv_taken(csv) == (int64_t)size);
    hash_add(all, done.sha256, HASH_SIZE);
    hash_add(all, &done.lines, sizeof(done.lines));
    hash_text(all, ret);
}

static void write_again(const uint8_t *data, size_t size, struct shape shape)
{
    CLEANUP(csv_closep) struct csv *csv = open_bytes(data, size, SIZE_MAX, shape);
    struct csv_record record;
    struct err err;

    /* All was read at once, so another reader does not take this one's bytes. */
    while (csv_next(csv, &record, &err) == 1)
        if (record.state == CSV_GOOD && input.len == 0) {
            reads_back(&record, shape);
            break;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t choice = fuzz_choice(data, &size);
    struct shape shape = { .separator = ",;\t|"[choice & 3],
                           .quote = "\"'\"\0"[choice >> 2 & 3],
                           .pass_blank = choice & 16 };
    size_t piece = (size_t)1 + (choice >> 5) * (choice >> 5);
    struct csv_record record;
    struct csv_record behind;
    struct csv_done middle;
    char whole[HASH_SIZE];
    char pieces[HASH_SIZE];
    struct err err;

    if (is_compressed(data, size)) {
        CLEANUP(csv_closep) struct csv *csv = open_bytes(data, size, piece, shape);

        while (csv_next(csv, &record, &err) == 1)
            ;
        return 0;
    }
    read_all(data, size, SIZE_MAX, shape, &middle, &behind, whole);
    read_all(data, size, piece, shape, &middle, &behind, pieces);
    HOLDS(strcmp(whole, pieces) == 0);
    if (middle.bytes >= 0)
        goes_on(data, size, piece, shape, &middle, behind.raw ? &behind : NULL);
    if (shape.quote != '\0' && !shape.pass_blank)
        write_again(data, size, shape);
    return 0;
}

#include "sample.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "file.h"
#include "hash.h"
#include "mem.h"
#include "number.h"
#include "pattern.h"
#include "text.h"

#define RECORDS 100000 /* that are looked at in a file */
#define TRIED 200      /* to find the separator */

/* Fewer are some number, not seconds since 1970: those of today have ten. */
#define SECONDS_DIGITS 9

/* Where 3/4/2005 could be both, more files of the world have the day first. */
const char *const sample_times[] = {
    "iso",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d",
    "%Y%m%d%H%M%S",
    "%b %d, %Y",
    "%a %b %d %H:%M:%S %Y",
    "%s",
    NULL,
};

const char *const sample_numbers[] = { ".", ".,", ",", ",.", ", ", ". ", ".'", NULL };

static void count_form(struct sample_forms *forms, uint64_t mask)
{
    size_t i = 0;

    while (i < forms->n && forms->seen[i].mask != mask)
        i++;
    if (i == ARRAY_LEN(forms->seen))
        return; /* so many different ones that none will cover them */
    if (i == forms->n) {
        forms->seen[i].mask = mask;
        forms->n++;
    }
    forms->seen[i].n++;
}

static bool has_digit(struct csv_field value)
{
    return strcspn(value.text, "0123456789") < value.len;
}

static uint64_t times_of(struct csv_field value)
{
    struct moment moment;
    uint64_t mask = 0;

    if (value.len > 64 || !has_digit(value))
        return 0;
    for (size_t i = 0; sample_times[i]; i++)
        if ((value.len >= SECONDS_DIGITS || strcmp(sample_times[i], "%s") != 0) &&
            pattern_read(sample_times[i], value.text, value.len, &moment))
            mask |= UINT64_C(1) << i;
    return mask;
}

static uint64_t numbers_of(struct csv_field value)
{
    struct number number;
    uint64_t mask = 0;

    if (value.len > 64 || !has_digit(value))
        return 0;
    for (size_t i = 0; sample_numbers[i]; i++) {
        const struct number_style style = { sample_numbers[i][0], sample_numbers[i][1] };

        if (number_read(&style, value.text, value.len, &number) == NUMBER_GOOD)
            mask |= UINT64_C(1) << i;
    }
    return mask;
}

static bool is_currency(struct csv_field value)
{
    return value.len == 3 && isupper((unsigned char)value.text[0]) &&
           isupper((unsigned char)value.text[1]) && isupper((unsigned char)value.text[2]);
}

static void look(struct sample_column *column, struct csv_field field)
{
    struct csv_field value = csv_trim(field);
    unsigned char digest[HASH_BYTES];

    column->in_records++;
    if (value.len == 0)
        return;
    column->filled++;
    count_form(&column->times, times_of(value));
    count_form(&column->numbers, numbers_of(value));
    column->currencies += is_currency(value);
    column->digits += strspn(value.text, "0123456789") == value.len;
    hash_of(value.text, value.len, digest);
    if (!column->hashes)
        column->hashes = mem_resize(NULL, RECORDS, sizeof(column->hashes[0]));
    memcpy(&column->hashes[column->n_hashes++], digest, sizeof(column->hashes[0]));
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* At the end of a file: whether a value came twice in it. */
static void look_back(struct sample_column *column)
{
    if (column->n_hashes == 0)
        return;
    qsort(column->hashes, column->n_hashes, sizeof(column->hashes[0]), by_hash);
    for (size_t i = 1; i < column->n_hashes; i++)
        column->repeats |= column->hashes[i] == column->hashes[i - 1];
    column->n_hashes = 0;
}

static char *plain_name(struct csv_field name)
{
    char *plain = mem_alloc(name.len + 1);
    size_t n = 0;

    for (size_t i = 0; i < name.len; i++)
        if (!strchr(" _-", name.text[i]))
            plain[n++] = (char)tolower((unsigned char)name.text[i]);
    return plain;
}

/* The column of that name, made where there is none. */
static struct sample_column *column_of(struct sample *sample, struct csv_field name)
{
    CLEANUP(mem_freep) char *plain = plain_name(name);

    for (size_t i = 0; i < sample->n; i++)
        if (strcmp(sample->columns[i].plain, plain) == 0)
            return &sample->columns[i];
    sample->columns = mem_resize(sample->columns, sample->n + 1, sizeof(sample->columns[0]));
    sample->columns[sample->n] =
        (struct sample_column){ .name = mem_copy_n(name.text, name.len), .plain = TAKE(plain) };
    return &sample->columns[sample->n++];
}

/* How many fields the first records have by that separator, if nearly all have as many; else 0. */
static size_t fields_by(const struct file *file, char separator)
{
    CLEANUP(file_close_fdp) int fd = -1;
    CLEANUP(csv_closep) struct csv *csv = NULL;
    struct file looks = *file;
    struct csv_record record;
    struct err unused;
    size_t first = 0;
    int same = 0;
    int n = 0;

    if (files_open(&looks, &fd, &unused) < 0)
        return 0;
    csv = csv_open(fd, separator, '"');
    csv_pass_blank(csv);
    for (; n < TRIED && csv_next(csv, &record, &unused) == 1; n++) {
        if (n == 0)
            first = record.n;
        same += record.n == first;
    }
    return same * 10 >= n * 9 ? first : 0;
}

static char find_separator(const struct file *file)
{
    static const char separators[] = { ',', ';', '\t', '|' };
    size_t most = 1;
    char found = '\0';

    for (size_t i = 0; i < sizeof(separators); i++) {
        size_t n = fields_by(file, separators[i]);

        if (n > most) {
            most = n;
            found = separators[i];
        }
    }
    return found;
}

/* A header names its columns: no number and no time is a name. */
static bool is_header(const struct csv_record *record)
{
    for (size_t i = 0; i < record->n; i++) {
        struct csv_field value = csv_trim(record->fields[i]);

        if (value.len > 0 && (times_of(value) != 0 || numbers_of(value) != 0))
            return false;
    }
    return true;
}

/* Which column each field of a file is. The caller frees what is returned. */
static size_t *read_first(struct sample *sample, const struct csv_record *first)
{
    size_t *columns = mem_resize(NULL, first->n + 1, sizeof(*columns));

    for (size_t i = 0; i < first->n; i++) {
        CLEANUP(mem_freep) char *number = mem_format("%zu", i + 1);
        struct csv_field name = csv_trim(first->fields[i]);

        if (!sample->header)
            name = (struct csv_field){ number, strlen(number) };
        columns[i] = name.len > 0 ? (size_t)(column_of(sample, name) - sample->columns) : SIZE_MAX;
    }
    return columns;
}

static void look_at_record(struct sample *sample, const struct csv_record *record,
                           const size_t *columns, size_t n)
{
    sample->utf8 = sample->utf8 && text_is_utf8(record->raw, record->raw_len);
    sample->extra = sample->extra || record->n > n;
    sample->records++;
    for (size_t i = 0; i < record->n && i < n; i++)
        if (columns[i] != SIZE_MAX)
            look(&sample->columns[columns[i]], record->fields[i]);
}

static int sample_file(struct sample *sample, const struct file *file, struct err *err)
{
    CLEANUP(file_close_fdp) int fd = -1;
    CLEANUP(csv_closep) struct csv *csv = NULL;
    CLEANUP(mem_freep) size_t *columns = NULL;
    struct file looks = *file;
    struct csv_record record;
    size_t n = 0;
    int rc;

    if (sample->separator == '\0')
        sample->separator = find_separator(file);
    if (sample->separator == '\0')
        return 0;
    if (files_open(&looks, &fd, err) < 0)
        return -1;
    csv = csv_open(fd, sample->separator, '"');
    csv_pass_blank(csv);
    for (int64_t i = 0; i < RECORDS && (rc = csv_next(csv, &record, err)) != 0; i++) {
        if (rc < 0)
            return -1;
        if (record.state != CSV_GOOD)
            continue;
        if (!columns) {
            if (sample->n == 0)
                sample->header = is_header(&record);
            columns = read_first(sample, &record);
            n = record.n;
            if (sample->header)
                continue;
        }
        look_at_record(sample, &record, columns, n);
    }
    for (size_t i = 0; i < sample->n; i++)
        look_back(&sample->columns[i]);
    return 0;
}

int sample_files(const struct files *files, struct sample *ret, struct err *err)
{
    *ret = (struct sample){ .utf8 = true };
    for (size_t i = 0; i < files->n; i++)
        if (sample_file(ret, &files->file[i], err) < 0)
            return err_wrap(err, "%s", files->file[i].path);
    if (!ret->separator || ret->n < 2)
        return err_set(err, ERR_FAILED,
                       "%s: no columns can be made out: neither comma, semicolon, tab nor | parts "
                       "its records into as many fields each",
                       files->file[0].path);
    return 0;
}

void sample_release(struct sample *sample)
{
    for (size_t i = 0; i < sample->n; i++) {
        free(sample->columns[i].name);
        free(sample->columns[i].plain);
        free(sample->columns[i].hashes);
    }
    free(sample->columns);
    *sample = (struct sample){ 0 };
}

size_t sample_cover(const struct sample_forms *forms, int64_t filled, size_t most,
                    size_t *ret_forms)
{
    uint64_t chosen = 0;
    int64_t covered = 0;
    size_t n = 0;

    while (n < most && covered * 1000 < filled * 999) {
        int64_t best = 0;

        for (size_t bit = 0; bit < SAMPLE_FORMATS; bit++) {
            int64_t gain = 0;

            for (size_t i = 0; i < forms->n; i++)
                if ((forms->seen[i].mask & chosen) == 0 && (forms->seen[i].mask >> bit & 1) == 1)
                    gain += forms->seen[i].n;
            if (gain > best) {
                best = gain;
                ret_forms[n] = bit;
            }
        }
        if (best == 0)
            return 0;
        chosen |= UINT64_C(1) << ret_forms[n++];
        covered += best;
    }
    return covered * 1000 >= filled * 999 && filled > 0 ? n : 0;
}

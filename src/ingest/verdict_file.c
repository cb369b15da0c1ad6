#include "verdict_file.h"

#include <inttypes.h>
#include <string.h>

#include "csv.h"
#include "file.h"
#include "log.h"
#include "mem.h"
#include "stop.h"
#include "text.h"

#define MAX_ID 1024

/* In the order in which they are packed. */
enum { TRANSACTION_ID, ACCOUNT_ID, VERDICT, DECIDED_ON, FIELDS };
static const struct {
    const char *name;
    bool required;
} columns[FIELDS] = {
    [TRANSACTION_ID] = { "transaction_id", true },
    [ACCOUNT_ID] = { "account_id", false },
    [VERDICT] = { "verdict", true },
    [DECIDED_ON] = { "decided_on", true },
};

static bool is_word(struct csv_field field, const char *word)
{
    return field.len == strlen(word) && memcmp(field.text, word, field.len) == 0;
}

static int read_header(const struct csv_record *header, int index[FIELDS], struct err *err)
{
    if (header->state != CSV_GOOD || !text_is_utf8(header->raw, header->raw_len))
        return err_set(err, ERR_FAILED, "the header is not CSV in UTF-8");
    for (int c = 0; c < FIELDS; c++) {
        index[c] = -1;
        for (size_t i = 0; i < header->n; i++)
            if (is_word(csv_trim(header->fields[i]), columns[c].name))
                index[c] = (int)i;
        if (index[c] < 0 && columns[c].required)
            return err_set(err, ERR_FAILED,
                           "the header lacks the column '%s' (a file of verdicts has "
                           "transaction_id, verdict, decided_on and, if need be, account_id)",
                           columns[c].name);
    }
    return 0;
}

/* Why the record is no verdict; NULL: it is one, and packed. */
static const char *take(struct verdict_file *to, const struct csv_record *record,
                        const int index[FIELDS], size_t n)
{
    struct csv_field field[FIELDS] = { 0 };
    int32_t date = 0;

    if (record->state != CSV_GOOD)
        return "its quotes do not match, or it is too long";
    if (record->n != n)
        return "it has another number of fields than the header";
    if (!text_is_utf8(record->raw, record->raw_len))
        return "it is not UTF-8";
    for (int c = 0; c < FIELDS; c++)
        field[c] = index[c] < 0 ? (struct csv_field){ "", 0 } : csv_trim(record->fields[index[c]]);
    if (field[TRANSACTION_ID].len == 0 || field[TRANSACTION_ID].len > MAX_ID ||
        field[ACCOUNT_ID].len > MAX_ID)
        return "its transaction_id is empty, or an id is over 1,024 bytes long";
    if (!is_word(field[VERDICT], "fraud") && !is_word(field[VERDICT], "legitimate"))
        return "its verdict is neither fraud nor legitimate";
    {
        CLEANUP(mem_freep)
        char *decided = mem_copy_n(field[DECIDED_ON].text, field[DECIDED_ON].len);

        if (!text_to_date(decided, &date))
            return "its decided_on is not a date: YYYY-MM-DD";
    }
    pack_row(&to->rows.pack, 6);
    pack_i32(&to->rows.pack, to->number);
    pack_i64(&to->rows.pack, record->line);
    for (int c = TRANSACTION_ID; c <= VERDICT; c++)
        pack_bytes(&to->rows.pack, field[c].text, field[c].len);
    pack_i32(&to->rows.pack, date);
    if (to->records == to->rejected || date > to->newest)
        to->newest = date;
    return NULL;
}

static int read_records(struct verdict_file *to, struct csv *csv, const char *path, struct err *err)
{
    struct csv_record record = { 0 };
    int index[FIELDS] = { 0 };
    size_t n;
    int rc = csv_next(csv, &record, err);

    if (rc < 0 || (rc == 1 && read_header(&record, index, err) < 0))
        return -1;
    n = record.n;
    while (rc == 1 && (rc = csv_next(csv, &record, err)) == 1) {
        const char *why = take(to, &record, index, n);

        if (why)
            log_warn("%s:%" PRId64 ": rejected: %s", path, record.line, why);
        else if (spill_put(&to->rows, err) < 0)
            return -1;
        to->records++;
        to->rejected += why ? 1 : 0;
        if (stop_signal() != 0)
            return err_set(err, ERR_STOPPED, "stopped by signal %d", stop_signal());
    }
    return rc;
}

int verdict_file_read(struct verdict_file *ret, struct file *file, struct err *err)
{
    CLEANUP(file_close_fdp) int fd = -1;
    CLEANUP(csv_closep) struct csv *csv = NULL;

    if (files_open(file, &fd, err) < 0)
        return -1;
    csv = csv_open(fd, ',', '"');
    csv_pass_blank(csv);
    return read_records(ret, csv, file->path, err) < 0 ? err_wrap(err, "%s", file->path) : 0;
}

void verdict_file_release(struct verdict_file *file)
{
    spill_release(&file->rows);
}

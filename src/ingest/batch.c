#include "batch.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * A row's place in the pack, and the start of its key as numbers that compare as the
 * bytes do: most comparisons need no look at the row itself. 32 bytes.
 */
struct batch_row {
    int32_t date;
    uint32_t at;
    uint32_t len;
    uint32_t key; /* where the account's length is, and behind it the id's: int32, bytes */
    uint64_t account;
    uint64_t id;
};

static void pack_text(struct pack *pack, const struct csv_field *field)
{
    if (field->text)
        pack_bytes(pack, field->text, field->len);
    else
        pack_null(pack);
}

static uint64_t first_bytes(const struct csv_field *field)
{
    uint64_t bytes = 0;

    memcpy(&bytes, field->text, field->len < sizeof(bytes) ? field->len : sizeof(bytes));
    return be64toh(bytes);
}

static struct batch_row *add_row(struct batch *batch)
{
    if (batch->n == batch->size) {
        batch->size = batch->size * 2 + 256;
        batch->rows = mem_resize(batch->rows, batch->size, sizeof(batch->rows[0]));
    }
    return &batch->rows[batch->n++];
}

void batch_origin(struct pack *origin, int64_t run, int64_t file, int32_t source)
{
    pack_row(origin, 13);
    pack_i64(origin, run);
    pack_i64(origin, file);
    pack_i32(origin, source);
}

void batch_add(struct batch *batch, const struct row *row, int64_t line)
{
    const struct csv_field *account = &row->text[COLUMN_ACCOUNT_ID];
    const struct csv_field *id = &row->text[COLUMN_TRANSACTION_ID];
    struct pack *pack = &batch->pack;
    struct batch_row *added = add_row(batch);
    size_t at = pack->len;

    pack_i64(pack, row->ts);
    pack_i64(pack, line);
    pack_i32(pack, row->date);
    pack_number(pack, &row->amount);
    pack_text(pack, &row->text[COLUMN_CURRENCY]);
    added->key = (uint32_t)pack->len;
    pack_text(pack, account);
    pack_text(pack, id);
    pack_text(pack, &row->text[COLUMN_MERCHANT_ID]);
    pack_text(pack, &row->text[COLUMN_CHANNEL]);
    pack_text(pack, &row->text[COLUMN_COUNTRY]);
    added->date = row->date;
    added->at = (uint32_t)at;
    added->len = (uint32_t)(pack->len - at);
    added->account = first_bytes(account);
    added->id = first_bytes(id);
}

size_t batch_bytes(const struct batch *batch)
{
    return batch->pack.len + batch->n * sizeof(batch->rows[0]);
}

/* The text at *p, which moves behind it. */
static struct csv_field read_text(const char **p)
{
    struct csv_field text;
    uint32_t len;

    memcpy(&len, *p, sizeof(len));
    text.len = be32toh(len);
    text.text = *p + sizeof(len);
    *p = text.text + text.len;
    return text;
}

static int compare_texts(const struct csv_field *x, const struct csv_field *y)
{
    size_t common = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->text, y->text, common);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static int compare_keys(const char *data, const struct batch_row *a, const struct batch_row *b)
{
    const char *at_a = data + a->key;
    const char *at_b = data + b->key;
    struct csv_field x;
    struct csv_field y;
    int order;

    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    if (a->account != b->account)
        return a->account < b->account ? -1 : 1;
    x = read_text(&at_a);
    y = read_text(&at_b);
    order = compare_texts(&x, &y);
    if (order != 0)
        return order;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    x = read_text(&at_a);
    y = read_text(&at_b);
    return compare_texts(&x, &y);
}

/* Rows of one key stay in the order of their file. */
static int compare_rows(const void *a, const void *b, void *data)
{
    const struct batch_row *x = a;
    const struct batch_row *y = b;
    int order = compare_keys(data, x, y);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

bool batch_sort(struct batch *batch)
{
    bool twins = false;

    if (batch->n > 1)
        qsort_r(batch->rows, batch->n, sizeof(batch->rows[0]), compare_rows, batch->pack.data);
    for (size_t i = 1; i < batch->n && !twins; i++)
        twins = compare_keys(batch->pack.data, &batch->rows[i - 1], &batch->rows[i]) == 0;
    return twins;
}

int32_t batch_date(const struct batch *batch, size_t i)
{
    return batch->rows[i].date;
}

void batch_pack(const struct batch *batch, size_t i, const struct pack *origin, struct pack *pack)
{
    const struct batch_row *row = &batch->rows[i];

    pack_raw(pack, origin->data, origin->len);
    pack_raw(pack, batch->pack.data + row->at, row->len);
}

void batch_release(struct batch *batch)
{
    pack_release(&batch->pack);
    free(batch->rows);
    *batch = (struct batch){ 0 };
}

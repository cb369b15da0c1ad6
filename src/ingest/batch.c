#include "batch.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * A row's place among what is held, and of its key what can be compared as numbers: of account
 * and id the eight bytes behind what all of the batch begin with. 24 bytes.
 */
struct batch_row {
    uint64_t account;
    uint64_t id;
    int32_t date;
    uint32_t at;
};

/*
 * What is held of a row at that place: account and id, this, the groups of the amount, and the
 * other texts. It is packed as COPY wants it when it leaves, which takes half as much again.
 */
struct held {
    int64_t ts;
    int64_t line;
    int8_t groups;
    int8_t weight;
    int8_t scale;
    bool negative;
} __attribute__((packed));

/* A text is held behind its length: columns have far shorter ones (row.c). */
#define NO_TEXT UINT16_MAX

/* In the order in which they are held: those of the key, and those behind the amount. */
static const enum column held_texts[] = { COLUMN_ACCOUNT_ID, COLUMN_TRANSACTION_ID,
                                          COLUMN_CURRENCY,   COLUMN_MERCHANT_ID,
                                          COLUMN_CHANNEL,    COLUMN_COUNTRY };

#define KEY_TEXTS 2

static size_t held_len(const struct row *row)
{
    size_t len = sizeof(struct held) + (size_t)row->amount.n * sizeof(row->amount.groups[0]);

    for (size_t i = 0; i < ARRAY_LEN(held_texts); i++)
        len +=
            sizeof(uint16_t) + (row->text[held_texts[i]].text ? row->text[held_texts[i]].len : 0);
    return len;
}

static char *put(char *out, const void *bytes, size_t len)
{
    memcpy(out, bytes, len);
    return out + len;
}

static char *hold_text(char *out, const struct csv_field *field)
{
    uint16_t len = field->text ? (uint16_t)field->len : NO_TEXT;

    out = put(out, &len, sizeof(len));
    return field->text ? put(out, field->text, field->len) : out;
}

static char *hold_rest(char *out, const struct row *row, int64_t line)
{
    const struct number *amount = &row->amount;
    const struct held held = { .ts = row->ts,
                               .line = line,
                               .groups = (int8_t)amount->n,
                               .weight = (int8_t)amount->weight,
                               .scale = (int8_t)amount->scale,
                               .negative = amount->negative };

    out = put(out, &held, sizeof(held));
    return put(out, amount->groups, (size_t)amount->n * sizeof(amount->groups[0]));
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
    struct batch_row *added = add_row(batch);
    size_t at = batch->pack.len;
    char *out = pack_room(&batch->pack, held_len(row));

    added->date = row->date;
    added->at = (uint32_t)at;
    for (size_t i = 0; i < KEY_TEXTS; i++)
        out = hold_text(out, &row->text[held_texts[i]]);
    out = hold_rest(out, row, line);
    for (size_t i = KEY_TEXTS; i < ARRAY_LEN(held_texts); i++)
        out = hold_text(out, &row->text[held_texts[i]]);
}

size_t batch_bytes(const struct batch *batch)
{
    return batch->pack.len + batch->n * sizeof(batch->rows[0]);
}

/* The text at *p, which moves behind it. A key's is there. */
static struct csv_field read_key_text(const char **p)
{
    uint16_t len;

    memcpy(&len, *p, sizeof(len));
    *p += sizeof(len) + len;
    return (struct csv_field){ *p - len, len };
}

static struct csv_field read_text(const char **p)
{
    uint16_t len;

    memcpy(&len, *p, sizeof(len));
    if (len != NO_TEXT)
        return read_key_text(p);
    *p += sizeof(len);
    return (struct csv_field){ 0 };
}

static int compare_texts(const struct csv_field *x, const struct csv_field *y)
{
    size_t common = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->text, y->text, common);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void read_key(const struct batch *batch, const struct batch_row *row,
                     struct csv_field *ret_account, struct csv_field *ret_id)
{
    const char *at = batch->pack.data + row->at;

    *ret_account = read_key_text(&at);
    *ret_id = read_key_text(&at);
}

/* Texts are looked at only where the numbers leave something to say: they lie all over memory. */
static int compare_keys(const struct batch *batch, const struct batch_row *a,
                        const struct batch_row *b)
{
    struct csv_field account[2];
    struct csv_field id[2];
    int order;

    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    if (a->account != b->account)
        return a->account < b->account ? -1 : 1;
    if (batch->short_accounts && (a->id != b->id || batch->short_ids))
        return (a->id > b->id) - (a->id < b->id);
    read_key(batch, a, &account[0], &id[0]);
    read_key(batch, b, &account[1], &id[1]);
    order = compare_texts(&account[0], &account[1]);
    return order != 0 ? order : compare_texts(&id[0], &id[1]);
}

/* Rows of one key stay in the order of their file. */
static int compare_rows(const void *a, const void *b, void *batch)
{
    const struct batch_row *x = a;
    const struct batch_row *y = b;
    int order = compare_keys(batch, x, y);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* How many bytes both begin with, of the first most ones. */
static size_t common(const struct csv_field *a, const struct csv_field *b, size_t most)
{
    size_t n = 0;

    while (n < most && n < a->len && n < b->len && a->text[n] == b->text[n])
        n++;
    return n;
}

/* Of the bytes behind the first skip ones; NUL bytes, of which a text has none, where it ends. */
static uint64_t eight_bytes(const struct csv_field *text, size_t skip)
{
    size_t len = text->len - skip;
    uint64_t bytes = 0;

    memcpy(&bytes, text->text + skip, len < sizeof(bytes) ? len : sizeof(bytes));
    return be64toh(bytes);
}

/* Of accounts, or of ids: what all begin with, and how long the longest is. */
struct texts {
    struct csv_field first;
    size_t same;
    size_t longest;
};

static void see_text(struct texts *texts, const struct csv_field *text)
{
    texts->same = common(&texts->first, text, texts->same);
    if (text->len > texts->longest)
        texts->longest = text->len;
}

static void set_numbers(struct batch *batch)
{
    struct csv_field account;
    struct csv_field id;
    struct texts accounts = { .same = SIZE_MAX };
    struct texts ids = { .same = SIZE_MAX };

    read_key(batch, &batch->rows[0], &accounts.first, &ids.first);
    for (size_t i = 0; i < batch->n; i++) {
        read_key(batch, &batch->rows[i], &account, &id);
        see_text(&accounts, &account);
        see_text(&ids, &id);
    }
    batch->short_accounts = accounts.longest - accounts.same <= sizeof(uint64_t);
    batch->short_ids = ids.longest - ids.same <= sizeof(uint64_t);
    for (size_t i = 0; i < batch->n; i++) {
        read_key(batch, &batch->rows[i], &account, &id);
        batch->rows[i].account = eight_bytes(&account, accounts.same);
        batch->rows[i].id = eight_bytes(&id, ids.same);
    }
}

static uint64_t date_of(const struct batch_row *row)
{
    return (uint32_t)row->date ^ UINT32_C(0x80000000); /* in the order of unsigned numbers */
}

static uint64_t account_of(const struct batch_row *row)
{
    return row->account;
}

static uint64_t id_of(const struct batch_row *row)
{
    return row->id;
}

/* Orders rows by one byte of a number, and leaves those in place that have the same one. They
 * come to stand in the room, which takes the place of theirs. */
static void order_by_byte(struct batch *batch, struct batch_row **room,
                          uint64_t (*number)(const struct batch_row *), int shift)
{
    size_t place[256] = { 0 };
    size_t at = 0;
    struct batch_row *rows = batch->rows;

    for (size_t i = 0; i < batch->n; i++)
        place[number(&rows[i]) >> shift & 255]++;
    for (size_t i = 0; i < ARRAY_LEN(place); i++) {
        size_t n = place[i];

        place[i] = at;
        at += n;
    }
    for (size_t i = 0; i < batch->n; i++)
        (*room)[place[number(&rows[i]) >> shift & 255]++] = rows[i];
    batch->rows = *room;
    *room = rows;
}

/* From the last byte to the first one, of those that are not the same in all rows. */
static void order_by(struct batch *batch, struct batch_row **room,
                     uint64_t (*number)(const struct batch_row *))
{
    uint64_t first = number(&batch->rows[0]);
    uint64_t differs = 0;

    for (size_t i = 1; i < batch->n; i++)
        differs |= first ^ number(&batch->rows[i]);
    for (int shift = 0; shift < 64; shift += 8)
        if (differs >> shift & 255)
            order_by_byte(batch, room, number, shift);
}

/* Where the numbers were not enough: accounts that begin alike, or an account's ids. Returns the
 * end of the rows whose numbers of date and account are those of the i-th one. */
static size_t order_alike(struct batch *batch, size_t i)
{
    struct batch_row *rows = batch->rows;
    bool ordered = true;
    size_t end = i + 1;

    for (; end < batch->n && rows[end].date == rows[i].date && rows[end].account == rows[i].account;
         end++)
        ordered = ordered && compare_rows(&rows[end - 1], &rows[end], batch) < 0;
    if (!ordered)
        qsort_r(rows + i, end - i, sizeof(rows[0]), compare_rows, batch);
    return end;
}

bool batch_sort(struct batch *batch)
{
    CLEANUP(mem_freep) struct batch_row *room = NULL;
    bool twins = false;

    if (batch->n < 2)
        return false;
    room = mem_resize(NULL, batch->n, sizeof(*room));
    batch->size = batch->n;
    set_numbers(batch);
    order_by(batch, &room, id_of);
    order_by(batch, &room, account_of);
    order_by(batch, &room, date_of);
    for (size_t i = 0; i < batch->n;)
        i = order_alike(batch, i);
    for (size_t i = 1; i < batch->n && !twins; i++)
        twins = compare_keys(batch, &batch->rows[i - 1], &batch->rows[i]) == 0;
    return twins;
}

int32_t batch_date(const struct batch *batch, size_t i)
{
    return batch->rows[i].date;
}

static void pack_text(struct pack *pack, const struct csv_field *text)
{
    if (text->text)
        pack_bytes(pack, text->text, text->len);
    else
        pack_null(pack);
}

static void pack_next(struct pack *pack, const char **p)
{
    struct csv_field text = read_text(p);

    pack_text(pack, &text);
}

/* The groups of the amount are at *p, which moves behind them. */
static void pack_held(struct pack *pack, const struct held *held, int32_t date, const char **p)
{
    struct number amount = {
        .n = held->groups, .weight = held->weight, .negative = held->negative, .scale = held->scale
    };
    size_t len = (size_t)amount.n * sizeof(amount.groups[0]);

    memcpy(amount.groups, *p, len);
    *p += len;
    pack_i64(pack, held->ts);
    pack_i64(pack, held->line);
    pack_i32(pack, date);
    pack_number(pack, &amount);
}

void batch_pack(const struct batch *batch, size_t i, const struct pack *origin, struct pack *pack)
{
    const struct batch_row *row = &batch->rows[i];
    const char *at = batch->pack.data + row->at;
    struct csv_field account = read_key_text(&at);
    struct csv_field id = read_key_text(&at);
    struct held held;

    memcpy(&held, at, sizeof(held));
    at += sizeof(held);
    pack_raw(pack, origin->data, origin->len);
    pack_held(pack, &held, row->date, &at);
    pack_next(pack, &at); /* currency */
    pack_text(pack, &account);
    pack_text(pack, &id);
    for (size_t n = KEY_TEXTS + 1; n < ARRAY_LEN(held_texts); n++) /* merchant, channel, country */
        pack_next(pack, &at);
}

void batch_release(struct batch *batch)
{
    pack_release(&batch->pack);
    free(batch->rows);
    *batch = (struct batch){ 0 };
}

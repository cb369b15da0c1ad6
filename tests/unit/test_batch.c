#include "test.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"

struct key {
    int32_t date;
    const char *account;
    const char *id;
};

/* Adds it as the line-th one. */
static void add(struct batch *batch, const struct key *key, int64_t line)
{
    struct row row = { .date = key->date };

    row.text[COLUMN_ACCOUNT_ID] = (struct csv_field){ key->account, strlen(key->account) };
    row.text[COLUMN_TRANSACTION_ID] = (struct csv_field){ key->id, strlen(key->id) };
    row.text[COLUMN_CURRENCY] = (struct csv_field){ "EUR", 3 };
    batch_add(batch, &row, line);
}

/* The line of the row that leaves as the i-th: behind what is the slice's, and its time. */
static int64_t line_of(const struct batch *batch, size_t i)
{
    CLEANUP(pack_release) struct pack pack = { 0 };
    CLEANUP(pack_release) struct pack origin = { 0 };
    uint64_t line;

    batch_origin(&origin, 1, 1, 1);
    batch_pack(batch, i, &origin, &pack);
    memcpy(&line, pack.data + origin.len + 16, sizeof(line));
    return (int64_t)be64toh(line);
}

static void test_rows_leave_in_the_order_of_their_keys_bytes(void **state)
{
    static const struct {
        struct key keys[6];
        int64_t lines[6]; /* from 1, in the order in which they are to leave */
        bool twins;
    } cases[] = {
        { { { 1, "b", "1" }, { 1, "a", "2" }, { 0, "c", "3" }, { -1, "d", "4" } },
          { 4, 3, 2, 1 },
          false },
        /* not as numbers, and the shorter one first */
        { { { 0, "a", "10" }, { 0, "a", "9" }, { 0, "a", "1" }, { 0, "a", "" } },
          { 4, 3, 1, 2 },
          false },
        /* bytes above 127 are the largest */
        { { { 0, "\xc3\xa4", "1" }, { 0, "z", "1" }, { 0, "A", "1" } }, { 3, 2, 1 }, false },
        /* accounts that differ behind eight bytes, and one that ends there */
        { { { 0, "12345678b", "1" },
            { 0, "12345678a", "2" },
            { 0, "12345678", "3" },
            { 0, "x", "4" } },
          { 3, 2, 1, 4 },
          false },
        /* ids do so, within an account and across accounts */
        { { { 0, "b", "x23456789" },
            { 0, "a", "y23456789b" },
            { 0, "a", "y23456789a" },
            { 0, "a", "y23456789" } },
          { 4, 3, 2, 1 },
          false },
        /* all begin alike, far beyond eight bytes */
        { { { 0, "DE00 1234 5678 3", "TX-2026-01-01-3" },
            { 0, "DE00 1234 5678 2", "TX-2026-01-01-2" },
            { 0, "DE00 1234 5678 2", "TX-2026-01-01-1" } },
          { 3, 2, 1 },
          false },
        /* twins stay in the order of their coming; of long texts, too */
        { { { 0, "b", "1" }, { 0, "a", "1" }, { 0, "b", "1" } }, { 2, 1, 3 }, true },
        { { { 0, "123456789", "1234567890" }, { 0, "x", "y" }, { 0, "123456789", "1234567890" } },
          { 1, 3, 2 },
          true },
        /* the same id on two dates, or of two accounts, is no twin */
        { { { 1, "a", "1" }, { 0, "a", "1" }, { 0, "b", "1" } }, { 2, 3, 1 }, false },
        { { { 0, "a", "1" } }, { 1 }, false },
    };

    (void)state;
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        CLEANUP(batch_release) struct batch batch = { 0 };

        for (size_t i = 0; i < ARRAY_LEN(cases[c].keys) && cases[c].keys[i].account; i++)
            add(&batch, &cases[c].keys[i], (int64_t)i + 1);
        assert_int_equal(batch_sort(&batch), cases[c].twins);
        for (size_t i = 0; i < batch.n; i++)
            assert_int_equal(line_of(&batch, i), cases[c].lines[i]);
    }
}

/* As PostgreSQL's documentation of binary COPY has it. */
static void test_a_row_leaves_as_copy_wants_it(void **state)
{
    static const char expected[] = "\0\0\0\10"
                                   "\0\0\0\0\0\0\1\2" /* ts */
                                   "\0\0\0\10"
                                   "\0\0\0\0\0\0\0\7" /* line */
                                   "\0\0\0\4"
                                   "\377\377\377\375" /* date */
                                   "\0\0\0\14"
                                   "\0\2\0\0\100\0\0\2"
                                   "\0\14\23\210"     /* -12.50 */
                                   "\377\377\377\377" /* currency: none */
                                   "\0\0\0\1"
                                   "a"
                                   "\0\0\0\2"
                                   "id"
                                   "\377\377\377\377" /* merchant: none */
                                   "\0\0\0\0"         /* channel: empty */
                                   "\0\0\0\2"
                                   "DE";
    CLEANUP(batch_release) struct batch batch = { 0 };
    CLEANUP(pack_release) struct pack pack = { 0 };
    CLEANUP(pack_release) struct pack origin = { 0 };
    struct row row = { .ts = 258, .date = -3 };

    (void)state;
    row.amount = (struct number){ .n = 2, .negative = true, .scale = 2, .groups = { 12, 5000 } };
    row.text[COLUMN_ACCOUNT_ID] = (struct csv_field){ "a", 1 };
    row.text[COLUMN_TRANSACTION_ID] = (struct csv_field){ "id", 2 };
    row.text[COLUMN_CHANNEL] = (struct csv_field){ "", 0 };
    row.text[COLUMN_COUNTRY] = (struct csv_field){ "DE", 2 };
    batch_origin(&origin, 1, 1, 1);
    batch_add(&batch, &row, 7);
    batch_pack(&batch, 0, &origin, &pack);
    assert_int_equal(pack.len - origin.len, sizeof(expected) - 1);
    assert_memory_equal(pack.data + origin.len, expected, sizeof(expected) - 1);
}

static uint32_t draw(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % n;
}

static int compare(const struct key *a, const struct key *b)
{
    int order = (a->date > b->date) - (a->date < b->date);

    if (order == 0)
        order = strcmp(a->account, b->account);
    return order != 0 ? order : strcmp(a->id, b->id);
}

/* Of texts that share their beginnings, and are of many lengths. */
static void test_any_rows_leave_in_order_and_each_once(void **state)
{
    enum { ROWS = 3000 };
    static char texts[ROWS][2][32];
    static struct key keys[ROWS];
    static bool seen[ROWS];
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 20; round++) {
        CLEANUP(batch_release) struct batch batch = { 0 };
        bool twins = false;

        memset(seen, 0, sizeof(seen));
        for (int i = 0; i < ROWS; i++) {
            for (int t = 0; t < 2; t++) {
                int len = 0;

                for (uint32_t n = draw(&seed, 20); n > 0; n--)
                    texts[i][t][len++] = draw(&seed, 20) == 0 ? (char)(draw(&seed, 255) + 1) : 'a';
                texts[i][t][len] = '\0';
            }
            keys[i] = (struct key){ (int32_t)draw(&seed, 3) - 1, texts[i][0], texts[i][1] };
            add(&batch, &keys[i], i);
        }
        (void)batch_sort(&batch);
        for (size_t i = 0; i < ROWS; i++) {
            int64_t line = line_of(&batch, i);
            int64_t before = i > 0 ? line_of(&batch, i - 1) : -1;
            int order = i > 0 ? compare(&keys[before], &keys[line]) : -1;

            twins = twins || order == 0;
            assert_true(order < 0 || (order == 0 && before < line));
            assert_false(seen[line]);
            seen[line] = true;
        }
        assert_int_equal(batch_sort(&batch), twins);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_leave_in_the_order_of_their_keys_bytes),
        cmocka_unit_test(test_a_row_leaves_as_copy_wants_it),
        cmocka_unit_test(test_any_rows_leave_in_order_and_each_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

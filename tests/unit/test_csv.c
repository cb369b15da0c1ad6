#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "csv.h"

/* A file in memory that holds text. */
static int file_of(const char *text, size_t len)
{
    int fd = memfd_create("test_csv", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Every record as "line@offset[field|field]", bad ones as "line@offset!state". */
static void describe(struct csv *csv, char *out, size_t size)
{
    struct csv_record record;
    struct err err;
    size_t len = 0;

    out[0] = '\0';
    while (csv_next(csv, &record, &err) == 1) {
        len +=
            (size_t)snprintf(out + len, size - len, "%d@%d", (int)record.line, (int)record.offset);
        if (record.state != CSV_GOOD)
            len += (size_t)snprintf(out + len, size - len, "!%u ", record.state);
        for (size_t i = 0; i < record.n; i++)
            len += (size_t)snprintf(out + len, size - len, "%s%s%s", i == 0 ? "[" : "|",
                                    record.fields[i].text, i + 1 == record.n ? "] " : "");
    }
}

static void test_records_and_their_places(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } cases[] = {
        { "", "" },
        { "\n\r\n", "" },
        { "a,b\n1,2\n", "1@0[a|b] 2@4[1|2] " },
        { "a,b\r\n1,2", "1@0[a|b] 2@5[1|2] " },
        { "a,b\r1,2\r", "1@0[a|b] 2@4[1|2] " },
        { "\xef\xbb\xbf"
          "a\nb\n",
          "1@3[a] 2@5[b] " },
        { "a\n\n\nb\n", "1@0[a] 4@4[b] " },
        { " a , b \n", "1@0[ a | b ] " },
        { "\"a\nb\",\"c\"\"d\"\nx,y\n", "1@0[a\nb|c\"d] 3@13[x|y] " },
        { "\"a\r\nb\",c\r\nx,y\r\n", "1@0[a\r\nb|c] 3@10[x|y] " },
        { ",\n", "1@0[|] " },
        { "\"\",\"\"\n", "1@0[|] " },
        /* A wrong quote costs its line and no other. */
        { "a,b\"c\nd,e\n", "1@0!1 2@6[d|e] " },
        { "\"a\"b,c\nd,e\n", "1@0!1 2@7[d|e] " },
        { "a,\"b\nc,d\ne,f\n", "1@0!2 2@5[c|d] 3@9[e|f] " },
        { "a,\"b\nc\"x,d\ne,f\n", "1@0!1 2@5!1 3@11[e|f] " },
        { "a,\"", "1@0!2 " },
    };
    char got[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int fd = file_of(cases[i].text, strlen(cases[i].text));
        struct csv *csv = csv_open(fd, ',', '"');

        describe(csv, got, sizeof(got));
        assert_string_equal(got, cases[i].wanted);
        csv_closep(&csv);
        (void)close(fd);
    }
}

static void test_a_nul_byte_does_not_end_a_field(void **state)
{
    int fd = file_of("a\0b,c\n", 6);
    struct csv *csv = csv_open(fd, ',', '"');
    struct csv_record record;
    struct err err;

    (void)state;
    assert_int_equal(csv_next(csv, &record, &err), 1);
    assert_int_equal(record.fields[0].len, 3);
    assert_memory_equal(record.fields[0].text, "a\0b", 4);
    csv_closep(&csv);
    (void)close(fd);
}

/* Wherever a record that is too long ends in memory: the CR that is its end is no part of the next
 * line. */
static void test_a_long_record_ends_at_its_cr(void **state)
{
    char *text = mem_resize(NULL, 2 * CSV_RECORD_MAX, 1);

    (void)state;
    for (size_t n = 0; n < 4; n++) {
        size_t len = CSV_RECORD_MAX + CSV_RECORD_MAX / 4 - n;
        struct csv_record record;
        struct csv *csv;
        struct err err;
        int fd;

        memset(text, 'x', len);
        memcpy(text + len, "\ra,b\rc\r", 8);
        fd = file_of(text, len + 7);
        csv = csv_open(fd, ',', '"');
        assert_int_equal(csv_next(csv, &record, &err), 1);
        assert_int_equal(record.state, CSV_TOO_LONG);
        for (size_t fields = 2; fields > 0; fields--) {
            assert_int_equal(csv_next(csv, &record, &err), 1);
            assert_int_equal(record.n, fields);
            assert_int_equal(record.line, 4 - fields);
        }
        assert_int_equal(csv_next(csv, &record, &err), 0);
        csv_closep(&csv);
        (void)close(fd);
    }
    free(text);
}

/* A record that is too long is given cut, and the one behind it is read; so is one whose quote
 * was opened long ago. */
static void test_a_record_without_end_is_bounded(void **state)
{
    size_t len = 3 * CSV_RECORD_MAX;
    char *text = mem_resize(NULL, len + 8, 1);
    struct csv_record record;
    struct err err;

    (void)state;
    for (int quoted = 0; quoted < 2; quoted++) {
        struct csv *csv;
        int fd;

        memset(text, 'x', len);
        memcpy(text + len, "\na,b\n\0", 6);
        if (quoted)
            memcpy(text, "\"x\n", 3);
        fd = file_of(text, len + 5);
        csv = csv_open(fd, ',', '"');
        assert_int_equal(csv_next(csv, &record, &err), 1);
        assert_int_equal(record.state, quoted ? CSV_OPEN_QUOTE : CSV_TOO_LONG);
        assert_int_equal(record.raw_len, quoted ? 2 : CSV_RECORD_MAX);
        assert_int_equal(record.raw[1], 'x');
        if (quoted) {
            assert_int_equal(csv_next(csv, &record, &err), 1);
            assert_int_equal(record.state, CSV_TOO_LONG);
        }
        assert_int_equal(csv_next(csv, &record, &err), 1);
        assert_int_equal(record.offset, len + 1);
        assert_int_equal(record.n, 2);
        assert_int_equal(csv_next(csv, &record, &err), 0);
        csv_closep(&csv);
        (void)close(fd);
    }
    free(text);
}

/* Many records over many buffers: the places and the hash do not depend on where those end. */
static void test_places_and_hash_hold_over_buffers(void **state)
{
    enum { RECORDS = 200000 };
    char *text = mem_resize(NULL, RECORDS, 32);
    size_t len = 0;
    struct csv_record record;
    struct csv_done done;
    struct csv_done half;
    struct csv *csv;
    struct err err;
    enum csv_behind behind;
    int fd;

    (void)state;
    for (int i = 0; i < RECORDS; i++)
        len += (size_t)sprintf(text + len, i % 3 ? "%d,x\n" : "\"%d\n\",y\r\n", i); // NOLINT
    fd = file_of(text, len);
    csv = csv_open(fd, ',', '"');
    for (int i = 0; i < RECORDS; i++) {
        assert_int_equal(csv_next(csv, &record, &err), 1);
        assert_int_equal(atoi(record.fields[0].text), i); // NOLINT
        assert_memory_equal(record.raw, text + record.offset, record.raw_len);
        if (i == RECORDS / 2)
            csv_done(csv, &half);
    }
    csv_done(csv, &done);
    assert_int_equal(done.bytes, len);
    csv_closep(&csv);

    /* From the middle it goes on as if it had read what lies before. */
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    csv = csv_open(fd, ',', '"');
    assert_int_equal(csv_next(csv, &record, &err), 1);
    assert_int_equal(csv_skip(csv, half.bytes, half.lines, &behind, &err), 0);
    assert_int_equal(behind, CSV_RECORDS);
    assert_int_equal(csv_next(csv, &record, &err), 1);
    assert_int_equal(atoi(record.fields[0].text), RECORDS / 2 + 1); // NOLINT
    assert_int_equal(record.line, half.lines + 1);
    csv_again(csv);
    csv_done(csv, &half);
    assert_int_equal(half.bytes, record.offset);
    while (csv_next(csv, &record, &err) == 1)
        ;
    csv_done(csv, &half);
    assert_string_equal(half.sha256, done.sha256);
    assert_int_equal(half.lines, done.lines);
    csv_closep(&csv);
    (void)close(fd);
    free(text);
}

static void test_a_file_shorter_than_its_checkpoint_is_refused(void **state)
{
    int fd = file_of("a\nb\n", 4);
    struct csv *csv = csv_open(fd, ',', '"');
    struct err err = { 0 };
    enum csv_behind behind;

    (void)state;
    assert_int_equal(csv_skip(csv, 5, 2, &behind, &err), -1);
    assert_int_equal(err.code, ERR_LEDGER);
    csv_closep(&csv);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_and_their_places),
        cmocka_unit_test(test_a_nul_byte_does_not_end_a_field),
        cmocka_unit_test(test_a_record_without_end_is_bounded),
        cmocka_unit_test(test_a_long_record_ends_at_its_cr),
        cmocka_unit_test(test_places_and_hash_hold_over_buffers),
        cmocka_unit_test(test_a_file_shorter_than_its_checkpoint_is_refused),
    };

    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}

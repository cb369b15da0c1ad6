#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "csv.h"
#include "file.h"

/* The files of tests/data/csv, and the records that they have by the JSON beside each. */
#define FOLDER "tests/data/csv/"

/* The next record's fields as strings; NULL at the end. */
static cJSON *read_record(struct csv *csv)
{
    struct csv_record record;
    struct err err;
    cJSON *row;

    if (csv_next(csv, &record, &err) == 0)
        return NULL;
    assert_int_equal(record.state, CSV_GOOD);
    row = cJSON_CreateArray();
    for (size_t i = 0; i < record.n; i++)
        assert_true(cJSON_AddItemToArray(row, cJSON_CreateString(record.fields[i].text)));
    return row;
}

/* The row as an object, by the header; frees the row. */
static cJSON *name_fields(const cJSON *header, cJSON *row)
{
    cJSON *object = cJSON_CreateObject();

    assert_int_equal(cJSON_GetArraySize(row), cJSON_GetArraySize(header));
    for (int i = 0; i < cJSON_GetArraySize(header); i++)
        assert_true(cJSON_AddItemToObject(object, cJSON_GetArrayItem(header, i)->valuestring,
                                          cJSON_DetachItemFromArray(row, 0)));
    cJSON_Delete(row);
    return object;
}

static cJSON *read_csv(const char *path, bool has_header)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct csv *csv = csv_open(fd, ',', '"');
    cJSON *header = has_header ? read_record(csv) : NULL;
    cJSON *rows = cJSON_CreateArray();
    cJSON *row;

    assert_true(fd >= 0);
    while ((row = read_record(csv)) != NULL)
        assert_true(cJSON_AddItemToArray(rows, header ? name_fields(header, row) : row));
    cJSON_Delete(header);
    csv_closep(&csv);
    (void)close(fd);
    return rows;
}

static void is_as_json_says(const char *folder, const char *name, bool has_header)
{
    CLEANUP(mem_freep) char *csv_path = mem_format(FOLDER "%s/%s.csv", folder, name);
    CLEANUP(mem_freep) char *json_path = mem_format(FOLDER "%s/%s.json", folder, name);
    CLEANUP(mem_freep) char *json = NULL;
    struct err err = { 0 };
    size_t len;
    cJSON *wanted;
    cJSON *got;

    json = file_read(json_path, 4096, &len, &err);
    if (!json)
        fail_msg("%s", err.msg);
    wanted = cJSON_Parse(json);
    got = read_csv(csv_path, has_header);
    assert_non_null(wanted);
    if (!cJSON_Compare(got, wanted, true))
        fail_msg("%s: %s", csv_path, cJSON_PrintUnformatted(got));
    cJSON_Delete(wanted);
    cJSON_Delete(got);
}

static void test_files_of_csv_spectrum_have_their_records(void **state)
{
    static const char *const names[] = { "comma_in_quotes", "empty",  "empty_crlf",
                                         "escaped_quotes",  "json",   "newlines",
                                         "newlines_crlf",   "simple", "quotes_and_newlines",
                                         "simple_crlf",     "utf8" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        is_as_json_says("spectrum", names[i], true);
}

static void test_cases_of_csv_test_data_have_their_records(void **state)
{
    static const char *const names[] = { "all-empty",           "empty-field",
                                         "empty-one-column",    "leading-space",
                                         "one-column",          "quotes-empty",
                                         "quotes-with-comma",   "quotes-with-escaped-quote",
                                         "quotes-with-newline", "quotes-with-space",
                                         "simple-crlf",         "simple-lf",
                                         "trailing-newline",    "trailing-newline-one-field",
                                         "trailing-space",      "utf8" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        is_as_json_says("cases", names[i], false);
    is_as_json_says("cases", "header-no-rows", true);
    is_as_json_says("cases", "header-simple", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_csv_spectrum_have_their_records),
        cmocka_unit_test(test_cases_of_csv_test_data_have_their_records),
    };

    return cmocka_run_group_tests_name("conformance", tests, NULL, NULL);
}

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "fault.h"
#include "migrate.h"
#include "run.h"
#include "source.h"

/* Two dates, so that a date has a baseline; a duplicate, a late and a bad record. */
static const char first[] = "transaction_id,account_id,ts,amount\n"
                            "1,a,2026-01-01T10:00:00,1.00\n"
                            "2,b,2026-01-01T11:00:00,2.00\n"
                            "2,b,2026-01-01T11:00:00,2.00\n"
                            "3,a,2026-01-02T10:00:00,x\n";
static const char second[] = "transaction_id,account_id,ts,amount\n"
                             "4,a,2026-01-02T10:00:00,4.00\n"
                             "5,b,2026-01-01T12:00:00,5.00\n";

/* Whatever happens: rows = counters = rollups, and the checkpoint is where the data ends. */
static const struct stmt violations = {
    "violations",
    "SELECT (SELECT count(*) FROM ingestion_file AS f WHERE loaded <>\n"
    "          (SELECT count(*) FROM transactions AS t WHERE t.file_id = f.file_id))\n"
    "     + (SELECT abs(coalesce(sum(n), 0) - (SELECT count(*) FROM transactions))\n"
    "          FROM subject_day WHERE subject_type = 'total')\n"
    "     + (SELECT abs(coalesce(sum(n), 0) - (SELECT count(*) FROM transactions)) FROM "
    "hour_count)\n"
    "     + (SELECT count(*) FROM ingestion_run WHERE records <> loaded + duplicate + rejected)\n"
    "     + (SELECT count(*) FROM ingestion_state WHERE watermark <>\n"
    "          (SELECT max(ts) FROM transactions)) AS n"
};
static const struct stmt counted = {
    "counted",
    "SELECT concat_ws(' ', (SELECT count(*) FROM transactions), sum(duplicate), sum(rejected),\n"
    "                 (SELECT last_date FROM ingestion_state)) AS n FROM ingestion_file"
};
static const struct stmt wipe = { "wipe", "DROP SCHEMA public CASCADE; CREATE SCHEMA public" };

static char folder[] = "/tmp/test_fault.XXXXXX";
static char config[64];
static struct conf *conf;
static struct source source;
static struct detectors *detectors;

static void write_file(const char *name, const char *text)
{
    CLEANUP(mem_freep) char *path = mem_format("%s/%s", folder, name);
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    CLEANUP(mem_freep) char *text = NULL;
    struct err err;

    (void)state;
    assert_non_null(mkdtemp(folder));
    text = mem_format("[source t]\npath = %s/*.csv\nsettle = 0s\nreject_limit = 50%%\n"
                      "[ingest]\ndetectors = %s\n",
                      folder, folder);
    write_file("t.conf", text);
    write_file("1.csv", first);
    write_file("2.csv", second);
    (void)snprintf(config, sizeof(config), "%s/t.conf", folder);
    conf = conf_read(config, &err);
    if (!conf || source_read(conf, "source t", &source, &err) < 0)
        fail_msg("%s", err.msg);
    detectors = detectors_read(conf, &err);
    return detectors ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "t.conf", "1.csv", "2.csv" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CLEANUP(mem_freep) char *path = mem_format("%s/%s", folder, names[i]);

        (void)unlink(path);
    }
    detectors_freep(&detectors);
    conf_freep(&conf);
    return rmdir(folder);
}

static struct db *open_db(void)
{
    struct db_options options = { .conninfo = getenv("TEST_DB"), .program = "test", .timeout = 20 };
    struct err err;
    struct db *db = db_open(&options, &err);

    if (!db)
        fail_msg("%s", err.msg);
    return db;
}

static void fresh_schema(void)
{
    CLEANUP(db_closep) struct db *db = open_db();
    struct err err;
    int applied;
    int version;

    if (db_script(db, wipe.name, wipe.text, &err) < 0 ||
        migrate_run(db, &applied, &version, &err) < 0)
        fail_msg("%s", err.msg);
}

static void assert_value(const struct stmt *stmt, const char *wanted)
{
    CLEANUP(db_closep) struct db *db = open_db();
    CLEANUP(mem_freep) char *value = NULL;
    struct err err;

    if (db_value(db, stmt, STMT_NO_ARGS, &value, &err) < 0)
        fail_msg("%s", err.msg);
    assert_string_equal(value, wanted);
}

static int run(int fault, bool *ret_hit, struct err *err)
{
    CLEANUP(db_closep) struct db *db = open_db();
    CLEANUP(run_result_release) struct run_result result = { 0 };
    struct run_options options = { .from = NULL };
    int rc;

    fault_at(fault);
    rc = run_source(db, &source, detectors, &options, &result, err);
    *ret_hit = fault_hit();
    fault_at(0);
    return rc;
}

/* The run fails at its n-th call to libpq, for every n; the next run makes it whole. */
static void test_is_whole_after_a_fault_anywhere(void **state)
{
    bool hit = true;
    bool unused;
    int n = 0;

    (void)state;
    while (hit) {
        struct err err = { 0 };

        fresh_schema();
        if (run(++n, &hit, &err) == 0) /* a failure is never taken for success */
            assert_value(&counted, "4 1 1 2026-01-02");
        assert_value(&violations, "0");
        if (run(0, &unused, &err) < 0)
            fail_msg("after fault %d: %s", n, err.msg);
        assert_value(&violations, "0");
        assert_value(&counted, "4 1 1 2026-01-02");
    }
    print_message("# faults tried: %d\n", n - 1);
    assert_true(n > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_whole_after_a_fault_anywhere),
    };

    return cmocka_run_group_tests_name("fault", tests, set_up, tear_down);
}

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
static const struct stmt wipe = {
    "wipe",
    "DO $$ DECLARE t text; BEGIN\n"
    "    FOR t IN SELECT name FROM leaf LOOP EXECUTE format('DROP TABLE %I', t); END LOOP;\n"
    "    SELECT string_agg(format('%I', relname), ', ') INTO t FROM pg_class\n"
    "     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')\n"
    "       AND relname <> 'schema_migration';\n"
    "    EXECUTE format('TRUNCATE %s RESTART IDENTITY', t);\n"
    "END $$"
};

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

static struct db *try_open(struct err *err)
{
    struct db_options options = { .conninfo = getenv("TEST_DB"), .program = "test", .timeout = 20 };

    return db_open(&options, err);
}

static struct db *open_db(void)
{
    struct err err;
    struct db *db = try_open(&err);

    if (!db)
        fail_msg("%s", err.msg);
    return db;
}

static void make_schema(void)
{
    CLEANUP(db_closep) struct db *db = open_db();
    struct err err;
    int applied;
    int version;

    if (migrate_run(db, &applied, &version, &err) < 0)
        fail_msg("%s", err.msg);
}

/* A connection that was cut may still be at work: the lock that it holds is waited for. */
static void empty(void)
{
    CLEANUP(db_closep) struct db *db = open_db();
    struct err err;

    if (db_script(db, wipe.name, wipe.text, &err) < 0)
        fail_msg("%s", err.msg);
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
    make_schema();
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

static void assert_value(const struct stmt *stmt, const char *wanted)
{
    CLEANUP(db_closep) struct db *db = open_db();
    CLEANUP(mem_freep) char *value = NULL;
    struct err err;

    if (db_value(db, stmt, STMT_NO_ARGS, &value, &err) < 0)
        fail_msg("%s", err.msg);
    assert_string_equal(value, wanted);
}

static int connect_and_run(int64_t retry, struct err *err)
{
    CLEANUP(db_closep) struct db *db = try_open(err);
    CLEANUP(run_result_release) struct run_result result = { 0 };
    struct run_options options = { .retry = retry };

    return db ? run_source(db, &source, detectors, &options, &result, err) : -1;
}

static int run(enum fault kind, int fault, int64_t retry, bool *ret_hit, struct err *err)
{
    int rc;

    fault_at(kind, fault);
    rc = connect_and_run(retry, err);
    *ret_hit = fault_hit();
    fault_at(FAULT_ONCE, 0);
    return rc;
}

/* A failure is never taken for success, leaves nothing half, and the next run makes it whole. */
static bool try_fault(enum fault kind, int n)
{
    struct err err = { 0 };
    bool unused;
    bool hit;

    empty();
    if (run(kind, n, 0, &hit, &err) == 0)
        assert_value(&counted, "4 1 1 2026-01-02");
    assert_value(&violations, "0");
    while (run(FAULT_ONCE, 0, 0, &unused, &err) < 0)
        if (err.code != ERR_BUSY || kind == FAULT_ONCE) /* what was left behind has the lock */
            fail_msg("after fault %d: %s", n, err.msg);
    assert_value(&violations, "0");
    assert_value(&counted, "4 1 1 2026-01-02");
    return hit;
}

/* Every step-th call, from a random one on, until one is not reached; FAULT_ALL: every one. */
static void try_faults(enum fault kind, int step)
{
    int tried = 0;
    int n = 1;

    if (getenv("FAULT_ALL"))
        step = 1;
    else
        n += (int)(getpid() % step);
    for (print_message("# from call %d on\n", n); try_fault(kind, n); n += step)
        tried++;
    print_message("# faults tried: %d\n", tried);
    assert_true(n > 600);
}

static void test_is_whole_after_a_failed_call_anywhere(void **state)
{
    (void)state;
    try_faults(FAULT_ONCE, 9);
}

static void test_is_whole_after_calls_fail_for_good_from_anywhere(void **state)
{
    (void)state;
    try_faults(FAULT_FOR_GOOD, 41);
}

static void test_is_whole_after_the_connection_was_lost_anywhere(void **state)
{
    (void)state;
    try_faults(FAULT_CUT, 31);
}

/* With time to try again, the run that lost its connection makes it whole itself. */
static void test_goes_on_after_the_connection_was_lost_anywhere(void **state)
{
    bool hit = true;

    (void)state;
    for (int n = 40; hit; n += 83) {
        struct err err = { 0 };

        empty();
        if (run(FAULT_CUT, n, 20, &hit, &err) < 0 && err.code != ERR_DB_DOWN)
            fail_msg("fault %d: %s", n, err.msg);
        assert_value(&violations, "0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_whole_after_a_failed_call_anywhere),
        cmocka_unit_test(test_is_whole_after_calls_fail_for_good_from_anywhere),
        cmocka_unit_test(test_is_whole_after_the_connection_was_lost_anywhere),
        cmocka_unit_test(test_goes_on_after_the_connection_was_lost_anywhere),
    };

    return cmocka_run_group_tests_name("fault", tests, set_up, tear_down);
}

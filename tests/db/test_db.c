#include "test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"
#include "db.h"
#include "migrate.h"
#include "sql.h"
#include "stop.h"

static struct db *open_with(int timeout, bool read_only)
{
    struct db_options options = {
        .conninfo = getenv("TEST_DB"), .program = "test", .timeout = timeout, .read_only = read_only
    };
    struct err err;
    struct db *db = db_open(&options, &err);

    if (!db)
        fail_msg("%s", err.msg);
    return db;
}

static int migrate(void **state)
{
    CLEANUP(db_closep) struct db *db = open_with(20, false);
    struct err err;
    int applied;
    int version;

    (void)state;
    return migrate_run(db, &applied, &version, &err);
}

static void test_every_statement_prepares(void **state)
{
    CLEANUP(db_closep) struct db *db = open_with(20, false);
    int tried = 0;

    (void)state;
    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++) {
        static const struct stmt_arg names[] = { { "leaf", "transactions" },
                                                 { "into", "subject_day" },
                                                 { "order", "score" },
                                                 { NULL, NULL } };
        CLEANUP(bound_release) struct bound bound = { 0 };
        CLEANUP(db_clearp) PGresult *res = NULL;
        struct err err;

        assert_int_equal(stmt_bind(*stmt, names, &bound, &err), 0);
        /* Other than one statement of its own: migrations, COPY, and the frame of detectors. */
        if (strstr((*stmt)->name, "sql_schema_") || strstr(bound.text, "COPY ") ||
            strstr(bound.text, ":detector") || strstr(bound.text, "pg_temp."))
            continue;
        res = PQprepare(db_conn(db), "", bound.text, 0, NULL);
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            fail_msg("%s: %s", (*stmt)->name, PQresultErrorMessage(res));
        tried++;
    }
    assert_true(tried > 40);
}

static void test_a_missing_parameter_is_an_error_that_names_it(void **state)
{
    static const struct stmt stmt = { "test", "SELECT :'a'::int + :'b'::int" };
    CLEANUP(db_closep) struct db *db = open_with(20, false);
    struct err err = { 0 };

    (void)state;
    assert_int_equal(db_run(db, &stmt, STMT_ARGS({ "a", "1" }), NULL, &err), -1);
    assert_string_equal(err.msg, "test: no value for b");
}

static void test_commit_of_a_failed_transaction_is_an_error(void **state)
{
    static const struct stmt bad = { "bad", "SELECT 1 / 0" };
    CLEANUP(db_closep) struct db *db = open_with(20, false);
    struct err err = { 0 };
    CLEANUP(db_rollbackp) struct db *txn = db_begin(db, &err);

    (void)state;
    assert_int_equal(db_run(db, &bad, STMT_NO_ARGS, NULL, &err), -1);
    assert_int_equal(err.code, ERR_VALUE);
    assert_int_equal(db_commit(&txn, &err), -1);
    assert_non_null(strstr(err.msg, "was rolled back"));
}

static void test_a_statement_that_takes_too_long_is_ended(void **state)
{
    static const struct stmt slow = { "slow", "SELECT pg_sleep(30)" };
    static const struct stmt one = { "one", "SELECT 1" };
    CLEANUP(db_closep) struct db *db = open_with(1, false);
    CLEANUP(mem_freep) char *value = NULL;
    struct err err = { 0 };

    (void)state;
    assert_int_equal(db_run(db, &slow, STMT_NO_ARGS, NULL, &err), -1);
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_int_equal(db_value(db, &one, STMT_NO_ARGS, &value, &err), 0); /* it goes on */
}

static void test_a_read_only_session_writes_nothing(void **state)
{
    static const struct stmt write = { "write", "CREATE TABLE t (a integer)" };
    CLEANUP(db_closep) struct db *db = open_with(20, true);
    struct err err = { 0 };

    (void)state;
    assert_int_equal(db_run(db, &write, STMT_NO_ARGS, NULL, &err), -1);
    assert_non_null(strstr(err.msg, "read-only"));
}

/* What results depend on is set at connect, whatever the database's defaults are. */
static void test_hostile_defaults_change_nothing(void **state)
{
    static const char *const defaults[] = {
        "default_transaction_isolation TO serializable",
        "datestyle TO 'German'",
        "search_path TO pg_catalog",
        "timezone TO 'Asia/Tokyo'",
        "default_transaction_read_only TO on",
        "bytea_output TO escape",
    };
    static const struct stmt seen = {
        "seen",
        "SELECT concat_ws(' ', current_setting('transaction_isolation'), date '2026-01-31',\n"
        "                 current_setting('search_path'), current_setting('timezone'),\n"
        "                 current_setting('transaction_read_only'), '\\x41'::bytea) AS s"
    };
    CLEANUP(db_closep) struct db *before = open_with(20, false);
    CLEANUP(db_closep) struct db *db = NULL;
    CLEANUP(mem_freep) char *value = NULL;
    struct err err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
        CLEANUP(mem_freep)
        char *text = mem_format("DO $$BEGIN EXECUTE format('ALTER DATABASE %%I SET %%s',"
                                " current_database(), $q$%s$q$); END$$",
                                defaults[i]);

        if (db_script(before, "default", text, &err) < 0)
            fail_msg("%s", err.msg);
    }
    db = open_with(20, false);
    if (db_value(db, &seen, STMT_NO_ARGS, &value, &err) < 0)
        fail_msg("%s", err.msg);
    assert_string_equal(value, "read committed 2026-01-31 public, pg_temp UTC off \\x41");
}

/* A signal while the server takes in the end of a COPY: what has to be said after it can be. */
static void test_a_copy_that_is_stopped_leaves_the_connection_usable(void **state)
{
    static const char slow[] = "CREATE TABLE slow (a integer);"
                               "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                               " $$BEGIN PERFORM pg_sleep(30); RETURN NEW; END$$;"
                               "CREATE TRIGGER wait BEFORE INSERT ON slow"
                               " FOR EACH ROW EXECUTE FUNCTION wait()";
    static const struct stmt into = { "into", "COPY slow FROM STDIN (FORMAT binary)" };
    static const struct stmt one = { "one", "SELECT 1" };
    CLEANUP(db_closep) struct db *db = open_with(20, false);
    CLEANUP(mem_freep) char *value = NULL;
    CLEANUP(copy_abort) struct copy copy = { 0 };
    struct err err = { 0 };

    (void)state;
    assert_int_equal(stop_init(&err), 0);
    assert_int_equal(db_script(db, "slow", slow, &err), 0);
    assert_int_equal(copy_begin(&copy, db, &into, STMT_NO_ARGS, &err), 0);
    pack_row(&copy.pack, 1);
    pack_i32(&copy.pack, 1);
    assert_int_equal(copy_put(&copy, NULL, 0, 1, &err), 0);
    assert_false(db_set_stoppable(db, true));
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    assert_int_equal(copy_end(&copy, &err), -1);
    assert_int_equal(err.code, ERR_STOPPED);
    assert_true(db_set_stoppable(db, false));
    assert_true(db_is_up(db));
    if (db_value(db, &one, STMT_NO_ARGS, &value, &err) < 0)
        fail_msg("%s", err.msg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_statement_prepares),
        cmocka_unit_test(test_a_missing_parameter_is_an_error_that_names_it),
        cmocka_unit_test(test_commit_of_a_failed_transaction_is_an_error),
        cmocka_unit_test(test_a_statement_that_takes_too_long_is_ended),
        cmocka_unit_test(test_a_read_only_session_writes_nothing),
        cmocka_unit_test(test_hostile_defaults_change_nothing),
        cmocka_unit_test(test_a_copy_that_is_stopped_leaves_the_connection_usable),
    };

    return cmocka_run_group_tests_name("db", tests, migrate, NULL);
}

#include "migrate.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "sql.h"
#include "text.h"

static const char prefix[] = "sql_schema_";

/* NNN of sql_schema_NNN_name; 0 for any other statement. */
static int64_t version_of(const struct stmt *stmt)
{
    CLEANUP(mem_freep) char *digits = NULL;
    int64_t version = 0;

    if (strncmp(stmt->name, prefix, strlen(prefix)) != 0)
        return 0;
    digits = mem_copy_n(stmt->name + strlen(prefix), 3);
    for (char *c = digits; *c == '0'; c++)
        *c = ' ';
    (void)text_to_i64(digits + strspn(digits, " "), 1, 999, &version);
    return version;
}

static int64_t newest(void)
{
    int64_t most = 0;

    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++)
        if (version_of(*stmt) > most)
            most = version_of(*stmt);
    return most;
}

static int current(struct db *db, int64_t *ret, struct err *err)
{
    CLEANUP(mem_freep) char *version = NULL;

    if (db_value(db, &sql_command_schema_version, STMT_NO_ARGS, &version, err) < 0)
        return -1;
    if (!text_to_i64(version, 0, INT32_MAX, ret))
        return err_set(err, ERR_SCHEMA, "the schema's version '%s' is no number", version);
    return 0;
}

static int apply(struct db *db, const struct stmt *stmt, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(db, err);
    char version[TEXT_I64_SIZE];
    char now[CLOCK_UTC_SIZE];

    if (!txn || db_script(db, stmt->name, stmt->text, err) < 0 ||
        db_run(db, &sql_command_schema_applied,
               STMT_ARGS({ "version", text_from_i64(version_of(stmt), version) },
                         { "name", stmt->name + strlen(prefix) }, { "now", clock_utc(now) }),
               NULL, err) < 0)
        return -1;
    return db_commit(&txn, err);
}

int migrate_run(struct db *db, int *ret_applied, int *ret_version, struct err *err)
{
    int64_t version = 0;

    if (current(db, &version, err) < 0 && err->code != ERR_SCHEMA)
        return -1;
    if (version > newest())
        return err_set(err, ERR_SCHEMA, "the schema is of version %lld, this txingest knows %lld",
                       (long long)version, (long long)newest());
    *ret_applied = 0;
    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++) {
        if (version_of(*stmt) <= version)
            continue;
        if (apply(db, *stmt, err) < 0)
            return err_wrap(err, "migration %s", (*stmt)->name + strlen(prefix));
        log_info("migration %s applied", (*stmt)->name + strlen(prefix));
        ++*ret_applied;
    }
    *ret_version = (int)newest();
    return 0;
}

int migrate_check(struct db *db, struct err *err)
{
    int64_t version;

    if (current(db, &version, err) < 0)
        return err->code == ERR_SCHEMA
                   ? err_set(err, ERR_SCHEMA,
                             "the database has no txmon schema: run 'txingest migrate'")
                   : -1;
    if (version < newest())
        return err_set(err, ERR_SCHEMA,
                       "the schema is of version %lld, %lld is needed: run 'txingest migrate'",
                       (long long)version, (long long)newest());
    if (version > newest())
        return err_set(err, ERR_SCHEMA,
                       "the schema is of version %lld, newer than this txingest, which knows %lld",
                       (long long)version, (long long)newest());
    return 0;
}

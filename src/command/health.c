#include "health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect.h"
#include "files.h"
#include "judge.h"
#include "migrate.h"
#include "reader.h"
#include "source.h"
#include "sql.h"

int health_server_is_safe(struct db *db, struct err *err)
{
    const char *known = getenv("TXMON_UNSAFE_SERVER"); // NOLINT(concurrency-mt-unsafe)
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, &sql_command_server_safety, STMT_NO_ARGS, &res, err) < 0)
        return -1;
    if (PQgetisnull(res, 0, 0) || (known && strcmp(known, "yes") == 0))
        return 0;
    return err_set(err, ERR_FAILED,
                   "the server runs with %s: what it calls committed can be lost, and the "
                   "checkpoint with it (TXMON_UNSAFE_SERVER=yes in the environment allows it)",
                   PQgetvalue(res, 0, 0));
}

/* problem: NULL where all is well. */
static void tell(struct health *health, const char *what, const char *problem)
{
    if (problem)
        (void)printf("problem  %s: %s\n", what, problem);
    else if (!health->quiet)
        (void)printf("ok       %s\n", what);
    health->problems += problem ? 1 : 0;
}

/* The newest file as a run would read it: its header is where a layout goes wrong. */
static void check_newest(struct health *health, const struct source *source,
                         const struct files *files)
{
    CLEANUP(reader_release) struct reader in = { 0 };
    const struct file *newest = &files->file[files->n - 1];
    CLEANUP(mem_freep) char *what = mem_format("source %s: %s", source->name, newest->path);
    struct err err;
    bool empty;

    tell(health, what, reader_open(source, newest, &in, &empty, &err) < 0 ? err.msg : NULL);
}

static void check_files(struct health *health, const struct source *source)
{
    CLEANUP(files_release) struct files files = { 0 };
    CLEANUP(mem_freep) char *what = NULL;
    CLEANUP(mem_freep) char *problem = NULL;
    struct err err;

    if (files_find(source, &files, &err) < 0)
        problem =
            mem_format("%s (make it so that this user can read it, or correct path)", err.msg);
    what = problem ? mem_format("source %s", source->name)
                   : mem_format("source %s: %zu files, %zu that wait", source->name, files.n,
                                files.unsettled);
    tell(health, what, problem);
    if (files.n > 0)
        check_newest(health, source, &files);
}

static void check_retention(struct health *health, const struct source *source,
                            const struct detectors *detectors)
{
    int64_t horizon = detectors ? detectors_horizon(detectors) : 0;
    CLEANUP(mem_freep) char *what = mem_format("source %s: retain_days", source->name);
    CLEANUP(mem_freep)
    char *problem =
        mem_format("%lld days are kept, but the detectors look back %lld: what they say "
                   "of a date would change when its past is dropped",
                   (long long)source->retain_days, (long long)horizon);

    if (source->retain_days > 0)
        tell(health, what, source->retain_days <= horizon ? problem : NULL);
}

void health_configuration(struct health *health)
{
    struct err err;
    CLEANUP(detectors_freep) struct detectors *detectors = detectors_read(health->conf, &err);
    CLEANUP(mem_freep) char *what = mem_format("configuration %s", conf_path(health->conf));
    const char *section;

    tell(health, what, detectors ? NULL : err.msg);
    if (!conf_section(health->conf, "source", 0))
        tell(health, what, "has no [source NAME] (txingest guess FILE writes one)");
    for (size_t i = 0; (section = conf_section(health->conf, "source", i)) != NULL; i++) {
        struct source source;

        if (source_read(health->conf, section, &source, &err) < 0) {
            tell(health, section, err.msg);
            continue;
        }
        check_files(health, &source);
        check_retention(health, &source, detectors);
    }
}

/* Each row of the statement is a thing, and what is wrong with it. */
static void check_rows(struct health *health, struct db *db, const struct stmt *stmt)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    struct err err;

    if (db_run(db, stmt, STMT_NO_ARGS, &res, &err) < 0)
        tell(health, stmt->name, err.msg);
    for (int row = 0; row < PQntuples(res); row++)
        tell(health, PQgetvalue(res, row, 0),
             PQgetisnull(res, row, 1) ? NULL : PQgetvalue(res, row, 1));
}

/* On a source that does not exist, so that they find nothing, and in vain. */
static int try_detectors(const struct detectors *detectors, struct db *db, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(db, err);
    CLEANUP(dates_release) struct dates dates = { 0 };

    dates_add(&dates, 0);
    return !txn || judge_open(db, err) < 0 ? -1 : judge_dates(detectors, db, "0", "0", &dates, err);
}

static void check_detectors(struct health *health, struct db *db)
{
    struct err err;
    CLEANUP(detectors_freep) struct detectors *detectors = detectors_read(health->conf, &err);
    CLEANUP(mem_freep) char *trouble = NULL;
    int rc;

    if (!detectors)
        return; /* said of the configuration */
    rc = try_detectors(detectors, db, &err);
    trouble = detectors_take_trouble(detectors);
    tell(health, "detectors", rc < 0 ? err.msg : trouble);
}

void health_database(struct health *health, struct db *db, const struct err *why)
{
    struct err err;
    bool usable;

    tell(health, "connection to the database", db ? NULL : why->msg);
    if (!db)
        return;
    check_rows(health, db, &sql_command_health_server);
    tell(health, "settings that a commit depends on",
         health_server_is_safe(db, &err) < 0 ? err.msg : NULL);
    usable = migrate_check(db, &err) == 0;
    tell(health, "schema", usable ? NULL : err.msg);
    if (usable || err.code == ERR_PERMISSION)
        check_rows(health, db, &sql_command_health_rights);
    if (usable)
        check_detectors(health, db);
}

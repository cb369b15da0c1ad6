#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backtest.h"
#include "conf.h"
#include "db.h"
#include "detect.h"
#include "dry.h"
#include "explain.h"
#include "guess.h"
#include "health.h"
#include "log.h"
#include "migrate.h"
#include "options.h"
#include "rejects.h"
#include "report.h"
#include "run.h"
#include "source.h"
#include "sql.h"
#include "stop.h"
#include "suppress.h"
#include "undo.h"
#include "validate.h"

enum { EXIT_USAGE = 2, EXIT_PARTIAL = 3, EXIT_SEVERE = 4, EXIT_SIGNAL = 128 };

static int exit_status(const struct err *err)
{
    switch (err->code) {
    case ERR_NONE:
        return EXIT_SUCCESS;
    case ERR_USAGE:
        return EXIT_USAGE;
    case ERR_SCHEMA:
        return 10;
    case ERR_BUSY:
        return 11;
    case ERR_PERMISSION:
        return 12;
    case ERR_REJECTED:
        return 13;
    case ERR_LEDGER:
        return 14;
    case ERR_STOPPED:
        return EXIT_SIGNAL + stop_signal();
    default:
        return EXIT_FAILURE;
    }
}

static struct db *connect_to(const struct options *options, const struct conf *conf,
                             struct err *err)
{
    struct db_options db = { .conninfo = options->conninfo,
                             .program = "txingest",
                             .work_mem = "64MB", /* a day's subjects grouped without a file */
                             .stoppable = true };
    int64_t timeout = 0;

    if (conf && conf_seconds(conf, "database", "timeout", &timeout, err) < 0)
        return NULL;
    if (!db.conninfo && conf)
        db.conninfo = conf_get(conf, "database", "conninfo");
    db.timeout = (int)timeout;
    db.read_only = options->dry_run || options->command == COMMAND_STATUS ||
                   options->command == COMMAND_REJECTS || options->command == COMMAND_EXPLAIN;
    return db_open(&db, err);
}

/* One source. Its failure is logged here, so that the next one can go on. */
static int do_source(struct db *db, const struct options *options, const struct run_options *run,
                     const struct source *source, const struct detectors *detectors)
{
    struct err err = { .code = ERR_NONE };
    CLEANUP(run_result_release) struct run_result result = { 0 };
    bool print = options->json || (!options->quiet && (isatty(STDOUT_FILENO) || options->verbose));
    int rc;

    if (options->dry_run) {
        rc = dry_run(db, source, run, &err);
    } else {
        rc = run_source(db, source, detectors, run, &result, &err);
        if (print)
            report_run(source->name, &result, rc < 0 ? &err : NULL, options->json);
    }
    if (rc < 0)
        log_event(LOG_ERROR, LOG_FIELDS({ "source", source->name }), "%s", err.msg);
    if (rc == 0 && result.trouble)
        return EXIT_FAILURE;
    if (rc == 0 && result.severe > 0)
        return EXIT_SEVERE;
    if (rc == 0 && !options->dry_run && strcmp(result.status, "partial") == 0)
        return EXIT_PARTIAL;
    return rc < 0 ? exit_status(&err) : EXIT_SUCCESS;
}

/* The sources that are asked for; *ret belongs to the caller. */
static int read_sources(const struct options *options, const struct conf *conf, struct source **ret,
                        size_t *ret_n, struct err *err)
{
    CLEANUP(mem_freep) struct source *sources = NULL;
    const char *section;
    size_t n = 0;

    for (size_t i = 0; (section = conf_section(conf, "source", i)) != NULL; i++) {
        sources = mem_resize(sources, n + 1, sizeof(*sources));
        if (source_read(conf, section, &sources[n], err) < 0)
            return -1;
        if (!options->source || strcmp(sources[n].name, options->source) == 0)
            n++;
    }
    if (n == 0)
        return options->source
                   ? err_set(err, ERR_USAGE, "%s has no [source %s]", conf_path(conf),
                             options->source)
                   : err_set(err, ERR_USAGE, "%s has no [source NAME]", conf_path(conf));
    *ret = TAKE(sources);
    *ret_n = n;
    return 0;
}

/* Of the sources only the named one. */
static int keep_source(const struct conf *conf, const char *name, struct source *sources, size_t *n,
                       struct err *err)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(sources[i].name, name) == 0) {
            sources[0] = sources[i];
            *n = 1;
            return 0;
        }
    return err_set(err, ERR_USAGE, "the run is one of source %s, which %s has not", name,
                   conf_path(conf));
}

/* The files that the command names, which are one source's. */
static int read_operands(const struct options *options, size_t n_sources, struct files *ret,
                         struct err *err)
{
    if (options->command == COMMAND_UNDO || options->n_operands == 0)
        return 0;
    if (options->command == COMMAND_SUPPRESS || options->command == COMMAND_UNSUPPRESS)
        return n_sources == 1 ? 0
                              : err_set(err, ERR_USAGE,
                                        "a suppression is one source's: --source NAME says whose");
    if (n_sources != 1)
        return err_set(err, ERR_USAGE, "files belong to one source: --source NAME says which");
    return files_given(options->operands, options->n_operands, ret, err);
}

static int read_suppression(const struct options *options, struct suppress *ret, struct err *err)
{
    if (options->command == COMMAND_UNSUPPRESS)
        *ret = (struct suppress){ .end = options->operands[0] };
    else if (options->n_operands == 2)
        *ret = (struct suppress){ .detector = options->operands[0],
                                  .subject = options->operands[1],
                                  .from = options->run.from,
                                  .until = options->run.to,
                                  .reason = options->reason };
    else
        return err_set(err, ERR_USAGE, "suppress takes a DETECTOR and a SUBJECT (--help)");
    return suppress_check(ret, err);
}

static int do_run(const struct options *options, const struct conf *conf, int *ret_status,
                  struct err *err)
{
    CLEANUP(mem_freep) char *undone = NULL; /* the source of the run that is to be undone */
    CLEANUP(mem_freep) struct source *sources = NULL;
    CLEANUP(detectors_freep) struct detectors *detectors = detectors_read(conf, err);
    CLEANUP(files_release) struct files given = { 0 };
    CLEANUP(db_closep) struct db *db = NULL;
    struct run_options run = options->run;
    struct suppress suppress = { 0 };
    size_t n = 0;

    if (!detectors || conf_seconds(conf, "database", "retry", &run.retry, err) < 0 ||
        read_sources(options, conf, &sources, &n, err) < 0 ||
        read_operands(options, n, &given, err) < 0)
        return -1;
    if (options->command == COMMAND_SUPPRESS || options->command == COMMAND_UNSUPPRESS) {
        if (read_suppression(options, &suppress, err) < 0)
            return -1;
        run.suppress = &suppress;
    } else if (options->command == COMMAND_VERDICTS)
        run.verdicts = &given;
    else if (given.n > 0)
        run.given = &given;
    db = connect_to(options, conf, err);
    if (!db || migrate_check(db, err) < 0 || health_server_is_safe(db, err) < 0 ||
        db_run(db, &sql_ingest_barrier, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    if (options->command == COMMAND_UNDO) {
        run.undo = options->operands[0];
        if (undo_source(db, options->operands[0], &undone, err) < 0 ||
            keep_source(conf, undone, sources, &n, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < n && stop_signal() == 0; i++) {
        int status = do_source(db, options, &run, &sources[i], detectors);

        /* Partial is the mildest; of failures the first one counts. */
        if (*ret_status == EXIT_SUCCESS || (*ret_status == EXIT_PARTIAL && status != EXIT_SUCCESS))
            *ret_status = status;
    }
    return 0;
}

static int do_migrate(const struct options *options, const struct conf *conf, struct err *err)
{
    CLEANUP(db_closep) struct db *db = connect_to(options, conf, err);
    int applied;
    int version;

    if (!db || migrate_run(db, &applied, &version, err) < 0)
        return -1;
    if (!options->quiet)
        (void)printf("the schema is of version %d, %d migrations applied\n", version, applied);
    return 0;
}

static int do_status(const struct options *options, const struct conf *conf, struct err *err)
{
    CLEANUP(db_closep) struct db *db = connect_to(options, conf, err);

    if (!db || migrate_check(db, err) < 0)
        return -1;
    return report_status(db, options->json, err);
}

static int do_validate(const struct options *options, const struct conf *conf, int *ret_status,
                       struct err *err)
{
    CLEANUP(mem_freep) struct source *sources = NULL;
    CLEANUP(files_release) struct files files = { 0 };
    int64_t rejected = 0;
    size_t n = 0;

    if (read_sources(options, conf, &sources, &n, err) < 0 ||
        read_operands(options, n, &files, err) < 0 ||
        validate_files(&sources[0], &files, options->json, &rejected, err) < 0)
        return -1;
    if (rejected > 0)
        *ret_status = EXIT_PARTIAL;
    return 0;
}

static int do_rejects(const struct options *options, const struct conf *conf, struct err *err)
{
    CLEANUP(mem_freep) struct source *sources = NULL;
    CLEANUP(db_closep) struct db *db = NULL;
    size_t n = 0;

    if (read_sources(options, conf, &sources, &n, err) < 0)
        return -1;
    if (n != 1)
        return err_set(err, ERR_USAGE, "rejects of which source? --source NAME says it");
    db = connect_to(options, conf, err);
    if (!db || migrate_check(db, err) < 0)
        return -1;
    return rejects_print(db, &sources[0], options->n_operands > 0 ? options->operands[0] : NULL,
                         options->export ? REJECTS_CSV
                         : options->json ? REJECTS_JSON
                                         : REJECTS_TEXT,
                         options->resolved, err);
}

static int do_suppressions(const struct options *options, const struct conf *conf, struct err *err)
{
    CLEANUP(db_closep) struct db *db = connect_to(options, conf, err);

    if (!db || migrate_check(db, err) < 0)
        return -1;
    return suppress_list(db, options->source, options->json, err);
}

static int do_explain(const struct options *options, const struct conf *conf, struct err *err)
{
    CLEANUP(detectors_freep) struct detectors *detectors = detectors_read(conf, err);
    CLEANUP(db_closep) struct db *db = NULL;

    if (!detectors)
        return -1;
    db = connect_to(options, conf, err);
    if (!db || migrate_check(db, err) < 0)
        return -1;
    return explain_print(db, detectors, options->source, options->operands[0], options->json, err);
}

/* tune and backtest. */
static int do_replay(const struct options *options, const struct conf *conf, int *ret_status,
                     struct err *err)
{
    CLEANUP(detectors_freep) struct detectors *detectors = detectors_read(conf, err);
    CLEANUP(mem_freep) struct source *sources = NULL;
    CLEANUP(mem_freep) char *trouble = NULL;
    CLEANUP(db_closep) struct db *db = NULL;
    const struct run_options *run = &options->run;
    size_t n = 0;
    int rc;

    if (!detectors || read_sources(options, conf, &sources, &n, err) < 0)
        return -1;
    if (n != 1)
        return err_set(err, ERR_USAGE, "the dates of which source? --source NAME says it");
    db = connect_to(options, conf, err);
    if (!db || migrate_check(db, err) < 0)
        return -1;
    if (options->command == COMMAND_TUNE)
        rc = tune_print(db, detectors,
                        &(struct tune_options){ .source = sources[0].name,
                                                .detector = options->operands[0],
                                                .sets = options->set,
                                                .n_sets = options->n_sets,
                                                .from = run->from,
                                                .to = run->to,
                                                .json = options->json },
                        err);
    else
        rc = backtest_write(db, detectors, sources[0].name, run->from, run->to, options->output,
                            err);
    trouble = detectors_take_trouble(detectors);
    if (trouble)
        *ret_status = EXIT_FAILURE;
    return rc;
}

static int do_check(const struct options *options, const struct conf *conf, int *ret_status)
{
    struct health health = { .conf = conf, .quiet = options->quiet };
    CLEANUP(db_closep) struct db *db = NULL;
    struct err err;

    health_configuration(&health);
    db = connect_to(options, conf, &err);
    health_database(&health, db, &err);
    if (health.problems > 0)
        *ret_status = EXIT_FAILURE;
    return 0;
}

static int do_guess(const struct options *options, struct err *err)
{
    CLEANUP(files_release) struct files files = { 0 };

    return files_given(options->operands, options->n_operands, &files, err) < 0
               ? -1
               : guess_files(&files, err);
}

static int work(const struct options *options, int *ret_status, struct err *err)
{
    CLEANUP(conf_freep) struct conf *conf = NULL;

    if (stop_init(err) < 0)
        return -1;
    if (options->command == COMMAND_GUESS)
        return do_guess(options, err);
    conf = conf_read(options->config, err);
    if (!conf)
        return -1;
    switch (options->command) {
    case COMMAND_MIGRATE:
        return do_migrate(options, conf, err);
    case COMMAND_STATUS:
        return do_status(options, conf, err);
    case COMMAND_CHECK:
        return do_check(options, conf, ret_status);
    case COMMAND_REJECTS:
        return do_rejects(options, conf, err);
    case COMMAND_EXPLAIN:
        return do_explain(options, conf, err);
    case COMMAND_TUNE:
    case COMMAND_BACKTEST:
        return do_replay(options, conf, ret_status, err);
    case COMMAND_VALIDATE:
        return do_validate(options, conf, ret_status, err);
    case COMMAND_GUESS:
    case COMMAND_RUN:
    case COMMAND_UNDO:
    case COMMAND_VERDICTS:
    case COMMAND_UNSUPPRESS:
        break;
    case COMMAND_SUPPRESS:
        if (options->n_operands == 0)
            return do_suppressions(options, conf, err);
        break;
    }
    return do_run(options, conf, ret_status, err);
}

int main(int argc, char *argv[])
{
    struct options options = { 0 };
    struct err err = { .code = ERR_NONE };
    int status = EXIT_SUCCESS;
    int rc;

    /* Batches of rows come and go: each is mapped by itself, so that it goes back whole. */
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 18); // NOLINT(concurrency-mt-unsafe): one thread
    log_init("txingest", LOG_WARN);
    rc = options_read(argc, argv, &options, &err);
    if (rc == 0)
        return EXIT_SUCCESS;
    if (rc > 0) {
        log_init("txingest", options.verbose > 1 ? LOG_DEBUG
                             : options.verbose   ? LOG_INFO
                                                 : LOG_WARN);
        rc = work(&options, &status, &err);
    }
    if (rc < 0) {
        log_error("%s", err.msg);
        status = exit_status(&err);
    }
    return status;
}

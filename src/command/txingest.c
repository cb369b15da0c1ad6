#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "backtest.h"
#include "exits.h"
#include "explain.h"
#include "file.h"
#include "guess.h"
#include "health.h"
#include "json_out.h"
#include "log.h"
#include "migrate.h"
#include "rejects.h"
#include "report.h"
#include "runs.h"
#include "session.h"
#include "stop.h"
#include "suppress.h"
#include "validate.h"

typedef int command_fn(struct session *session, struct err *err);

static int do_migrate(struct session *session, struct err *err)
{
    int applied;
    int version;

    if (session_connect(session, err) < 0 || migrate_run(session->db, &applied, &version, err) < 0)
        return -1;
    if (!session->options->quiet)
        (void)printf("the schema is of version %d, %d migrations applied\n", version, applied);
    return 0;
}

static int do_status(struct session *session, struct err *err)
{
    if (session_db(session, err) < 0)
        return -1;
    return report_status(session->db, session->options->json, err);
}

static int do_check(struct session *session, struct err *err)
{
    struct health health = { .conf = session->conf, .quiet = session->options->quiet };
    int rc;

    health_configuration(&health);
    rc = session_connect(session, err);
    health_database(&health, rc < 0 ? NULL : session->db, err);
    if (health.problems > 0)
        session->status = EXIT_FAILURE;
    return 0;
}

static int do_validate(struct session *session, struct err *err)
{
    int64_t rejected = 0;

    if (session_sources(session, err) < 0 || session_files(session, err) < 0 ||
        validate_files(&session->sources[0], &session->given, session->options->json, &rejected,
                       err) < 0)
        return -1;
    if (rejected > 0)
        session->status = EXIT_PARTIAL;
    return 0;
}

static int do_guess(struct session *session, struct err *err)
{
    return session_files(session, err) < 0 ? -1 : guess_files(&session->given, err);
}

static int do_rejects(struct session *session, struct err *err)
{
    const struct options *options = session->options;
    enum rejects_as as = options->export ? REJECTS_CSV
                         : options->json ? REJECTS_JSON
                                         : REJECTS_TEXT;

    if (session_source(session, "rejects of which source?", err) < 0 ||
        session_db(session, err) < 0)
        return -1;
    return rejects_print(session->db, &session->sources[0],
                         options->n_operands > 0 ? options->operands[0] : NULL, as,
                         options->resolved, err);
}

static int do_explain(struct session *session, struct err *err)
{
    const struct options *options = session->options;

    if (session_detectors(session, err) < 0 || session_db(session, err) < 0)
        return -1;
    return explain_print(session->db, session->detectors, options->source, options->operands[0],
                         options->json, err);
}

static int do_tune(struct session *session, struct err *err)
{
    const struct options *options = session->options;

    return tune_print(session->db, session->detectors,
                      &(struct tune_options){ .source = session->sources[0].name,
                                              .detector = options->operands[0],
                                              .sets = options->set,
                                              .n_sets = options->n_sets,
                                              .from = options->run.from,
                                              .to = options->run.to,
                                              .json = options->json },
                      err);
}

static int do_backtest(struct session *session, struct err *err)
{
    const struct options *options = session->options;

    return backtest_write(session->db, session->detectors, session->sources[0].name,
                          options->run.from, options->run.to, options->output, err);
}

static int replay(struct session *session, command_fn *command, struct err *err)
{
    CLEANUP(mem_freep) char *trouble = NULL;
    int rc;

    if (session_detectors(session, err) < 0 ||
        session_source(session, "the dates of which source?", err) < 0 ||
        session_db(session, err) < 0)
        return -1;
    rc = command(session, err);
    trouble = detectors_take_trouble(session->detectors);
    if (trouble)
        session->status = EXIT_FAILURE;
    return rc;
}

static int do_suppressions(struct session *session, struct err *err)
{
    if (session_db(session, err) < 0)
        return -1;
    return suppress_list(session->db, session->options->source, session->options->json, err);
}

static int work(struct session *session, struct err *err)
{
    const struct options *options = session->options;

    if (stop_init(err) < 0)
        return -1;
    if (options->command == COMMAND_GUESS)
        return do_guess(session, err);
    if (session_conf(session, err) < 0)
        return -1;
    switch (options->command) {
    case COMMAND_MIGRATE:
        return do_migrate(session, err);
    case COMMAND_STATUS:
        return do_status(session, err);
    case COMMAND_CHECK:
        return do_check(session, err);
    case COMMAND_REJECTS:
        return do_rejects(session, err);
    case COMMAND_EXPLAIN:
        return do_explain(session, err);
    case COMMAND_TUNE:
        return replay(session, do_tune, err);
    case COMMAND_BACKTEST:
        return replay(session, do_backtest, err);
    case COMMAND_VALIDATE:
        return do_validate(session, err);
    case COMMAND_SUPPRESS:
        if (options->n_operands == 0)
            return do_suppressions(session, err);
        return runs_do(session, err);
    default:
        return runs_do(session, err);
    }
}

static bool is_for_its_output(const struct options *options)
{
    switch (options->command) {
    case COMMAND_RUN:
        return options->dry_run;
    case COMMAND_MIGRATE:
    case COMMAND_UNDO:
    case COMMAND_VERDICTS:
    case COMMAND_UNSUPPRESS:
        return false;
    case COMMAND_SUPPRESS:
        return options->n_operands == 0;
    default:
        return true;
    }
}

/* What was done is done, whether it can be told or not: then the status is its own. */
static int finish_output(const struct options *options, struct err *err)
{
    if (file_flush_output(err) == 0)
        return 0;
    if (is_for_its_output(options))
        return -1;
    log_error("%s", err->msg);
    return 0;
}

static enum log_level level_of(const struct options *options)
{
    return options->verbose > 1 ? LOG_DEBUG : options->verbose ? LOG_INFO : LOG_WARN;
}

int main(int argc, char *argv[])
{
    struct options options = { 0 };
    CLEANUP(session_release) struct session session = { .options = &options };
    struct err err = { .code = ERR_NONE };
    int rc;

    /* Batches of rows come and go: each is mapped by itself, so that it goes back whole. */
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 18); // NOLINT(concurrency-mt-unsafe): one thread
    file_hold_standard();
    log_init("txingest", LOG_WARN);
    json_init();
    rc = options_read(argc, argv, &options, &err);
    if (rc == 0)
        return EXIT_SUCCESS;
    if (rc > 0) {
        log_init("txingest", level_of(&options));
        rc = work(&session, &err);
        if (rc >= 0)
            rc = finish_output(&options, &err);
    }
    if (rc < 0) {
        log_error("%s", err.msg);
        return exit_status(&err);
    }
    return session.status;
}

#include "runs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dry.h"
#include "exits.h"
#include "health.h"
#include "log.h"
#include "report.h"
#include "run.h"
#include "sql.h"
#include "stop.h"
#include "suppress.h"
#include "undo.h"

static int status_of(int rc, const struct err *err, const struct run_result *result)
{
    if (rc < 0)
        return exit_status(err);
    if (result->trouble)
        return EXIT_FAILURE;
    if (result->severe > 0)
        return EXIT_SEVERE;
    return strcmp(result->status, "partial") == 0 ? EXIT_PARTIAL : EXIT_SUCCESS;
}

static int do_source(const struct session *session, const struct run_options *run,
                     const struct source *source)
{
    const struct options *options = session->options;
    bool print = options->json || (!options->quiet && (isatty(STDOUT_FILENO) || options->verbose));
    CLEANUP(run_result_release) struct run_result result = { 0 };
    struct err err = { .code = ERR_NONE };
    int rc;

    if (options->dry_run) {
        rc = dry_run(session->db, source, run, &err);
    } else {
        rc = run_source(session->db, source, session->detectors, run, &result, &err);
        if (print)
            report_run(source->name, &result, rc < 0 ? &err : NULL, options->json);
    }
    if (rc < 0)
        log_event(LOG_ERROR, LOG_FIELDS({ "source", source->name }), "%s", err.msg);
    return status_of(rc, &err, &result);
}

static int read_suppression(const struct session *session, struct suppress *ret, struct err *err)
{
    const struct options *options = session->options;

    if (session->n_sources != 1)
        return err_set(err, ERR_USAGE, "a suppression is one source's: --source NAME says whose");
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
    return suppress_check(ret, session->detectors, err);
}

/* What the run is about, as far as the command's operands say. */
static int read_operands(struct session *session, struct suppress *suppress,
                         struct run_options *run, struct err *err)
{
    switch (session->options->command) {
    case COMMAND_SUPPRESS:
    case COMMAND_UNSUPPRESS:
        run->suppress = suppress;
        return read_suppression(session, suppress, err);
    case COMMAND_UNDO:
        run->undo = session->options->operands[0];
        return 0;
    case COMMAND_VERDICTS:
        run->verdicts = &session->given;
        return session_files(session, err);
    default:
        if (session->options->n_operands > 0)
            run->given = &session->given;
        return session_files(session, err);
    }
}

static int connect_safely(struct session *session, struct err *err)
{
    if (session_db(session, err) < 0 || health_server_is_safe(session->db, err) < 0)
        return -1;
    return db_run(session->db, &sql_command_barrier, STMT_NO_ARGS, NULL, err);
}

/* The source of the run that is to be undone, alone. */
static int find_undone(struct session *session, const char *run, struct err *err)
{
    CLEANUP(mem_freep) char *source = NULL;

    if (undo_source(session->db, run, &source, err) < 0)
        return -1;
    return session_keep_source(session, source, err);
}

int runs_do(struct session *session, struct err *err)
{
    struct run_options run = session->options->run;
    struct suppress suppress = { 0 };

    if (session_detectors(session, err) < 0 ||
        conf_seconds(session->conf, "database", "retry", &run.retry, err) < 0 ||
        session_sources(session, err) < 0 || read_operands(session, &suppress, &run, err) < 0 ||
        connect_safely(session, err) < 0 || (run.undo && find_undone(session, run.undo, err) < 0))
        return -1;
    for (size_t i = 0; i < session->n_sources && stop_signal() == 0; i++)
        session->status =
            exit_first(session->status, do_source(session, &run, &session->sources[i]));
    return 0;
}

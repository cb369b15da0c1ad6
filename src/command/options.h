#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

#include "err.h"
#include "run.h"
#include "tune.h"

/* txingest's command line. Texts are argv's. */
enum command {
    COMMAND_RUN,
    COMMAND_MIGRATE,
    COMMAND_STATUS,
    COMMAND_CHECK,
    COMMAND_UNDO,
    COMMAND_VERDICTS,
    COMMAND_EXPLAIN,
    COMMAND_SUPPRESS,
    COMMAND_UNSUPPRESS,
    COMMAND_TUNE,
    COMMAND_BACKTEST,
    COMMAND_VALIDATE,
    COMMAND_GUESS,
    COMMAND_REJECTS
};

struct options {
    enum command command;
    char *const *operands; /* of the command */
    size_t n_operands;
    const char *config;
    const char *conninfo;
    const char *source;
    const char *date;
    const char *reason;             /* of a suppression */
    const char *output;             /* of a backtest; NULL: standard output */
    const char *set[TUNE_MAX_SETS]; /* of tune */
    size_t n_sets;
    struct run_options run;
    bool dry_run;
    bool json;
    bool export;   /* of rejects: as CSV */
    bool resolved; /* of rejects: those that are */
    bool quiet;
    int verbose;
};

/*
 * 1: *ret is set, go on; 0: --help or --version was asked for and printed; -1: what is
 * wrong is in err (ERR_USAGE).
 */
MUST_CHECK int options_read(int argc, char *argv[], struct options *ret, struct err *err);

/* Whether the command changes nothing in the database. */
bool options_only_read(const struct options *options);

#endif

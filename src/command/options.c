#include "options.h"

#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "db.h"
#include "severity.h"
#include "text.h"

static const char usage[] =
    "usage: txingest [OPTION…]            load what is new, as cron does\n"
    "       txingest --date D [OPTION…]   re-run a date (--from D --to D: dates)\n"
    "       txingest run FILE… [OPTION…]  load these files of a source; - is standard input\n"
    "       txingest migrate [OPTION…]    make the schema, or bring it up to date\n"
    "       txingest undo RUN             take out again what a run brought\n"
    "       txingest guess FILE…          a configuration section for such files\n"
    "       txingest validate FILE…       what the files hold, without a database\n"
    "       txingest verdicts FILE…       what was decided of transactions; - is standard input\n"
    "       txingest explain ID [--json]  an anomaly as arithmetic\n"
    "       txingest tune DETECTOR --set NAME=VALUE,… --from D --to D\n"
    "                                     what each value would have found; writes nothing\n"
    "       txingest backtest --from D --to D\n"
    "                                     replays dates, and gives every transaction's score as "
    "CSV\n"
    "       txingest suppress DETECTOR SUBJECT --from D --until D --reason TEXT\n"
    "                                     findings that are known are not shown; without\n"
    "                                     operands: lists what is suppressed\n"
    "       txingest unsuppress N         ends a suppression\n"
    "       txingest rejects [RUN]        the rejected records of a source, or of a run\n"
    "       txingest check                whether all is as a run needs it, and what to do\n"
    "       txingest status [--json]      what each source has come to\n"
    "\n"
    "  -c, --config FILE     the configuration (default: $TXMON_CONFIG, else " CONF_PATH ")\n"
    "  -d, --dbname CONNINFO libpq's connection string, instead of [database] conninfo\n"
    "  -s, --source NAME     this source alone\n"
    "      --date D          re-run this date, YYYY-MM-DD: files that brought it and have\n"
    "                        changed are loaded anew, its rollups and anomalies rebuilt;\n"
    "                        the checkpoint stays where it is\n"
    "      --from D --to D   the same for each date of a range, both ends included\n"
    "      --until D         of a suppression: its last date\n"
    "      --set NAME=V,V…   values that tune tries; several: every combination\n"
    "      --output FILE     of backtest, instead of standard output\n"
    "      --reason TEXT     of a suppression: why\n"
    "      --fail-on WORD    status 4 when the run leaves findings that are shown and of this\n"
    "                        severity or a higher one: low, medium, high, critical\n"
    "      --replace         load files anew that have other content than when they were loaded:\n"
    "                        the rows that they had brought are replaced\n"
    "      --as-new          or as new files: the rows that they had brought stay\n"
    "  -n, --dry-run         say what a run would do, and write nothing\n"
    "      --json            the summary as one JSON object a source; of explain, tune,\n"
    "                        suppress, rejects and status what they print\n"
    "      --export          rejects as a CSV file that can be corrected and loaded\n"
    "      --resolved        rejects that a corrected record took the place of, and which one\n"
    "  -v, --verbose         log what is done; twice: the details, too\n"
    "  -q, --quiet           print nothing but errors\n"
    "  -h, --help            this\n"
    "  -V, --version         the versions of txingest and libpq\n"
    "\n"
    "Exit status: 0 done, or nothing new; 1 failed; 2 usage or configuration; 3 done, with some\n"
    "records rejected within the limit; 4 findings at or above --fail-on; 10 schema missing or "
    "old; 11 another run holds the lock;\n"
    "12 permission; 13 reject limit exceeded; 14 a file is not what it was; 130, 143 signal.\n"
    "\n"
    "Configuration:\n";

static const struct {
    const char *name;
    const char *operands; /* as the message has them */
    int least;
    int most;
    enum command command;
} commands[] = {
    { "run", "files", 0, INT_MAX, COMMAND_RUN },
    { "migrate", "no operand", 0, 0, COMMAND_MIGRATE },
    { "status", "no operand", 0, 0, COMMAND_STATUS },
    { "check", "no operand", 0, 0, COMMAND_CHECK },
    { "undo", "RUN", 1, 1, COMMAND_UNDO },
    { "verdicts", "files", 1, INT_MAX, COMMAND_VERDICTS },
    { "explain", "the ID of an anomaly", 1, 1, COMMAND_EXPLAIN },
    { "suppress", "DETECTOR SUBJECT, or nothing", 0, 2, COMMAND_SUPPRESS },
    { "unsuppress", "the number of a suppression", 1, 1, COMMAND_UNSUPPRESS },
    { "tune", "a DETECTOR", 1, 1, COMMAND_TUNE },
    { "backtest", "no operand", 0, 0, COMMAND_BACKTEST },
    { "rejects", "at most one RUN", 0, 1, COMMAND_REJECTS },
    { "guess", "files", 1, INT_MAX, COMMAND_GUESS },
    { "validate", "files", 1, INT_MAX, COMMAND_VALIDATE },
};

static int read_command(int argc, char *argv[], struct options *options, struct err *err)
{
    int n = argc - optind - 1; /* operands */

    if (n < 0)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, argv[optind]) != 0)
            continue;
        if (n < commands[i].least || n > commands[i].most)
            return err_set(err, ERR_USAGE, "txingest %s takes %s (--help)", commands[i].name,
                           commands[i].operands);
        options->command = commands[i].command;
        options->operands = argv + optind + 1;
        options->n_operands = (size_t)n;
        return 0;
    }
    return err_set(err, ERR_USAGE, "'%s' is no command (--help lists them)", argv[optind]);
}

static int check_dates(struct run_options *run, const char *date, struct err *err)
{
    const char *const dates[] = { date, run->from, run->to };
    int32_t parsed;

    for (size_t i = 0; i < ARRAY_LEN(dates); i++)
        if (dates[i] && !text_to_date(dates[i], &parsed))
            return err_set(err, ERR_USAGE, "'%s' is not a date: YYYY-MM-DD, as 2026-01-31",
                           dates[i]);
    if (date && (run->from || run->to))
        return err_set(err, ERR_USAGE, "--date goes without --from and --to");
    if (!run->from != !run->to)
        return err_set(err, ERR_USAGE, "--from and --to (of a suppression --until) go together");
    if (run->from && strcmp(run->from, run->to) > 0)
        return err_set(err, ERR_USAGE, "the dates from %s to %s: the last is before the first",
                       run->from, run->to);
    if (date)
        run->from = run->to = date;
    return 0;
}

enum {
    OPTION_DATE = 256,
    OPTION_FROM,
    OPTION_TO,
    OPTION_REPLACE,
    OPTION_AS_NEW,
    OPTION_JSON,
    OPTION_EXPORT,
    OPTION_RESOLVED,
    OPTION_REASON,
    OPTION_FAIL_ON,
    OPTION_SET,
    OPTION_OUTPUT,
};

/* Options that are kept as they are given, and where. */
static const struct {
    int option;
    size_t offset;
} texts[] = {
    { 'c', offsetof(struct options, config) },
    { 'd', offsetof(struct options, conninfo) },
    { 's', offsetof(struct options, source) },
    { OPTION_DATE, offsetof(struct options, date) },
    { OPTION_FROM, offsetof(struct options, run.from) },
    { OPTION_TO, offsetof(struct options, run.to) },
    { OPTION_OUTPUT, offsetof(struct options, output) },
    { OPTION_REASON, offsetof(struct options, reason) },
    { OPTION_FAIL_ON, offsetof(struct options, run.fail_on) },
};

/* Likewise those that are only there or not. */
static const struct {
    int option;
    size_t offset;
} flags[] = {
    { OPTION_REPLACE, offsetof(struct options, run.replace) },
    { OPTION_AS_NEW, offsetof(struct options, run.as_new) },
    { 'n', offsetof(struct options, dry_run) },
    { OPTION_JSON, offsetof(struct options, json) },
    { OPTION_EXPORT, offsetof(struct options, export) },
    { OPTION_RESOLVED, offsetof(struct options, resolved) },
    { 'q', offsetof(struct options, quiet) },
};

static bool take_kept(int option, struct options *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].option == option) {
            *(const char **)((char *)ret + texts[i].offset) = optarg;
            return true;
        }
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        if (flags[i].option == option) {
            *(bool *)((char *)ret + flags[i].offset) = true;
            return true;
        }
    return false;
}

/* One option. 1: go on; 0: it was --help or --version; -1: it is none. */
static int take_option(int option, struct options *ret)
{
    if (take_kept(option, ret))
        return 1;
    switch (option) {
    case OPTION_SET:
        if (ret->n_sets == TUNE_MAX_SETS)
            return -1;
        ret->set[ret->n_sets++] = optarg;
        return 1;
    case 'v':
        ret->verbose++;
        return 1;
    case 'h':
        (void)fputs(usage, stdout);
        conf_help(stdout);
        return 0;
    case 'V':
        (void)printf("txingest %s (libpq %d)\n", VERSION, PQlibVersion());
        return 0;
    default:
        return -1;
    }
}

int options_read(int argc, char *argv[], struct options *ret, struct err *err)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "dbname", required_argument, NULL, 'd' },
        { "source", required_argument, NULL, 's' },
        { "date", required_argument, NULL, OPTION_DATE },
        { "from", required_argument, NULL, OPTION_FROM },
        { "to", required_argument, NULL, OPTION_TO },
        { "until", required_argument, NULL, OPTION_TO },
        { "set", required_argument, NULL, OPTION_SET },
        { "output", required_argument, NULL, OPTION_OUTPUT },
        { "reason", required_argument, NULL, OPTION_REASON },
        { "fail-on", required_argument, NULL, OPTION_FAIL_ON },
        { "replace", no_argument, NULL, OPTION_REPLACE },
        { "as-new", no_argument, NULL, OPTION_AS_NEW },
        { "dry-run", no_argument, NULL, 'n' },
        { "json", no_argument, NULL, OPTION_JSON },
        { "export", no_argument, NULL, OPTION_EXPORT },
        { "resolved", no_argument, NULL, OPTION_RESOLVED },
        { "verbose", no_argument, NULL, 'v' },
        { "quiet", no_argument, NULL, 'q' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int option;
    int taken;

    opterr = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread
    while ((option = getopt_long(argc, argv, "c:d:s:nvqhV", longs, NULL)) != -1) {
        taken = take_option(option, ret);
        if (taken == 0)
            return 0;
        if (taken < 0)
            return err_set(err, ERR_USAGE, "'%s' is no option, or lacks its value (--help)",
                           argv[optind - 1]);
    }
    if (ret->run.fail_on && !severity_is(ret->run.fail_on))
        return err_set(err, ERR_USAGE, "--fail-on '%s' is none of low, medium, high, critical",
                       ret->run.fail_on);
    if (read_command(argc, argv, ret, err) < 0)
        return -1;
    if (ret->run.as_new && ret->run.replace)
        return err_set(err, ERR_USAGE,
                       "--replace and --as-new: what such a file had brought goes, or it stays");
    if (ret->dry_run && ret->command != COMMAND_RUN)
        return err_set(err, ERR_USAGE, "--dry-run goes with loading files alone");
    if (check_dates(&ret->run, ret->date, err) < 0)
        return -1;
    return 1;
}

bool options_only_read(const struct options *options)
{
    return options->dry_run || options->command == COMMAND_STATUS ||
           options->command == COMMAND_REJECTS || options->command == COMMAND_EXPLAIN;
}

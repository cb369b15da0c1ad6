#include "judge.h"

#include <string.h>

#include "log.h"
#include "shared.h"
#include "sql.h"
#include "text.h"

/* One detector's run on one date. */
struct judge {
    const struct detectors *detectors;
    struct db *db;
    const char *source_id;
    const char *run_id;
    char date[TEXT_DATE_SIZE];
};

static int run_one(const struct judge *judge, const struct detector *d, struct err *err)
{
    struct stmt_arg args[STMT_MAX_PARAMS + 1] = {
        { "source", judge->source_id },
        { "date", judge->date },
        { "run", judge->run_id },
        { "detector_name", d->name },
    };

    memcpy(args + 4, d->params, (size_t)d->n_params * sizeof(args[0]));
    return db_run(judge->db, &d->stmt, args, NULL, err);
}

/* The line of the user's file that the server's error is about; 0: it did not say, or none is. */
static int line_of(const struct judge *judge, const struct detector *d)
{
    CLEANUP(bound_release) struct bound bound = { 0 };
    int left = db_error_position(judge->db) - 1; /* characters before it */
    struct err err;
    int line = 1 - d->lines_before;

    if (left < 0 || stmt_bind(&d->stmt, NULL, &bound, &err) < 0)
        return 0;
    for (const char *c = bound.text; *c && left > 0; c++) {
        bool first_byte = ((unsigned char)c[0] & 0xc0) != 0x80;

        left -= first_byte ? 1 : 0;
        line += *c == '\n' ? 1 : 0;
    }
    return line > 0 ? line : 0;
}

static void keep_trouble(const struct judge *judge, const struct detector *d, int line,
                         const struct err *why)
{
    CLEANUP(mem_freep)
    char *text = line > 0 ? mem_format("%s:%d: %s", d->path, line, why->msg)
                          : mem_format("%s: %s", d->path, why->msg);

    if (judge->detectors->trouble->text)
        log_info("%s: %s", judge->date, text);
    else
        log_error("%s (date %s): the others go on", text, judge->date);
    if (!judge->detectors->trouble->text)
        judge->detectors->trouble->text = TAKE(text);
}

/* What ends a run, whoever's statement it was under way in: a full disk or too little memory is no
 * fault of the detector's, and it would have found something. */
static bool is_ours(const struct err *err)
{
    return err->code == ERR_DB_DOWN || err->code == ERR_STOPPED || err->code == ERR_SYSTEM;
}

static int run_guarded(const struct judge *judge, const struct detector *d, struct err *err)
{
    struct err why = { .code = ERR_NONE };
    int line;

    if (db_run(judge->db, &sql_common_savepoint, STMT_NO_ARGS, NULL, err) < 0 ||
        db_run(judge->db, &sql_judge_detect_guard, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    if (run_one(judge, d, &why) < 0) {
        if (is_ours(&why)) {
            *err = why;
            return -1;
        }
        line = line_of(judge, d);
        if (db_run(judge->db, &sql_common_savepoint_back, STMT_NO_ARGS, NULL, err) < 0)
            return -1;
        keep_trouble(judge, d, line, &why);
    }
    if (db_run(judge->db, &sql_common_savepoint_release, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    return db_run(judge->db, &sql_judge_detect_unguard, STMT_NO_ARGS, NULL, err);
}

int judge_open(struct db *db, struct err *err)
{
    if (db_run(db, &sql_judge_detect_open, STMT_NO_ARGS, NULL, err) < 0 || shared_open(db, err) < 0)
        return -1;
    return db_run(db, &sql_judge_detect_share, STMT_NO_ARGS, NULL, err);
}

static bool reads_shared(const struct detectors *detectors)
{
    for (size_t i = 0; i < detectors->n; i++)
        if (detectors->detector[i]->reads_shared)
            return true;
    return false;
}

int judge_dates(const struct detectors *detectors, struct db *db, const char *source_id,
                const char *run_id, const struct dates *dates, struct err *err)
{
    struct judge judge = {
        .detectors = detectors, .db = db, .source_id = source_id, .run_id = run_id
    };

    bool shared = reads_shared(detectors);

    for (size_t d = 0; d < dates->n; d++) {
        (void)text_from_date(dates->date[d], judge.date);
        if (shared && shared_compute(db, source_id, judge.date, err) < 0)
            return -1;
        for (size_t i = 0; i < detectors->n; i++) {
            const struct detector *detector = detectors->detector[i];

            if ((detector->path ? run_guarded(&judge, detector, err)
                                : run_one(&judge, detector, err)) < 0)
                return -1;
        }
    }
    return 0;
}

int judge_publish(const struct detectors *detectors, struct db *db, const char *source_id,
                  const char *run_id, struct err *err)
{
    const struct severity *severity = &detectors->severity;

    return db_run(db, &sql_judge_detect_publish,
                  STMT_ARGS({ "source", source_id }, { "run", run_id },
                            { "settings", detectors->settings }, { "medium", severity->medium },
                            { "high", severity->high }, { "critical", severity->critical },
                            { "alerts", detectors->alerts }),
                  NULL, err);
}

int judge_close(struct db *db, struct err *err)
{
    if (db_run(db, &sql_judge_detect_close, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    return shared_close(db, err);
}

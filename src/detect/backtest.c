#include "backtest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "detector.h"
#include "file.h"
#include "judge.h"
#include "log.h"
#include "replay.h"
#include "sql.h"
#include "text.h"

/* In quotes where it needs them. */
static void print_field(FILE *out, const char *text)
{
    bool quoted = text[strcspn(text, ",\"\r\n")] != '\0';

    if (quoted)
        (void)fputc('"', out);
    for (; *text; text++) {
        if (quoted && *text == '"')
            (void)fputc('"', out);
        (void)fputc(*text, out);
    }
    if (quoted)
        (void)fputc('"', out);
}

static void print_rows(FILE *out, const PGresult *res)
{
    for (int row = 0; row < PQntuples(res); row++)
        for (int column = 0; column < PQnfields(res); column++) {
            print_field(out, PQgetvalue(res, row, column));
            (void)fputc(column + 1 < PQnfields(res) ? ',' : '\n', out);
        }
}

/* The detectors, asked for all that they have to say and not for findings alone. */
struct asked {
    struct detectors detectors;
    struct detector *asked;
};

static void asked_release(struct asked *asked)
{
    for (size_t i = 0; i < asked->detectors.n; i++) {
        mem_freep(&asked->asked[i].stmt.name);
        mem_freep(&asked->asked[i].stmt.text);
    }
    free(asked->asked);
    free(asked->detectors.detector);
}

/* What is not so much as a finding counts, too: there is no least score. */
static void ask(struct detector *asked, const struct detector *known)
{
    static const struct stmt_arg none = { "min_score", "0" };

    *asked = *known;
    asked->stmt.name = mem_format("backtest %s", known->name);
    asked->stmt.text =
        detector_within(&sql_judge_backtest_score, known->select, &asked->lines_before);
    asked->params[known->n_params] = (struct stmt_arg){ "found_from", none.value };
    asked->n_params++;
    for (int i = 0; i < known->n_params; i++)
        if (strcmp(known->params[i].name, none.name) == 0) {
            asked->params[known->n_params].value = known->params[i].value;
            asked->params[i].value = none.value;
        }
}

/* Of those built in, the ones that look at transactions: what others say is about whole days. */
static struct asked ask_all(const struct detectors *known)
{
    struct asked asked = { .detectors = *known };

    asked.detectors.n = 0;
    asked.asked = mem_resize(NULL, known->n, sizeof(asked.asked[0]));
    asked.detectors.detector = mem_resize(NULL, known->n, sizeof(asked.detectors.detector[0]));
    for (size_t i = 0; i < known->n; i++) {
        struct detector *next = &asked.asked[asked.detectors.n];

        if (!known->detector[i]->path && !known->detector[i]->reads_shared)
            continue;
        ask(next, known->detector[i]);
        asked.detectors.detector[asked.detectors.n++] = next;
    }
    return asked;
}

/* A page at a time: a date may have any number of transactions. */
static int print_scores(struct db *db, FILE *out, struct err *err)
{
    int n;

    if (db_run(db, &sql_judge_backtest_cursor, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    do {
        CLEANUP(db_clearp) PGresult *res = NULL;

        if (db_run(db, &sql_judge_backtest_page, STMT_NO_ARGS, &res, err) < 0)
            return -1;
        print_rows(out, res);
        if (fflush(out) != 0)
            return err_set(err, ERR_SYSTEM, "writing: %m");
        n = PQntuples(res);
    } while (n > 0);
    return db_run(db, &sql_judge_backtest_close, STMT_NO_ARGS, NULL, err);
}

static int print_date(const struct replay *replay, const struct detectors *detectors,
                      const struct dates *date, FILE *out, struct err *err)
{
    char text[TEXT_DATE_SIZE];

    log_info("backtest: %s", dates_first(date, text));
    if (replay_judge(replay, detectors, date, err) < 0 ||
        db_run(replay->db, &sql_judge_backtest_scores,
               STMT_ARGS({ "source", replay->source_id }, { "date", text }), NULL, err) < 0 ||
        print_scores(replay->db, out, err) < 0)
        return -1;
    return db_run(replay->db, &sql_judge_backtest_clear, STMT_NO_ARGS, NULL, err);
}

static int print_batch(const struct replay *replay, const struct detectors *detectors,
                       const struct dates *dates, FILE *out, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = replay_begin(replay, dates, err);

    if (!txn || db_run(txn, &sql_judge_backtest_open, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    for (size_t i = 0; i < dates->n; i++)
        if (print_date(replay, detectors, &(struct dates){ .date = dates->date + i, .n = 1 }, out,
                       err) < 0)
            return -1;
    return 0;
}

static int print_all(const struct replay *replay, const struct detectors *detectors, FILE *out,
                     struct err *err)
{
    struct dates batch;
    size_t at = 0;

    (void)fputs("transaction_id,score,account_id,date,detectors\n", out);
    while (replay_next(replay, &at, &batch))
        if (print_batch(replay, detectors, &batch, out, err) < 0)
            return -1;
    return fflush(out) != 0 ? err_set(err, ERR_SYSTEM, "writing: %m") : 0;
}

/* The name that the file has until it is whole; NULL: a device, or whatever is no file, is written
 * itself. */
static char *part_of(const char *output)
{
    struct stat st;

    return stat(output, &st) == 0 && !S_ISREG(st.st_mode) ? NULL : mem_format("%s.part", output);
}

static int write_file(const struct replay *replay, const struct detectors *detectors,
                      const char *output, struct err *err)
{
    CLEANUP(file_closep) FILE *file = NULL;
    CLEANUP(mem_freep) char *part = part_of(output);

    file = fopen(part ? part : output, "we");
    if (!file)
        return err_set(err, ERR_SYSTEM, "%s: %m", part ? part : output);
    if (print_all(replay, detectors, file, err) < 0) {
        if (part)
            (void)remove(part);
        return err_wrap(err, "%s", output);
    }
    return part && rename(part, output) < 0 ? err_set(err, ERR_SYSTEM, "%s: %m", output) : 0;
}

int backtest_write(struct db *db, const struct detectors *detectors, const char *source,
                   const char *from, const char *to, const char *output, struct err *err)
{
    CLEANUP(replay_release) struct replay replay = { 0 };
    CLEANUP(asked_release) struct asked asked = ask_all(detectors);

    if (replay_open(&replay, db, source, from, to, err) < 0)
        return -1;
    return output ? write_file(&replay, &asked.detectors, output, err)
                  : print_all(&replay, &asked.detectors, stdout, err);
}

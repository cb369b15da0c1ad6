#include "backtest.h"

#include <stdio.h>
#include <string.h>

#include "file.h"
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

/* A page at a time: a date may have any number of transactions. */
static int print_date(const struct replay *replay, const struct detectors *detectors, int32_t date,
                      FILE *out, struct err *err)
{
    CLEANUP(dates_release) struct dates dates = { 0 };
    CLEANUP(db_rollbackp) struct db *txn = NULL;
    char text[TEXT_DATE_SIZE];
    int n;

    dates_add(&dates, date);
    txn = replay_judge(replay, detectors, &dates, err);
    if (!txn ||
        db_run(txn, &sql_ingest_backtest_scores,
               STMT_ARGS({ "source", replay->source_id }, { "date", text_from_date(date, text) }),
               NULL, err) < 0 ||
        db_run(txn, &sql_ingest_backtest_open, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    do {
        CLEANUP(db_clearp) PGresult *res = NULL;

        if (db_run(txn, &sql_ingest_backtest_page, STMT_NO_ARGS, &res, err) < 0)
            return -1;
        print_rows(out, res);
        n = PQntuples(res);
    } while (n > 0);
    return ferror(out) ? err_set(err, ERR_SYSTEM, "writing: %m") : 0;
}

static int print_all(const struct replay *replay, const struct detectors *detectors, FILE *out,
                     struct err *err)
{
    (void)fputs("transaction_id,score,account_id,date,detectors\n", out);
    for (size_t i = 0; i < replay->dates.n; i++) {
        char date[TEXT_DATE_SIZE];

        log_info("backtest: %s", text_from_date(replay->dates.date[i], date));
        if (print_date(replay, detectors, replay->dates.date[i], out, err) < 0)
            return -1;
    }
    return fflush(out) != 0 ? err_set(err, ERR_SYSTEM, "writing: %m") : 0;
}

int backtest_write(struct db *db, const struct detectors *detectors, const char *source,
                   const char *from, const char *to, const char *output, struct err *err)
{
    CLEANUP(replay_release) struct replay replay = { 0 };
    CLEANUP(file_closep) FILE *file = NULL;
    CLEANUP(mem_freep) char *part = output ? mem_format("%s.part", output) : NULL;

    if (replay_open(&replay, db, source, from, to, err) < 0)
        return -1;
    if (!output)
        return print_all(&replay, detectors, stdout, err);
    file = fopen(part, "we");
    if (!file)
        return err_set(err, ERR_SYSTEM, "%s: %m", part);
    if (print_all(&replay, detectors, file, err) < 0) {
        (void)remove(part);
        return -1;
    }
    return rename(part, output) == 0 ? 0 : err_set(err, ERR_SYSTEM, "%s: %m", output);
}

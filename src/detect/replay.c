#include "replay.h"

#include <stdio.h>

#include "sql.h"
#include "text.h"

/* No run is 0. */
#define NO_RUN "0"

/* Dates of one transaction. */
#define BATCH ((size_t)200)

int replay_open(struct replay *ret, struct db *db, const char *source, const char *from,
                const char *to, struct err *err)
{
    CLEANUP(db_clearp) PGresult *found = NULL;
    CLEANUP(db_clearp) PGresult *res = NULL;
    int32_t date;

    *ret = (struct replay){ .db = db };
    if (!from)
        return err_set(err, ERR_USAGE, "which dates? --from D --to D says it");
    if (db_run(db, &sql_judge_source_find, STMT_ARGS({ "source", source }), &found, err) < 0)
        return -1;
    if (PQntuples(found) == 0)
        return err_set(err, ERR_USAGE, "nothing of source %s has been loaded yet", source);
    (void)snprintf(ret->source_id, sizeof(ret->source_id), "%s", PQgetvalue(found, 0, 0));
    if (db_run(db, &sql_judge_rerun_dates,
               STMT_ARGS({ "source", ret->source_id }, { "from", from }, { "to", to }), &res,
               err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++)
        if (text_to_date(PQgetvalue(res, row, 0), &date))
            dates_add(&ret->dates, date);
    if (ret->dates.n == 0)
        return err_set(err, ERR_USAGE, "source %s has no loaded date from %s to %s", source, from,
                       to);
    return 0;
}

void replay_release(struct replay *replay)
{
    dates_release(&replay->dates);
}

bool replay_next(const struct replay *replay, size_t *at, struct dates *ret)
{
    size_t left = replay->dates.n - *at;

    *ret = (struct dates){ .date = replay->dates.date + *at, .n = left < BATCH ? left : BATCH };
    *at += ret->n;
    return ret->n > 0;
}

struct db *replay_begin(const struct replay *replay, const struct dates *dates, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(replay->db, err);
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];

    if (!txn || db_run(txn, &sql_judge_replay_open, STMT_NO_ARGS, NULL, err) < 0 ||
        db_run(txn, &sql_judge_replay_keep,
               STMT_ARGS({ "source", replay->source_id }, { "first", dates_first(dates, first) },
                         { "last", dates_last(dates, last) }),
               NULL, err) < 0 ||
        judge_open(txn, err) < 0)
        return NULL;
    return TAKE(txn);
}

int replay_judge(const struct replay *replay, const struct detectors *detectors,
                 const struct dates *dates, struct err *err)
{
    return judge_dates(detectors, replay->db, replay->source_id, NO_RUN, dates, err);
}

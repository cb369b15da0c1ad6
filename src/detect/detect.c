#include "detect.h"

#include "judge.h"
#include "sql.h"
#include "text.h"

int detectors_reach(const struct detectors *detectors, struct db *db, const char *source_id,
                    const struct changed *changed, struct dates *ret, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    char horizon[TEXT_I64_SIZE];
    char learned[TEXT_I64_SIZE];
    int32_t date;

    if (db_run(db, &sql_judge_detect_dates,
               STMT_ARGS({ "source", source_id }, { "dates", changed->dates },
                         { "after", changed->after }, { "from", changed->from },
                         { "to", changed->to },
                         { "horizon", text_from_i64(detectors->horizon, horizon) },
                         { "learned", text_from_i64(detectors->learned, learned) }),
               &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++) {
        if (!text_to_date(PQgetvalue(res, row, 0), &date))
            return err_set(err, ERR_DB, "detect: '%s' is no date", PQgetvalue(res, row, 0));
        dates_add(ret, date);
    }
    return 0;
}

/* Adds those that their change reaches to the dates themselves. */
static int add_judged(const struct detectors *detectors, struct db *db, const char *source_id,
                      struct dates *dates, struct err *err)
{
    CLEANUP(mem_freep) char *text = dates_text(dates);
    char from[TEXT_DATE_SIZE];
    char to[TEXT_DATE_SIZE];
    const struct changed changed = {
        .dates = text, .after = "{}", .from = dates_first(dates, from), .to = dates_last(dates, to)
    };

    return detectors_reach(detectors, db, source_id, &changed, dates, err);
}

int detectors_forget(struct db *db, const char *source_id, int32_t after,
                     const struct dates *judged, struct err *err)
{
    char text[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];

    return db_run(db, &sql_judge_base_clear,
                  STMT_ARGS({ "source", source_id }, { "after", text_from_date(after, text) },
                            { "to", dates_last(judged, last) }),
                  NULL, err);
}

int detectors_judge(const struct detectors *detectors, struct db *db, const char *source_id,
                    const char *run_id, const struct dates *dates, struct err *err)
{
    CLEANUP(mem_freep) char *all = dates_text(dates);
    const struct stmt_arg *args =
        STMT_ARGS({ "source", source_id }, { "dates", all }, { "run", run_id });

    if (db_run(db, &sql_judge_detect_clear, args, NULL, err) < 0 || judge_open(db, err) < 0 ||
        judge_dates(detectors, db, source_id, run_id, dates, err) < 0 ||
        judge_publish(detectors, db, source_id, run_id, err) < 0 || judge_close(db, err) < 0 ||
        db_run(db, &sql_judge_risk_account, args, NULL, err) < 0 ||
        db_run(db, &sql_judge_risk_transaction, args, NULL, err) < 0)
        return -1;
    return db_run(db, &sql_judge_detect_count, args, NULL, err);
}

/*
 * Verdicts find their transactions among those that now are of the dates, and lose those that
 * are gone.
 */
static int resolve_verdicts(struct db *db, const char *source_id, const struct dates *dates,
                            struct err *err)
{
    CLEANUP(mem_freep) char *text = dates_text(dates);
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];
    const struct stmt_arg *args =
        STMT_ARGS({ "source", source_id }, { "dates", text },
                  { "first", dates_first(dates, first) }, { "last", dates_last(dates, last) });

    if (db_run(db, &sql_judge_verdict_lose, args, NULL, err) < 0)
        return -1;
    return db_run(db, &sql_judge_verdict_meet, args, NULL, err);
}

int detectors_run(const struct detectors *detectors, struct db *db, const char *source_id,
                  const char *run_id, const struct dates *changed, struct err *err)
{
    CLEANUP(dates_release) struct dates dates = { 0 };

    for (size_t i = 0; i < changed->n; i++)
        dates_add(&dates, changed->date[i]);
    if (resolve_verdicts(db, source_id, changed, err) < 0 ||
        add_judged(detectors, db, source_id, &dates, err) < 0 ||
        detectors_forget(db, source_id, changed->date[0], &dates, err) < 0)
        return -1;
    return detectors_judge(detectors, db, source_id, run_id, &dates, err);
}

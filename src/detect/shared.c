#include "shared.h"

#include "sql.h"

int shared_open(struct db *db, struct err *err)
{
    return db_run(db, &sql_judge_shared_open, STMT_NO_ARGS, NULL, err);
}

int shared_close(struct db *db, struct err *err)
{
    return db_run(db, &sql_judge_shared_close, STMT_NO_ARGS, NULL, err);
}

/* The columns of sql/judge/shared_window.sql. */
enum { DETAIL_FROM, KNOWN_UNTIL, IS_KNOWN, LOADED_DAYS };

/* A date and how far back it is compared. */
struct shared {
    struct db *db;
    const char *source_id;
    const char *date;
    PGresult *window;
};

static void shared_release(struct shared *shared)
{
    PQclear(shared->window);
}

static bool is_known(const struct shared *shared)
{
    return PQgetvalue(shared->window, 0, IS_KNOWN)[0] == 't';
}

static int run(const struct shared *shared, const struct stmt *const *steps, size_t n,
               struct err *err)
{
    const struct stmt_arg *args =
        STMT_ARGS({ "source", shared->source_id }, { "date", shared->date },
                  { "detail_from", PQgetvalue(shared->window, 0, DETAIL_FROM) },
                  { "known_until", PQgetvalue(shared->window, 0, KNOWN_UNTIL) },
                  { "loaded_days", PQgetvalue(shared->window, 0, LOADED_DAYS) });

    for (size_t i = 0; i < n; i++)
        if (db_run(shared->db, steps[i], args, NULL, err) < 0)
            return -1;
    return 0;
}

/* How accounts were before the date. */
static int look_at_accounts(const struct shared *shared, struct err *err)
{
    CLEANUP(db_clearp) PGresult *missing = NULL;

    if (db_run(shared->db, &sql_judge_base_missing,
               STMT_ARGS({ "source", shared->source_id }, { "date", shared->date }), &missing,
               err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(missing); row++)
        if (db_run(shared->db, &sql_judge_base_account,
                   STMT_ARGS({ "source", shared->source_id },
                             { "as_of", PQgetvalue(missing, row, 0) },
                             { "base_from", PQgetvalue(missing, row, 1) },
                             { "detail_from", PQgetvalue(missing, row, 2) }),
                   NULL, err) < 0)
            return -1;
    return 0;
}

/* Everything of the date but the scorecard. */
static int compute_features(struct shared *shared, struct err *err)
{
    static const struct stmt *const clear[] = { &sql_judge_shared_clear,
                                                &sql_judge_scorecard_clear };
    static const struct stmt *const verdicts[] = { &sql_judge_base_merchant,
                                                   &sql_judge_base_victim };
    static const struct stmt *const features[] = { &sql_judge_feature };
    static const struct stmt *const bins[] = { &sql_judge_scorecard_bin, &sql_judge_scorecard_day };

    if (db_run(shared->db, &sql_judge_shared_window,
               STMT_ARGS({ "source", shared->source_id }, { "date", shared->date }),
               &shared->window, err) < 0 ||
        look_at_accounts(shared, err) < 0 || run(shared, clear, ARRAY_LEN(clear), err) < 0)
        return -1;
    if (is_known(shared) && run(shared, verdicts, ARRAY_LEN(verdicts), err) < 0)
        return -1;
    if (run(shared, features, ARRAY_LEN(features), err) < 0)
        return -1;
    return run(shared, bins, is_known(shared) ? ARRAY_LEN(bins) : 0, err);
}

/* The bins of earlier dates that the date learns from, where these had no verdicts yet to learn
 * from. */
static int fill_bins(struct db *db, const char *source_id, const char *date, struct err *err)
{
    CLEANUP(db_clearp) PGresult *missing = NULL;

    if (db_run(db, &sql_judge_scorecard_missing,
               STMT_ARGS({ "source", source_id }, { "date", date }), &missing, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(missing); row++) {
        CLEANUP(shared_release)
        struct shared before = { .db = db,
                                 .source_id = source_id,
                                 .date = PQgetvalue(missing, row, 0) };
        static const struct stmt *const bins[] = { &sql_judge_scorecard_bin,
                                                   &sql_judge_scorecard_day };

        if (compute_features(&before, err) < 0 ||
            (!is_known(&before) && run(&before, bins, ARRAY_LEN(bins), err) < 0))
            return -1;
    }
    return 0;
}

int shared_compute(struct db *db, const char *source_id, const char *date, struct err *err)
{
    static const struct stmt *const card[] = { &sql_judge_scorecard_learn,
                                               &sql_judge_scorecard_card };
    CLEANUP(shared_release)
    struct shared shared = { .db = db, .source_id = source_id, .date = date };

    if (fill_bins(db, source_id, date, err) < 0 || compute_features(&shared, err) < 0)
        return -1;
    return run(&shared, card, is_known(&shared) ? ARRAY_LEN(card) : 0, err);
}

#include "shared.h"

#include "sql.h"

/* In the order in which each needs what those before it left. */
static const struct stmt *const steps[] = {
    &sql_ingest_shared_clear,    &sql_ingest_scorecard_clear,   &sql_ingest_base_account,
    &sql_ingest_base_overall,    &sql_ingest_base_pair,         &sql_ingest_base_payee,
    &sql_ingest_base_merchant,   &sql_ingest_base_victim,       &sql_ingest_shared_analyze,
    &sql_ingest_feature,         &sql_ingest_scorecard_bin,     &sql_ingest_scorecard_day,
    &sql_ingest_scorecard_learn, &sql_ingest_transaction_score, &sql_ingest_scored_analyze,
};

int shared_open(struct db *db, struct err *err)
{
    return db_run(db, &sql_ingest_shared_open, STMT_NO_ARGS, NULL, err);
}

int shared_close(struct db *db, struct err *err)
{
    return db_run(db, &sql_ingest_shared_close, STMT_NO_ARGS, NULL, err);
}

/* The columns of sql/ingest/shared_window.sql. */
enum { BASE_FROM, DETAIL_FROM, KNOWN_UNTIL, LOADED_DAYS };

int shared_compute(struct db *db, const char *source_id, const char *date, struct err *err)
{
    CLEANUP(db_clearp) PGresult *window = NULL;
    const struct stmt_arg *args = STMT_ARGS({ "source", source_id }, { "date", date });

    if (db_run(db, &sql_ingest_shared_window, args, &window, err) < 0)
        return -1;
    args = STMT_ARGS({ "source", source_id }, { "date", date },
                     { "base_from", PQgetvalue(window, 0, BASE_FROM) },
                     { "detail_from", PQgetvalue(window, 0, DETAIL_FROM) },
                     { "known_until", PQgetvalue(window, 0, KNOWN_UNTIL) },
                     { "loaded_days", PQgetvalue(window, 0, LOADED_DAYS) });
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (db_run(db, steps[i], args, NULL, err) < 0)
            return -1;
    return 0;
}

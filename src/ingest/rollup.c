#include "rollup.h"

#include "sql.h"

/* In this order: total is the sum over account. */
static const struct stmt *const rollups[] = {
    &sql_ingest_rollup_leaves,  &sql_ingest_rollup_account, &sql_ingest_rollup_merchant,
    &sql_ingest_rollup_channel, &sql_ingest_rollup_country, &sql_ingest_rollup_total,
    &sql_ingest_rollup_hour,
};

int rollup_rebuild(struct db *db, const char *source_id, const char *dates, struct err *err)
{
    const struct stmt_arg *args = STMT_ARGS({ "source", source_id }, { "dates", dates });
    CLEANUP(db_clearp) PGresult *stale = NULL;

    /* A date that is new has nothing to clear, and looking for it would read the whole month. */
    if (db_run(db, &sql_ingest_rollup_stale, args, &stale, err) < 0)
        return -1;
    if (PQntuples(stale) > 0 && db_run(db, &sql_ingest_rollup_clear, args, NULL, err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(rollups); i++)
        if (db_run(db, rollups[i], args, NULL, err) < 0)
            return -1;
    return 0;
}

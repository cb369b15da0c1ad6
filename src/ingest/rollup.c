#include "rollup.h"

#include "leaf.h"
#include "sql.h"
#include "text.h"

static const struct stmt *const rollups[] = {
    &sql_ingest_rollup_account,
    &sql_ingest_rollup_merchant,
    &sql_ingest_rollup_cells,
};

/* Dates of one month, and where their subjects' days go. The first and the last one say to the
 * planner which leaves are concerned: a list of dates does not. */
struct month {
    struct db *db;
    const char *source_id;
    struct dates dates;
    char from[TEXT_DATE_SIZE]; /* of the month */
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];
};

static void month_release(struct month *month)
{
    dates_release(&month->dates);
}

static int rebuild(const struct month *month, const char *dates, const char *into, struct err *err)
{
    const struct stmt_arg *args =
        STMT_ARGS({ "source", month->source_id }, { "dates", dates }, { "first", month->first },
                  { "last", month->last }, { "into", into });

    for (size_t i = 0; i < ARRAY_LEN(rollups); i++)
        if (db_run(month->db, rollups[i], args, NULL, err) < 0)
            return -1;
    return 0;
}

/* A month that has its leaf: what the dates had goes first. */
static int rebuild_known(const struct month *month, const char *dates, const char *leaf,
                         bool *fresh, struct err *err)
{
    const struct stmt_arg *args = STMT_ARGS({ "source", month->source_id }, { "dates", dates },
                                            { "first", month->first }, { "last", month->last });
    CLEANUP(db_clearp) PGresult *stale = NULL;

    /* A date that is new has nothing to clear, and looking for it would read the whole month. */
    if (db_run(month->db, &sql_ingest_rollup_stale, args, &stale, err) < 0)
        return -1;
    if (PQntuples(stale) > 0) {
        *fresh = false;
        if (db_run(month->db, &sql_ingest_rollup_clear, args, NULL, err) < 0)
            return -1;
    }
    args = STMT_ARGS({ "leaf", leaf });
    if (rebuild(month, dates, "subject_day", err) < 0 ||
        db_run(month->db, &sql_ingest_rollup_summarize, args, NULL, err) < 0)
        return -1;
    return db_run(month->db, &sql_ingest_leaf_analyze, args, NULL, err);
}

/* A new month: its leaf is filled before its key is built. */
static int rebuild_new(const struct month *month, const char *dates, struct err *err)
{
    CLEANUP(mem_freep) char *name = NULL;

    if (db_value(month->db, &sql_ingest_rollup_open,
                 STMT_ARGS({ "source", month->source_id }, { "from", month->from }), &name,
                 err) < 0 ||
        rebuild(month, dates, name, err) < 0)
        return -1;
    return db_run(month->db, &sql_ingest_leaf_close, STMT_ARGS({ "leaf", name }), NULL, err);
}

static int rebuild_month(const struct month *month, bool *fresh, struct err *err)
{
    CLEANUP(mem_freep) char *dates = dates_text(&month->dates);
    CLEANUP(mem_freep) char *leaf = NULL;

    if (db_value(month->db, &sql_ingest_rollup_leaf,
                 STMT_ARGS({ "source", month->source_id }, { "from", month->from }), &leaf,
                 err) < 0)
        return -1;
    return leaf[0] ? rebuild_known(month, dates, leaf, fresh, err) : rebuild_new(month, dates, err);
}

int rollup_rebuild(struct db *db, const char *source_id, const struct dates *dates, bool *ret_fresh,
                   struct err *err)
{
    bool fresh = true;
    size_t i = 0;

    while (i < dates->n) {
        CLEANUP(month_release) struct month month = { .db = db, .source_id = source_id };
        int32_t from = text_month(dates->date[i]);

        (void)text_from_date(from, month.from);
        for (; i < dates->n && text_month(dates->date[i]) == from; i++)
            dates_add(&month.dates, dates->date[i]);
        (void)dates_first(&month.dates, month.first);
        (void)dates_last(&month.dates, month.last);
        if (rebuild_month(&month, &fresh, err) < 0)
            return -1;
    }
    if (ret_fresh)
        *ret_fresh = fresh;
    return 0;
}

#include "leaf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"
#include "text.h"

int leaves_read(struct db *db, const char *source_id, bool by_month, struct leaves *ret,
                struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, &sql_ingest_leaf_list, STMT_ARGS({ "source", source_id }), &res, err) < 0)
        return -1;
    *ret = (struct leaves){ .by_month = by_month };
    ret->n_existing = (size_t)PQntuples(res);
    ret->existing = mem_alloc((ret->n_existing + 1) * sizeof(ret->existing[0]));
    for (int row = 0; row < PQntuples(res); row++)
        (void)text_to_date(PQgetvalue(res, row, 0), &ret->existing[row]);
    return 0;
}

void leaves_release(struct leaves *leaves)
{
    for (size_t i = 0; i < leaves->n; i++)
        free(leaves->touched[i]);
    free(leaves->existing);
    *leaves = (struct leaves){ 0 };
}

static int compare(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

static void bounds(bool by_month, int32_t date, int32_t *ret_from, int32_t *ret_to)
{
    struct text_civil civil;

    *ret_from = date;
    *ret_to = date + 1;
    if (!by_month)
        return;
    text_civil(date, &civil);
    *ret_from = text_days(civil.year, civil.month, 1);
    *ret_to = text_days(civil.year + (civil.month == 12 ? 1 : 0), civil.month % 12 + 1, 1);
}

static struct leaf *touch(struct leaves *leaves, int32_t date)
{
    struct leaf leaf = { .state = LEAF_NEW };
    struct leaf *kept;

    bounds(leaves->by_month, date, &leaf.from, &leaf.to);
    if (bsearch(&leaf.from, leaves->existing, leaves->n_existing, sizeof(leaf.from), compare))
        leaf.state = LEAF_EXISTS;
    if (leaves->n == LEAVES_TOUCHED || (leaf.state == LEAF_NEW && leaves->n_new == LEAVES_MADE))
        return NULL;
    if (leaf.state == LEAF_NEW)
        leaves->n_new++;
    kept = mem_alloc(sizeof(*kept));
    *kept = leaf;
    return leaves->touched[leaves->n++] = kept;
}

struct leaf *leaves_find(struct leaves *leaves, int32_t date)
{
    for (size_t i = leaves->n; i > 0; i--)
        if (date >= leaves->touched[i - 1]->from && date < leaves->touched[i - 1]->to)
            return leaves->touched[i - 1];
    return touch(leaves, date);
}

int leaf_make(struct db *db, const char *source_id, struct leaf *leaf, struct err *err)
{
    CLEANUP(mem_freep) char *name = NULL;
    char from[TEXT_DATE_SIZE];
    char to[TEXT_DATE_SIZE];

    if (db_value(db, &sql_ingest_leaf_make,
                 STMT_ARGS({ "source", source_id }, { "from", text_from_date(leaf->from, from) },
                           { "to", text_from_date(leaf->to, to) }),
                 &name, err) < 0)
        return -1;
    (void)snprintf(leaf->name, sizeof(leaf->name), "%s", name);
    leaf->state = LEAF_MADE;
    return 0;
}

/* Rows share a key: removes all but the first of each, and builds the key again. */
static int close_with_twins(struct db *db, const struct stmt_arg *args, int64_t *ret_duplicate,
                            struct err *err)
{
    CLEANUP(mem_freep) char *gone = NULL;

    if (db_run(db, &sql_ingest_savepoint_back, STMT_NO_ARGS, NULL, err) < 0 ||
        db_value(db, &sql_ingest_leaf_dedupe, args, &gone, err) < 0 ||
        db_run(db, &sql_ingest_leaf_close, args, NULL, err) < 0)
        return -1;
    if (!text_to_i64(gone, 0, INT64_MAX, ret_duplicate))
        return err_set(err, ERR_DB, "removing duplicates: '%s' is no count", gone);
    return 0;
}

int leaf_finish(struct db *db, const struct leaf *leaf, int64_t *ret_duplicate, struct err *err)
{
    const struct stmt_arg *args = STMT_ARGS({ "leaf", leaf->name });

    *ret_duplicate = 0;
    if (db_run(db, &sql_ingest_savepoint, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    if (db_run(db, &sql_ingest_leaf_close, args, NULL, err) < 0 &&
        (err->code != ERR_UNIQUE || close_with_twins(db, args, ret_duplicate, err) < 0))
        return -1;
    if (db_run(db, &sql_ingest_savepoint_release, STMT_NO_ARGS, NULL, err) < 0 ||
        db_run(db, &sql_ingest_leaf_analyze, args, NULL, err) < 0)
        return -1;
    return 0;
}

#include "leaf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"
#include "text.h"

struct leaf_known {
    int32_t from;
    char name[64];
};

int leaves_read(struct db *db, const char *source_id, bool by_month, struct leaves *ret,
                struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, &sql_ingest_leaf_list, STMT_ARGS({ "source", source_id }), &res, err) < 0)
        return -1;
    *ret = (struct leaves){ .by_month = by_month };
    ret->n_existing = (size_t)PQntuples(res);
    ret->existing = mem_alloc((ret->n_existing + 1) * sizeof(ret->existing[0]));
    for (int row = 0; row < PQntuples(res); row++) {
        struct leaf_known *known = &ret->existing[row];

        (void)text_to_date(PQgetvalue(res, row, 0), &known->from);
        (void)snprintf(known->name, sizeof(known->name), "%s", PQgetvalue(res, row, 1));
    }
    return 0;
}

void leaves_release(struct leaves *leaves)
{
    for (size_t i = 0; i < leaves->n; i++) {
        batch_release(&leaves->touched[i]->batch);
        free(leaves->touched[i]);
    }
    free(leaves->existing);
    *leaves = (struct leaves){ 0 };
}

static int compare(const void *a, const void *b)
{
    int32_t x = ((const struct leaf_known *)a)->from;
    int32_t y = ((const struct leaf_known *)b)->from;

    return (x > y) - (x < y);
}

static void bounds(bool by_month, int32_t date, int32_t *ret_from, int32_t *ret_to)
{
    *ret_from = by_month ? text_month(date) : date;
    *ret_to = by_month ? text_next_month(date) : date + 1;
}

static struct leaf *touch(struct leaves *leaves, int32_t date)
{
    struct leaf leaf = { .state = LEAF_NEW };
    const struct leaf_known *known;
    struct leaf_known wanted;
    struct leaf *kept;

    bounds(leaves->by_month, date, &leaf.from, &leaf.to);
    wanted.from = leaf.from;
    known = bsearch(&wanted, leaves->existing, leaves->n_existing, sizeof(wanted), compare);
    if (known) {
        leaf.state = LEAF_KEYED;
        memcpy(leaf.name, known->name, sizeof(leaf.name));
    }
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
    leaf->state = LEAF_OPEN;
    return 0;
}

int leaf_close(struct db *db, struct leaf *leaf, struct err *err)
{
    leaf->state = LEAF_KEYED;
    return db_start(db, &sql_ingest_leaf_close, STMT_ARGS({ "leaf", leaf->name }), err);
}

int leaf_closed(struct db *db, int64_t *ret_duplicate, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_finish(db, &sql_ingest_leaf_close, &res, err) < 0)
        return -1;
    *ret_duplicate += db_i64(res, 0, 0);
    return 0;
}

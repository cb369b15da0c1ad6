#include "target.h"

#include "sql.h"
#include "text.h"

/* So many stragglers are a stream: their leaf is worth a COPY of its own. */
#define STREAM 1000

/* Of so many leaves it pays to find their rows in the staging table by an index. */
#define MANY_LEAVES 8

int target_begin(struct target *target, struct db *db, const char *source_id, bool by_month,
                 struct err *err)
{
    int64_t source;

    if (!text_to_i64(source_id, 1, INT32_MAX, &source))
        return err_set(err, ERR_DB, "source_id '%s' is out of range", source_id);
    target->db = db;
    target->source_id = source_id;
    target->source = (int32_t)source;
    target->newest = INT64_MIN;
    target->last_date = INT32_MIN;
    return leaves_read(db, source_id, by_month, &target->leaves, err);
}

void target_abort(struct target *target)
{
    copy_abort(&target->copy);
    spill_release(&target->spill);
    leaves_release(&target->leaves);
    dates_release(&target->made);
}

static int copy_into_stage(struct target *target, struct err *err)
{
    if (!target->staged && db_run(target->db, &sql_ingest_stage_make, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    target->staged = true;
    target->into = NULL;
    return copy_begin(&target->copy, target->db, &sql_ingest_stage_copy, STMT_NO_ARGS, err);
}

/* Ends the COPY that is open, if one is, and opens one for the leaf. */
static int turn_to(struct target *target, struct leaf *leaf, struct err *err)
{
    if (copy_is_open(&target->copy) && copy_end(&target->copy, err) < 0)
        return -1;
    if (leaf->state == LEAF_EXISTS)
        return copy_into_stage(target, err);
    if (leaf_make(target->db, target->source_id, leaf, err) < 0)
        return -1;
    target->into = leaf;
    return copy_begin(&target->copy, target->db, &sql_ingest_leaf_copy,
                      STMT_ARGS({ "leaf", leaf->name }), err);
}

static bool is_open_for(const struct target *target, const struct leaf *leaf)
{
    if (!copy_is_open(&target->copy))
        return false;
    return target->into ? target->into == leaf : leaf->state == LEAF_EXISTS;
}

/* Whether the leaf's rows should stream from here on. */
static bool is_due(const struct target *target, const struct leaf *leaf)
{
    if (!copy_is_open(&target->copy))
        return true;
    return leaf->state == LEAF_NEW && leaf->spilled >= STREAM;
}

static void pack_text(struct pack *pack, const struct csv_field *field)
{
    if (field->text)
        pack_bytes(pack, field->text, field->len);
    else
        pack_null(pack);
}

/* In the order of the columns in sql/ingest/leaf_copy.sql. */
static void pack_transaction(struct pack *pack, const struct target *target, const struct row *row,
                             int64_t line)
{
    pack_row(pack, 13);
    pack_i64(pack, row->ts);
    pack_i64(pack, target->run);
    pack_i64(pack, target->file);
    pack_i64(pack, line);
    pack_i32(pack, target->source);
    pack_i32(pack, row->date);
    pack_number(pack, &row->amount);
    pack_text(pack, &row->text[COLUMN_CURRENCY]);
    pack_text(pack, &row->text[COLUMN_ACCOUNT_ID]);
    pack_text(pack, &row->text[COLUMN_TRANSACTION_ID]);
    pack_text(pack, &row->text[COLUMN_MERCHANT_ID]);
    pack_text(pack, &row->text[COLUMN_CHANNEL]);
    pack_text(pack, &row->text[COLUMN_COUNTRY]);
}

enum target_put target_put(struct target *target, const struct row *row, int64_t line,
                           struct err *err)
{
    struct leaf *leaf = target->last;

    if (!leaf || row->date < leaf->from || row->date >= leaf->to)
        leaf = leaves_find(&target->leaves, row->date);
    if (!leaf)
        return TARGET_FULL;
    target->last = leaf;
    if (!is_open_for(target, leaf) && is_due(target, leaf) && turn_to(target, leaf, err) < 0)
        return TARGET_FAILED;
    if (leaf->state != LEAF_EXISTS)
        dates_add(&target->made, row->date);
    if (row->ts > target->newest)
        target->newest = row->ts;
    if (row->date > target->last_date)
        target->last_date = row->date;

    if (is_open_for(target, leaf)) {
        target->stage_rows += target->into ? 0 : 1;
        pack_transaction(&target->copy.pack, target, row, line);
        return copy_put(&target->copy, err) < 0 ? TARGET_FAILED : TARGET_TAKEN;
    }
    leaf->spilled++;
    pack_transaction(&target->spill.pack, target, row, line);
    return spill_put(&target->spill, err) < 0 ? TARGET_FAILED : TARGET_TAKEN;
}

/* The stragglers go to the staging table. */
static int stage_spill(struct target *target, struct err *err)
{
    if (target->spill.rows == 0)
        return 0;
    if (copy_into_stage(target, err) < 0 || spill_copy(&target->spill, &target->copy, err) < 0 ||
        copy_end(&target->copy, err) < 0)
        return -1;
    return target->leaves.n > MANY_LEAVES
               ? db_run(target->db, &sql_ingest_stage_index, STMT_NO_ARGS, NULL, err)
               : 0;
}

/* Moves a leaf's staged rows into it; *put_rows is increased by how many went in. */
static int merge(struct target *target, const struct leaf *leaf, int64_t *put_rows,
                 struct dates *dates, struct err *err)
{
    const struct stmt *stmt =
        leaf->state == LEAF_EXISTS ? &sql_ingest_stage_merge : &sql_ingest_leaf_fill;
    CLEANUP(db_clearp) PGresult *res = NULL;
    char from[TEXT_DATE_SIZE];
    char to[TEXT_DATE_SIZE];

    if (db_run(target->db, stmt,
               STMT_ARGS({ "leaf", leaf->name }, { "from", text_from_date(leaf->from, from) },
                         { "to", text_from_date(leaf->to, to) }),
               &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++) {
        int32_t date;

        if (!text_to_date(PQgetvalue(res, row, 0), &date))
            return err_set(err, ERR_DB, "%s: '%s' is no date", stmt->name, PQgetvalue(res, row, 0));
        dates_add(dates, date);
        *put_rows += db_i64(res, row, 1);
    }
    return 0;
}

static int merge_all(struct target *target, int64_t staged_rows, int64_t *ret_duplicate,
                     struct dates *dates, struct err *err)
{
    int64_t put_rows = 0;

    for (size_t i = 0; i < target->leaves.n; i++) {
        struct leaf *leaf = target->leaves.touched[i];

        if (leaf->state != LEAF_EXISTS && leaf->spilled == 0)
            continue;
        if (leaf->state == LEAF_NEW && leaf_make(target->db, target->source_id, leaf, err) < 0)
            return -1;
        if (merge(target, leaf, &put_rows, dates, err) < 0)
            return -1;
    }
    *ret_duplicate = staged_rows - put_rows;
    return 0;
}

int target_end(struct target *target, int64_t *ret_duplicate, struct dates *ret_dates,
               struct err *err)
{
    int64_t staged_rows = target->spill.rows + target->stage_rows;

    *ret_duplicate = 0;
    if (copy_is_open(&target->copy) && copy_end(&target->copy, err) < 0)
        return -1;
    if (stage_spill(target, err) < 0)
        return -1;
    if (target->staged && merge_all(target, staged_rows, ret_duplicate, ret_dates, err) < 0)
        return -1;
    for (size_t i = 0; i < target->leaves.n; i++) {
        int64_t twins;

        if (target->leaves.touched[i]->state != LEAF_MADE)
            continue;
        if (leaf_finish(target->db, target->leaves.touched[i], &twins, err) < 0)
            return -1;
        *ret_duplicate += twins;
    }
    for (size_t i = 0; i < target->made.n; i++)
        dates_add(ret_dates, target->made.date[i]);
    return 0;
}

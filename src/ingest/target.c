#include "target.h"

#include <inttypes.h>

#include "sql.h"
#include "text.h"

/* So much waits in memory, and as much again can be on its way: some 100,000 rows, a day of a
 * source that has leaves of days. */
#define HELD_MAX ((size_t)8 << 20)

/* After so many rows it is time to see whether the server takes more. */
#define PUSH_ROWS 256

/* A new leaf of which none of so many rows was is taken to be complete: input mostly comes by date.
 */
#define IDLE_ROWS 16384

/* A leaf that had its key, and to which so many rows came, has other statistics. */
#define ANALYZE_ROWS 1000

/* Of so many leaves it pays to find their rows in the staging table by an index. */
#define MANY_LEAVES 8

int target_begin(struct target *target, struct db *db, const char *source_id, bool by_month,
                 struct err *err)
{
    target->db = db;
    target->source_id = source_id;
    target->newest = INT64_MIN;
    target->last_date = INT32_MIN;
    return leaves_read(db, source_id, by_month, &target->leaves, err);
}

void target_origin(struct target *target, int64_t run, int64_t file)
{
    int64_t source = 0;

    (void)text_to_i64(target->source_id, 1, INT32_MAX, &source);
    batch_origin(&target->origin, run, file, (int32_t)source);
}

void target_abort(struct target *target)
{
    copy_abort(&target->copy);
    if (target->closing)
        db_cancel(target->db);
    batch_release(&target->batch);
    pack_release(&target->origin);
    leaves_release(&target->leaves);
    dates_release(&target->changed);
}

/* Waits for the key that the server builds, if it does. */
static int await_key(struct target *target, struct err *err)
{
    if (!target->closing)
        return 0;
    target->closing = NULL;
    return leaf_closed(target->db, &target->duplicate, err);
}

static int begin_copy(struct target *target, const struct stmt *stmt, struct err *err)
{
    target->sent = 0;
    return copy_begin(&target->copy, target->db, stmt, STMT_ARGS({ "leaf", target->sending->name }),
                      err);
}

static int begin_stage(struct target *target, struct err *err)
{
    if (!target->staged && db_run(target->db, &sql_ingest_stage_make, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    target->staged = true;
    target->sending->staged += (int64_t)target->batch.n;
    return begin_copy(target, &sql_ingest_stage_copy, err);
}

/* COPY into a leaf with its key: one row that is there already, and it was in vain. */
static int begin_keyed(struct target *target, struct err *err)
{
    if (db_run(target->db, &sql_common_savepoint, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    return begin_copy(target, &sql_ingest_keyed_copy, err);
}

static int begin_open(struct target *target, struct err *err)
{
    if (target->sending->state == LEAF_NEW &&
        leaf_make(target->db, target->source_id, target->sending, err) < 0)
        return -1;
    return begin_copy(target, &sql_ingest_leaf_copy, err);
}

/* Packs a piece of the batch. */
static void pack_piece(struct target *target)
{
    while (target->sent < target->batch.n && target->copy.pack.len < COPY_PIECE) {
        batch_pack(&target->batch, target->sent++, &target->origin, &target->copy.pack);
        target->copy.rows++;
    }
}

/* Sends as much of the batch as the server takes now. */
static int push(struct target *target, struct err *err)
{
    bool room = true;

    while (room && target->sent < target->batch.n) {
        pack_piece(target);
        if (copy_push(&target->copy, &room, err) < 0)
            return -1;
    }
    return 0;
}

/* Sends the rest of the batch, and hears that all of it was taken. */
static int push_all(struct target *target, struct err *err)
{
    while (target->sent < target->batch.n) {
        pack_piece(target);
        if (copy_put(&target->copy, NULL, 0, 0, err) < 0)
            return -1;
    }
    return copy_end(&target->copy, err);
}

static void note_dates(struct target *target)
{
    const struct batch *batch = &target->batch;

    for (size_t i = 0; i < batch->n; i++)
        if (i == 0 || batch_date(batch, i) != batch_date(batch, i - 1))
            dates_add(&target->changed, batch_date(batch, i));
}

/* The rows of a COPY that met a key: by way of the staging table, as all that follow. */
static int send_by_stage(struct target *target, struct err *err)
{
    target->sending->refused = true;
    if (db_run(target->db, &sql_common_savepoint_back, STMT_NO_ARGS, NULL, err) < 0 ||
        begin_stage(target, err) < 0)
        return -1;
    return push_all(target, err);
}

static int end_sending(struct target *target, struct err *err)
{
    struct leaf *leaf = target->sending;
    bool keyed = leaf->state == LEAF_KEYED && !leaf->refused;
    int rc = push_all(target, err);

    if (rc < 0 && keyed && err->code == ERR_UNIQUE)
        rc = send_by_stage(target, err);
    else if (rc == 0 && keyed)
        rc = db_run(target->db, &sql_common_savepoint_release, STMT_NO_ARGS, NULL, err);
    if (rc == 0 && !leaf->refused)
        note_dates(target);
    batch_release(&target->batch);
    target->sending = NULL;
    return rc;
}

/* The connection is free after this. */
static int settle_server(struct target *target, struct err *err)
{
    if (target->sending && end_sending(target, err) < 0)
        return -1;
    return await_key(target, err);
}

/* The rows that wait for the leaf begin to go to the server. */
static int send_batch(struct target *target, struct leaf *leaf, struct err *err)
{
    bool twins = batch_sort(&leaf->batch);

    if (settle_server(target, err) < 0)
        return -1;
    leaf->refused = leaf->refused || (twins && leaf->state == LEAF_KEYED);
    target->held -= batch_bytes(&leaf->batch);
    target->batch = leaf->batch;
    leaf->batch = (struct batch){ 0 };
    target->sending = leaf;
    if (leaf->state != LEAF_KEYED)
        return begin_open(target, err);
    leaf->came += (int64_t)target->batch.n;
    return leaf->refused ? begin_stage(target, err) : begin_keyed(target, err);
}

static int close_leaf(struct target *target, struct leaf *leaf, struct err *err)
{
    if (settle_server(target, err) < 0 || leaf_close(target->db, leaf, err) < 0)
        return -1;
    target->closing = leaf;
    return 0;
}

static struct leaf *largest(const struct target *target)
{
    struct leaf *found = NULL;

    for (size_t i = 0; i < target->leaves.n; i++) {
        struct leaf *leaf = target->leaves.touched[i];

        if (!found || batch_bytes(&leaf->batch) > batch_bytes(&found->batch))
            found = leaf;
    }
    return found;
}

static bool is_idle(const struct target *target, const struct leaf *leaf)
{
    return leaf->state == LEAF_OPEN && leaf->batch.n == 0 && target->rows - leaf->seen > IDLE_ROWS;
}

/* Gives the server rows as it takes them, and the key of a leaf to build when it has all of them.
 */
static int keep_busy(struct target *target, struct err *err)
{
    const struct leaves *leaves = &target->leaves;

    if (target->sending && target->sent < target->batch.n)
        return push(target, err);
    if (target->sending && end_sending(target, err) < 0)
        return -1;
    for (size_t i = 0; i < leaves->n && !target->closing; i++)
        if (is_idle(target, leaves->touched[i]) && close_leaf(target, leaves->touched[i], err) < 0)
            return -1;
    return 0;
}

enum target_put target_put(struct target *target, const struct row *row, int64_t line,
                           struct err *err)
{
    struct leaf *leaf = target->last;
    size_t before;

    if (!leaf || row->date < leaf->from || row->date >= leaf->to)
        leaf = leaves_find(&target->leaves, row->date);
    if (!leaf)
        return TARGET_FULL;
    target->last = leaf;
    leaf->seen = ++target->rows;
    if (row->ts > target->newest)
        target->newest = row->ts;
    if (row->date > target->last_date)
        target->last_date = row->date;
    before = batch_bytes(&leaf->batch);
    batch_add(&leaf->batch, row, line);
    target->held += batch_bytes(&leaf->batch) - before;
    if ((target->held > HELD_MAX && send_batch(target, largest(target), err) < 0) ||
        (target->rows % PUSH_ROWS == 0 && keep_busy(target, err) < 0))
        return TARGET_FAILED;
    return TARGET_TAKEN;
}

/* The staged rows of one leaf whose key is not there yet. *n grows by them. */
static int merge(struct target *target, const struct stmt_arg *args, int64_t *n, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(target->db, &sql_ingest_stage_merge, args, &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++) {
        int32_t date;

        *n += db_i64(res, row, 1);
        if (PQgetisnull(res, row, 0))
            target->duplicate += db_i64(res, row, 1);
        else if (text_to_date(PQgetvalue(res, row, 0), &date))
            dates_add(&target->changed, date);
    }
    return 0;
}

/* The staged rows of one leaf: each is either new, or a duplicate that is listed. */
static int settle(struct target *target, const struct leaf *leaf, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    char from[TEXT_DATE_SIZE];
    char to[TEXT_DATE_SIZE];
    const struct stmt_arg *args =
        STMT_ARGS({ "source", target->source_id }, { "from", text_from_date(leaf->from, from) },
                  { "to", text_from_date(leaf->to, to) });
    int64_t n;

    if (db_run(target->db, &sql_ingest_stage_twins, args, &res, err) < 0)
        return -1;
    n = db_i64(res, 0, 0);
    target->duplicate += n;
    if (n < leaf->staged && merge(target, args, &n, err) < 0)
        return -1;
    if (n == leaf->staged)
        return 0;
    return err_set(err, ERR_DB,
                   "%s: of %" PRId64 " rows %" PRId64 " were put in, or found to be there already",
                   leaf->name, leaf->staged, n);
}

static int analyze(struct target *target, const char *table, struct err *err)
{
    return db_run(target->db, &sql_ingest_leaf_analyze, STMT_ARGS({ "leaf", table }), NULL, err);
}

/* What is derived from the leaves follows, in this transaction. */
static int analyze_grown(struct target *target, struct err *err)
{
    const struct leaves *leaves = &target->leaves;

    for (size_t i = 0; i < leaves->n; i++)
        if (leaves->touched[i]->came >= ANALYZE_ROWS &&
            analyze(target, leaves->touched[i]->name, err) < 0)
            return -1;
    return 0;
}

static int settle_all(struct target *target, struct err *err)
{
    const struct leaves *leaves = &target->leaves;

    if (leaves->n > MANY_LEAVES &&
        db_run(target->db, &sql_ingest_stage_index, STMT_NO_ARGS, NULL, err) < 0)
        return -1;
    if (analyze(target, "stage", err) < 0)
        return -1;
    for (size_t i = 0; i < leaves->n; i++)
        if (leaves->touched[i]->staged > 0 && settle(target, leaves->touched[i], err) < 0)
            return -1;
    return 0;
}

int target_end(struct target *target, struct err *err)
{
    struct leaves *leaves = &target->leaves;

    for (size_t i = 0; i < leaves->n; i++)
        if (leaves->touched[i]->batch.n > 0 && send_batch(target, leaves->touched[i], err) < 0)
            return -1;
    for (size_t i = 0; i < leaves->n; i++)
        if (leaves->touched[i]->state == LEAF_OPEN &&
            close_leaf(target, leaves->touched[i], err) < 0)
            return -1;
    if (settle_server(target, err) < 0)
        return -1;
    if (target->staged && settle_all(target, err) < 0)
        return -1;
    return analyze_grown(target, err);
}

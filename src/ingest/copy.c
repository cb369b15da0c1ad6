#include "copy.h"

#include <inttypes.h>

#include "log.h"
#include "text.h"

int copy_begin(struct copy *copy, struct db *db, const struct stmt *stmt,
               const struct stmt_arg *args, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(db, stmt, args, &res, err) < 0)
        return -1;
    if (PQresultStatus(res) != PGRES_COPY_IN)
        return err_set(err, ERR_DB, "%s: not a COPY FROM STDIN", stmt->name);
    copy->db = db;
    copy->name = stmt->name;
    copy->rows = 0;
    copy->waiting = false;
    copy->pack.len = 0;
    pack_header(&copy->pack);
    return 0;
}

/* What the server reported while rows were being sent is the reason, if it did: a COPY that
 * failed makes the connection's next call fail with less to say. */
static int copy_fail(struct copy *copy, struct err *err)
{
    return db_fail(copy->db, NULL, copy->name, err);
}

static int send_data(struct copy *copy, const char *data, size_t len, struct err *err)
{
    int sent;

    while ((sent = PQputCopyData(db_conn(copy->db), data, (int)len)) == 0)
        if (db_flush(copy->db, err) < 0)
            return err_wrap(err, "%s", copy->name);
    if (sent < 0)
        return copy_fail(copy, err);
    /* Flushing each time keeps libpq's buffer, and with it our memory, as small as one send. */
    return db_flush(copy->db, err) < 0 ? err_wrap(err, "%s", copy->name) : 0;
}

static int send_pack(struct copy *copy, struct err *err)
{
    size_t len = copy->pack.len;

    copy->pack.len = 0;
    return len > 0 ? send_data(copy, copy->pack.data, len, err) : 0;
}

int copy_push(struct copy *copy, bool *ret_room, struct err *err)
{
    int waiting;

    *ret_room = false;
    if (!copy->waiting && copy->pack.len > 0) {
        int sent = PQputCopyData(db_conn(copy->db), copy->pack.data, (int)copy->pack.len);

        if (sent < 0)
            return copy_fail(copy, err);
        if (sent > 0)
            copy->pack.len = 0;
    }
    waiting = PQflush(db_conn(copy->db));
    if (waiting < 0)
        return copy_fail(copy, err);
    copy->waiting = waiting > 0;
    *ret_room = waiting == 0 && copy->pack.len == 0;
    return 0;
}

int copy_put(struct copy *copy, const char *data, size_t len, int64_t rows, struct err *err)
{
    copy->rows += rows;
    if (send_pack(copy, err) < 0)
        return -1;
    return len > 0 ? send_data(copy, data, len, err) : 0;
}

/* Reads every result up to the closing NULL, as libpq asks; keeps the first failure. */
static int drain(struct copy *copy, bool aborted, struct err *err)
{
    int64_t taken;
    int rc = 0;

    for (;;) {
        CLEANUP(db_clearp) PGresult *res = NULL;

        if (db_next_result(copy->db, &res, err) < 0)
            return err_wrap(err, "%s", copy->name);
        if (!res)
            return rc;
        if (rc < 0 || aborted)
            continue;
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            rc = db_fail(copy->db, res, copy->name, err);
        else if (!text_to_i64(PQcmdTuples(res), 0, INT64_MAX, &taken) || taken != copy->rows)
            rc = err_set(err, ERR_DB, "%s: sent %" PRId64 " rows, the server took '%s'", copy->name,
                         copy->rows, PQcmdTuples(res));
    }
}

int copy_end(struct copy *copy, struct err *err)
{
    struct copy done;
    int ended;

    if (send_pack(copy, err) < 0)
        return -1;
    while ((ended = PQputCopyEnd(db_conn(copy->db), NULL)) == 0)
        if (db_flush(copy->db, err) < 0)
            return err_wrap(err, "%s", copy->name);
    if (ended < 0)
        return copy_fail(copy, err);
    done = *copy;
    copy->db = NULL;
    return drain(&done, false, err);
}

void copy_abort(struct copy *copy)
{
    struct err err;

    if (copy->db && db_is_up(copy->db)) {
        bool stoppable = db_set_stoppable(copy->db, false);

        if (PQputCopyEnd(db_conn(copy->db), "given up by txingest") < 0 ||
            drain(copy, true, &err) < 0)
            log_debug("%s: the connection is not usable any more", copy->name);
        (void)db_set_stoppable(copy->db, stoppable);
    }
    copy->db = NULL;
    pack_release(&copy->pack);
}

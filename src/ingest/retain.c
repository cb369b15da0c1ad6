#include "retain.h"

#include "log.h"
#include "sql.h"
#include "text.h"

/* What a leaf's table has, and how many days of it the configuration keeps. */
struct kept {
    const char *parent;
    int64_t days; /* 0: all */
};

#define KEPT 2

static void read_kept(const struct source *source, struct kept ret[KEPT])
{
    ret[0] = (struct kept){ "transactions", source->retain_days };
    ret[1] = (struct kept){ "subject_day", source->retain_rollups_days };
}

static int find_leaves(struct job *job, const struct kept *kept, PGresult **ret, struct err *err)
{
    char days[TEXT_I64_SIZE];

    return db_run(job->db, &sql_ingest_retain_leaves,
                  STMT_ARGS({ "source", job->source_id }, { "parent", kept->parent },
                            { "days", text_from_i64(kept->days, days) }),
                  ret, err);
}

/* Transactions are counted where they came from; what is derived has nobody who counts it. */
static int leave(struct job *job, bool derived, const struct stmt_arg *range, char **ret_n,
                 struct err *err)
{
    if (!derived)
        return db_value(job->db, &sql_ingest_retain_count, range, ret_n, err);
    *ret_n = mem_copy("0");
    return db_run(job->db, &sql_ingest_retain_derived, range, NULL, err);
}

static int drop(struct job *job, bool derived, const PGresult *leaves, struct err *err)
{
    int n = PQntuples(leaves);
    CLEANUP(mem_freep) char *dropped = NULL;
    const char *from = PQgetvalue(leaves, 0, 1);
    const char *to = PQgetvalue(leaves, n - 1, 2);
    const struct stmt_arg *range =
        STMT_ARGS({ "source", job->source_id }, { "from", from }, { "to", to });

    if (leave(job, derived, range, &dropped, err) < 0)
        return -1;
    for (int row = 0; row < n; row++)
        if (db_run(job->db, &sql_ingest_retain_drop,
                   STMT_ARGS({ "leaf", PQgetvalue(leaves, row, 0) }), NULL, err) < 0)
            return -1;
    if (db_run(job->db, &sql_ingest_retain_add,
               STMT_ARGS({ "run", job->run_id }, { "dropped", dropped }, { "from", from },
                         { "to", to }),
               NULL, err) < 0)
        return -1;
    log_info("source %s: %s before %s dropped: %d leaves, %s transactions", job->source->name,
             derived ? "rollups and anomalies" : "transactions", to, n, dropped);
    return 0;
}

/* Some leaves in one transaction. *ret: there were any. */
static int drop_some(struct job *job, const struct kept *kept, bool derived, bool *ret,
                     struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin(job->db, err);
    CLEANUP(db_clearp) PGresult *leaves = NULL;

    if (!txn || find_leaves(job, kept, &leaves, err) < 0)
        return -1;
    *ret = PQntuples(leaves) > 0;
    if (!*ret)
        return 0;
    return drop(job, derived, leaves, err) < 0 ? -1 : job_commit(job, &txn, err);
}

int retain_is_due(struct job *job, bool *ret, struct err *err)
{
    struct kept kept[KEPT];

    *ret = false;
    read_kept(job->source, kept);
    for (int i = 0; i < KEPT && !*ret; i++) {
        CLEANUP(db_clearp) PGresult *leaves = NULL;

        if (kept[i].days > 0 && find_leaves(job, &kept[i], &leaves, err) < 0)
            return -1;
        *ret = PQntuples(leaves) > 0;
    }
    return 0;
}

int retain_work(struct job *job, struct err *err)
{
    struct kept kept[KEPT];

    read_kept(job->source, kept);
    for (int i = 0; i < KEPT; i++) {
        bool more = kept[i].days > 0;

        while (more)
            if (drop_some(job, &kept[i], i > 0, &more, err) < 0)
                return -1;
    }
    return 0;
}

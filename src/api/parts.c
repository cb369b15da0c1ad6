#include "parts.h"

#include <stdio.h>

#include "log.h"
#include "mem.h"
#include "sql.h"
#include "text.h"

#define SHARE 4 /* of the cache, at most, is the rollup of hours */

static struct kept *keep_bytes(void *bytes, size_t len)
{
    return kept_new((struct reply){ .body = bytes, .len = len, .is_owned = true });
}

/* Both of the statements see the same state of the data. */
static int read_hours(struct db *db, size_t most, struct hours **ret, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = db_begin_snapshot(db, err);
    CLEANUP(db_clearp) PGresult *rows = NULL;
    CLEANUP(db_clearp) PGresult *meta = NULL;
    char number[TEXT_I64_SIZE];

    if (!txn ||
        db_run(db, &sql_api_hours, STMT_ARGS({ "most", text_from_i64((int64_t)most, number) }),
               &rows, err) < 0 ||
        db_run(db, &sql_api_meta, STMT_NO_ARGS, &meta, err) < 0)
        return -1;
    *ret = hours_new(rows, meta, most);
    return db_commit(&txn, err);
}

static int read_moments(struct db *db, const struct part *part, struct moments **ret,
                        struct err *err)
{
    CLEANUP(db_clearp) PGresult *rows = NULL;
    int32_t hour = (part->hour % 24 + 24) % 24;
    int32_t date = (part->hour - hour) / 24;
    char source[TEXT_I64_SIZE];
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];
    char lo[48];

    (void)snprintf(lo, sizeof(lo), "%sT%02d:00:00Z", text_from_date(date, first), hour);
    if (db_run(db, &sql_api_hour,
               STMT_ARGS({ "source", text_from_i64(part->source, source) }, { "lo", lo },
                         { "zone", part->zone }, { "first", text_from_date(date - 1, first) },
                         { "last", text_from_date(date + 1, last) }),
               &rows, err) < 0)
        return -1;
    *ret = moments_new(rows);
    return 0;
}

static int read_part(struct db *db, const struct part *part, size_t most, struct kept **ret,
                     const char **ret_version, struct err *err)
{
    CLEANUP(mem_freep) struct hours *hours = NULL;
    CLEANUP(mem_freep) struct moments *moments = NULL;

    if (part->what == PART_HOURS) {
        if (read_hours(db, most, &hours, err) < 0)
            return -1;
        *ret_version = hours->version;
        *ret = keep_bytes(hours, hours_size(hours));
        hours = NULL;
        return 0;
    }
    if (read_moments(db, part, &moments, err) < 0)
        return -1;
    *ret_version = moments->version;
    *ret = keep_bytes(moments, moments_size(moments));
    moments = NULL;
    return 0;
}

bool parts_bring(struct pool *pool, struct cache *cache, const struct part *part)
{
    size_t most = cache_limit(cache) / SHARE / sizeof(struct hour);
    CLEANUP(kept_releasep) struct kept *kept = NULL;
    CLEANUP(kept_releasep) struct kept *found = NULL;
    const char *version = NULL;
    char key[PART_KEY_SIZE];
    struct err err;
    struct db *db = most > 0 ? pool_take(pool, NULL, &err) : NULL;
    int rc;

    if (!db)
        return false;
    rc = read_part(db, part, most, &kept, &version, &err);
    pool_put(pool, db, rc < 0 ? &err : NULL);
    if (rc < 0) {
        log_debug("%s; asking for the whole answer", err.msg);
        return false;
    }
    cache_put(cache, part_key(part, key), version, kept);
    found = cache_find_part(cache, key);
    return found != NULL;
}

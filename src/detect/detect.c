#include "detect.h"

#include <cjson/cJSON.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "detector.h"
#include "file.h"
#include "judge.h"
#include "sql.h"
#include "text.h"

#define MAX_FILE ((size_t)1 << 20)

void detectors_freep(struct detectors **detectors)
{
    struct detectors *all = *detectors;

    if (!all)
        return;
    for (size_t i = 0; i < all->n; i++)
        detector_freep(&all->detector[i]);
    free(all->detector);
    cJSON_Delete(all->list);
    free(all->settings);
    free(all->trouble->text);
    free(all->trouble);
    free(all);
}

/* As sql/ingest/detector_list.sql takes it. */
static void list_one(cJSON *list, const struct detector *d)
{
    cJSON *one = cJSON_CreateObject();
    char number[TEXT_I64_SIZE];

    (void)cJSON_AddStringToObject(one, "name", d->name);
    (void)cJSON_AddStringToObject(one, "source", d->path ? d->path : "built in");
    (void)cJSON_AddStringToObject(one, "sql_hash", d->hash);
    (void)cJSON_AddRawToObject(one, "params", d->params_json);
    (void)cJSON_AddBoolToObject(one, "enabled", d->enabled);
    (void)cJSON_AddRawToObject(one, "lookback", text_from_i64(d->lookback, number));
    (void)cJSON_AddStringToObject(one, "summary", d->summary);
    (void)cJSON_AddItemToArray(list, one);
}

static int add(struct detectors *all, const struct conf *conf, const char *name, const char *path,
               const char *text, struct err *err)
{
    CLEANUP(detector_freep) struct detector *d = detector_read(conf, name, path, text, err);

    if (!d)
        return -1;
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->detector[i]->name, name) == 0)
            return err_set(err, ERR_USAGE, "there is a detector of the name %s already", name);
    list_one(all->list, d);
    if (!d->enabled)
        return 0;
    if (d->lookback > all->horizon)
        all->horizon = d->lookback;
    all->detector = mem_resize(all->detector, all->n + 1, sizeof(all->detector[0]));
    all->detector[all->n++] = TAKE(d);
    return 0;
}

static int add_file(struct detectors *all, const struct conf *conf, const char *path,
                    struct err *err)
{
    const char *base = strrchr(path, '/') + 1;
    CLEANUP(mem_freep) char *name = mem_copy_n(base, strlen(base) - strlen(".sql"));
    size_t len = 0;
    CLEANUP(mem_freep) char *text = file_read(path, MAX_FILE, &len, err);

    if (!text)
        return -1;
    if (!text_is_utf8(text, len))
        return err_set(err, ERR_USAGE, "%s: is not UTF-8 text", path);
    return add(all, conf, name, path, text, err) < 0 ? err_wrap(err, "%s", path) : 0;
}

static void glob_freep(glob_t *found)
{
    globfree(found);
}

static int add_folder(struct detectors *all, const struct conf *conf, struct err *err)
{
    CLEANUP(mem_freep)
    char *pattern = mem_format("%s/[a-z]*.sql", conf_get(conf, "ingest", "detectors"));
    CLEANUP(glob_freep) glob_t found = { 0 };

    // NOLINTNEXTLINE(concurrency-mt-unsafe): txingest has one thread
    (void)glob(pattern, 0, NULL, &found); /* no folder, no detectors of one's own */
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (add_file(all, conf, found.gl_pathv[i], err) < 0)
            return -1;
    return 0;
}

/* What anomalies keep of their detectors, as sql/ingest/detect_publish.sql takes it. */
static char *settings_text(const struct detectors *all)
{
    cJSON *object = cJSON_CreateObject();
    char *text;

    for (size_t i = 0; i < all->n; i++) {
        const struct detector *d = all->detector[i];
        cJSON *one = cJSON_AddObjectToObject(object, d->name);
        char number[TEXT_I64_SIZE];

        (void)cJSON_AddRawToObject(one, "params", d->params_json);
        (void)cJSON_AddStringToObject(one, "hash", d->hash);
        (void)cJSON_AddRawToObject(one, "budget", text_from_i64(d->budget, number));
    }
    text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text ? text : mem_copy("{}");
}

struct detectors *detectors_read(const struct conf *conf, struct err *err)
{
    static const char prefix[] = "sql_detect_";
    CLEANUP(detectors_freep) struct detectors *all = mem_alloc(sizeof(*all));

    all->trouble = mem_alloc(sizeof(*all->trouble));
    all->list = cJSON_CreateArray();
    if (severity_read(conf, &all->severity, err) < 0)
        return NULL;
    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++)
        if (strncmp((*stmt)->name, prefix, strlen(prefix)) == 0 &&
            add(all, conf, (*stmt)->name + strlen(prefix), NULL, (*stmt)->text, err) < 0)
            return NULL;
    if (add_folder(all, conf, err) < 0)
        return NULL;
    all->settings = settings_text(all);
    return TAKE(all);
}

int detectors_tell(const struct detectors *detectors, struct db *db, struct err *err)
{
    char *list = cJSON_PrintUnformatted(detectors->list);
    int rc =
        db_run(db, &sql_ingest_detector_list, STMT_ARGS({ "list", list ? list : "[]" }), NULL, err);

    cJSON_free(list);
    return rc;
}

int64_t detectors_horizon(const struct detectors *detectors)
{
    return detectors->horizon;
}

const char *detectors_hash(const struct detectors *detectors, const char *name)
{
    for (size_t i = 0; i < detectors->n; i++)
        if (strcmp(detectors->detector[i]->name, name) == 0)
            return detectors->detector[i]->hash;
    return NULL;
}

char *detectors_take_trouble(const struct detectors *detectors)
{
    return TAKE(detectors->trouble->text);
}

/* Adds the dates that are to be judged when those in dates changed. */
static int add_judged(const struct detectors *detectors, struct db *db, const char *source_id,
                      struct dates *dates, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(mem_freep) char *changed = dates_text(dates);
    char horizon[TEXT_I64_SIZE];
    char from[TEXT_DATE_SIZE];
    char to[TEXT_DATE_SIZE];
    int32_t date;

    if (db_run(db, &sql_ingest_detect_dates,
               STMT_ARGS({ "source", source_id }, { "dates", changed },
                         { "from", dates_first(dates, from) }, { "to", dates_last(dates, to) },
                         { "horizon", text_from_i64(detectors->horizon, horizon) }),
               &res, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res); row++) {
        if (!text_to_date(PQgetvalue(res, row, 0), &date))
            return err_set(err, ERR_DB, "detect: '%s' is no date", PQgetvalue(res, row, 0));
        dates_add(dates, date);
    }
    return 0;
}

int detectors_judge(const struct detectors *detectors, struct db *db, const char *source_id,
                    const char *run_id, const struct dates *dates, struct err *err)
{
    CLEANUP(mem_freep) char *all = dates_text(dates);
    const struct stmt_arg *args =
        STMT_ARGS({ "source", source_id }, { "dates", all }, { "run", run_id });

    if (db_run(db, &sql_ingest_detect_clear, args, NULL, err) < 0 || judge_open(db, err) < 0 ||
        judge_dates(detectors, db, source_id, run_id, dates, err) < 0 ||
        judge_publish(detectors, db, source_id, run_id, err) < 0 || judge_close(db, err) < 0 ||
        db_run(db, &sql_ingest_risk_account, args, NULL, err) < 0 ||
        db_run(db, &sql_ingest_risk_transaction, args, NULL, err) < 0)
        return -1;
    return db_run(db, &sql_ingest_detect_count, args, NULL, err);
}

/*
 * Verdicts find their transactions among those that now are of the dates, and lose those that
 * are gone.
 */
static int resolve_verdicts(struct db *db, const char *source_id, const struct dates *dates,
                            struct err *err)
{
    CLEANUP(mem_freep) char *text = dates_text(dates);
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];
    const struct stmt_arg *args =
        STMT_ARGS({ "source", source_id }, { "dates", text },
                  { "first", dates_first(dates, first) }, { "last", dates_last(dates, last) });

    if (db_run(db, &sql_ingest_verdict_lose, args, NULL, err) < 0)
        return -1;
    return db_run(db, &sql_ingest_verdict_meet, args, NULL, err);
}

int detectors_run(const struct detectors *detectors, struct db *db, const char *source_id,
                  const char *run_id, const struct dates *changed, struct err *err)
{
    CLEANUP(dates_release) struct dates dates = { 0 };

    for (size_t i = 0; i < changed->n; i++)
        dates_add(&dates, changed->date[i]);
    if (resolve_verdicts(db, source_id, changed, err) < 0 ||
        add_judged(detectors, db, source_id, &dates, err) < 0)
        return -1;
    return detectors_judge(detectors, db, source_id, run_id, &dates, err);
}

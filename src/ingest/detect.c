#include "detect.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hash.h"
#include "sql.h"
#include "text.h"
#include "verdicts.h"

#define MAX_FILE ((size_t)1 << 20)
#define MAX_DETECTOR_PARAMS (STMT_MAX_PARAMS - 8) /* beside those that every detector is given */

struct detector {
    char *name;
    struct stmt stmt; /* sql/ingest/detect.sql around the detector's SELECT; owned */
    struct stmt_arg params[MAX_DETECTOR_PARAMS + 1]; /* owned */
    int n_params;
    int64_t lookback;     /* days */
    char *json;           /* the parameters, as anomaly.params keeps them */
    char hash[HASH_SIZE]; /* SHA-256 of the file's text */
};

struct detectors {
    struct detector **detector;
    size_t n;
    int64_t horizon; /* the longest lookback */
};

static void detector_freep(struct detector **detector)
{
    struct detector *d = *detector;

    if (!d)
        return;
    for (int i = 0; i < d->n_params; i++) {
        union {
            const char *kept;
            char *owned;
        } name = { d->params[i].name }, value = { d->params[i].value };

        free(name.owned);
        free(value.owned);
    }
    mem_freep(&d->stmt.name);
    mem_freep(&d->stmt.text);
    free(d->json);
    free(d->name);
    free(d);
}

void detectors_freep(struct detectors **detectors)
{
    if (!*detectors)
        return;
    for (size_t i = 0; i < (*detectors)->n; i++)
        detector_freep(&(*detectors)->detector[i]);
    free((*detectors)->detector);
    free(*detectors);
}

/* The next word of a line; *line moves behind it. Empty at the line's end. */
static char *word(const char **line)
{
    const char *start = *line + strspn(*line, " \t");
    size_t len = strcspn(start, " \t\n");

    *line = start + len;
    return mem_copy_n(start, len);
}

/* "-- param NAME = VALUE  text": line points behind "-- param ". */
static int read_param(struct detector *d, const struct conf *conf, const char *section,
                      const char *line, struct err *err)
{
    CLEANUP(mem_freep) char *name = word(&line);
    CLEANUP(mem_freep) char *equals = word(&line);
    CLEANUP(mem_freep) char *value = word(&line);
    const char *configured = conf ? conf_get(conf, section, name) : NULL;

    if (name[0] == '\0' || strcmp(equals, "=") != 0 || value[0] == '\0')
        return err_set(err, ERR_USAGE, "detector %s: '-- param' without NAME = VALUE", d->name);
    if (d->n_params == MAX_DETECTOR_PARAMS)
        return err_set(err, ERR_USAGE, "detector %s: more than %d parameters", d->name,
                       MAX_DETECTOR_PARAMS);
    d->params[d->n_params].name = TAKE(name);
    d->params[d->n_params++].value = configured ? mem_copy(configured) : TAKE(value);
    return 0;
}

/* "-- lookback = NAME * NUMBER": line points behind "-- lookback ". Read after the parameters. */
static int read_lookback(struct detector *d, const char *line, struct err *err)
{
    CLEANUP(mem_freep) char *equals = word(&line);
    CLEANUP(mem_freep) char *first = word(&line);
    CLEANUP(mem_freep) char *times = word(&line);
    CLEANUP(mem_freep) char *second = word(&line);
    const struct stmt_arg *param = stmt_arg(d->params, first);
    int64_t factor = 1;

    if (strcmp(equals, "=") != 0 ||
        !text_to_i64(param ? param->value : first, 0, 36600, &d->lookback) ||
        (strcmp(times, "*") == 0 && !text_to_i64(second, 1, 366, &factor)))
        return err_set(err, ERR_USAGE,
                       "detector %s: its lookback is not a number of days: '%s %s %s'", d->name,
                       param ? param->value : first, times, second);
    d->lookback *= factor;
    return 0;
}

static const char *next_line(const char *text)
{
    const char *end = strchr(text, '\n');

    return end ? end + 1 : text + strlen(text);
}

static int read_head(struct detector *d, const struct conf *conf, const char *section,
                     const char *text, struct err *err)
{
    static const char param[] = "-- param ";
    static const char lookback[] = "-- lookback ";

    for (const char *line = text; strncmp(line, "--", 2) == 0; line = next_line(line))
        if (strncmp(line, param, strlen(param)) == 0 &&
            read_param(d, conf, section, line + strlen(param), err) < 0)
            return -1;
    for (const char *line = text; strncmp(line, "--", 2) == 0; line = next_line(line))
        if (strncmp(line, lookback, strlen(lookback)) == 0 &&
            read_lookback(d, line + strlen(lookback), err) < 0)
            return -1;
    return 0;
}

/* A key in [detector NAME] that the detector does not know was meant to have an effect. */
static int check_keys(const struct detector *d, const struct conf *conf, const char *section,
                      struct err *err)
{
    const char *value;
    const char *key;

    for (size_t i = 0; (key = conf_key(conf, section, "", i, &value)) != NULL; i++)
        if (strcmp(key, "enabled") != 0 && !stmt_arg(d->params, key))
            return conf_fail(conf, section, key, err, "the detector has no parameter of that name");
    return 0;
}

static char *params_json(const struct detector *d)
{
    cJSON *object = cJSON_CreateObject();
    char *text;

    for (int i = 0; i < d->n_params; i++)
        (void)cJSON_AddStringToObject(object, d->params[i].name, d->params[i].value);
    text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text ? text : mem_copy("{}");
}

/* The detector's SELECT where sql/ingest/detect.sql says :detector. */
static char *insert_text(const char *select)
{
    static const char marker[] = "\n:detector\n";
    const char *around = sql_ingest_detect.text;
    const char *at = strstr(around, marker);
    size_t len = strlen(select);

    while (len > 0 && (isspace((unsigned char)select[len - 1]) || select[len - 1] == ';'))
        len--;
    return mem_format("%.*s\n%.*s\n%s", (int)(at - around), around, (int)len, select,
                      at + strlen(marker));
}

static int add(struct detectors *all, const struct conf *conf, const char *name, const char *text,
               struct err *err)
{
    CLEANUP(mem_freep) char *section = mem_format("detector %s", name);
    CLEANUP(detector_freep) struct detector *d = mem_alloc(sizeof(*d));
    unsigned char digest[HASH_BYTES];
    bool enabled;

    d->name = mem_copy(name);
    if (read_head(d, conf, section, text, err) < 0 || check_keys(d, conf, section, err) < 0 ||
        conf_switch(conf, section, "enabled", &enabled, err) < 0)
        return -1;
    if (!enabled)
        return 0;
    d->stmt = (struct stmt){ .name = mem_format("detector %s", name), .text = insert_text(text) };
    d->json = params_json(d);
    hash_of(text, strlen(text), digest);
    hash_to_hex(digest, d->hash);
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
    return add(all, conf, name, text, err) < 0 ? err_wrap(err, "%s", path) : 0;
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

struct detectors *detectors_read(const struct conf *conf, struct err *err)
{
    static const char prefix[] = "sql_detect_";
    CLEANUP(detectors_freep) struct detectors *all = mem_alloc(sizeof(*all));

    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++)
        if (strncmp((*stmt)->name, prefix, strlen(prefix)) == 0 &&
            add(all, conf, (*stmt)->name + strlen(prefix), (*stmt)->text, err) < 0)
            return NULL;
    if (add_folder(all, conf, err) < 0)
        return NULL;
    return TAKE(all);
}

static int run_one(const struct detector *d, struct db *db, const char *source_id,
                   const char *run_id, const char *date, struct err *err)
{
    struct stmt_arg args[STMT_MAX_PARAMS + 1] = {
        { "source", source_id },
        { "date", date },
        { "run", run_id },
        { "detector_name", d->name },
        { "detector_hash", d->hash },
        { "detector_params", d->json },
    };

    memcpy(args + 6, d->params, (size_t)d->n_params * sizeof(args[0]));
    return db_run(db, &d->stmt, args, NULL, err);
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

int64_t detectors_horizon(const struct detectors *detectors)
{
    return detectors->horizon;
}

int detectors_judge(const struct detectors *detectors, struct db *db, const char *source_id,
                    const char *run_id, const struct dates *dates, struct err *err)
{
    CLEANUP(mem_freep) char *all = dates_text(dates);
    const struct stmt_arg *args =
        STMT_ARGS({ "source", source_id }, { "dates", all }, { "run", run_id });

    if (db_run(db, &sql_ingest_detect_clear, args, NULL, err) < 0)
        return -1;
    for (size_t d = 0; d < dates->n; d++) {
        char date[TEXT_DATE_SIZE];

        for (size_t i = 0; i < detectors->n; i++)
            if (run_one(detectors->detector[i], db, source_id, run_id,
                        text_from_date(dates->date[d], date), err) < 0)
                return -1;
    }
    return db_run(db, &sql_ingest_detect_count, args, NULL, err);
}

int detectors_run(const struct detectors *detectors, struct db *db, const char *source_id,
                  const char *run_id, const struct dates *changed, struct err *err)
{
    CLEANUP(dates_release) struct dates dates = { 0 };
    CLEANUP(mem_freep) char *all = dates_text(changed);

    for (size_t i = 0; i < changed->n; i++)
        dates_add(&dates, changed->date[i]);
    if (verdicts_resolve(db, source_id, all, err) < 0 ||
        add_judged(detectors, db, source_id, &dates, err) < 0)
        return -1;
    return detectors_judge(detectors, db, source_id, run_id, &dates, err);
}

#include "detectors.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "detector.h"
#include "file.h"
#include "names.h"
#include "shared.h"
#include "sql.h"
#include "text.h"

#define MAX_FILE ((size_t)1 << 20)
#define PREFIX "sql_detect_"

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

/* As sql/judge/detector_list.sql takes it. */
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

bool detectors_know(const struct detectors *all, const char *name)
{
    const cJSON *one;

    cJSON_ArrayForEach (one, all->list)
        if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(one, "name")), name) == 0)
            return true;
    return false;
}

static int add(struct detectors *all, const struct conf *conf, const char *name, const char *path,
               const char *text, const struct instance *instance, struct err *err)
{
    CLEANUP(detector_freep)
    struct detector *d = detector_read(conf, name, path, text, instance, err);

    if (!d)
        return -1;
    if (detectors_know(all, name))
        return err_set(err, ERR_USAGE, "there is a detector of the name %s already", name);
    list_one(all->list, d);
    if (!d->enabled)
        return 0;
    if (d->lookback > all->horizon)
        all->horizon = d->lookback;
    if (d->reads_shared)
        all->learned = SHARED_LEARNED;
    all->detector = mem_resize(all->detector, all->n + 1, sizeof(all->detector[0]));
    all->detector[all->n++] = TAKE(d);
    return 0;
}

/* What a file makes: those that it says, else one of its own name. */
static int add_text(struct detectors *all, const struct conf *conf, const char *name,
                    const char *path, const char *text, struct err *err)
{
    const char *at = text;

    for (int n = 0;; n++) {
        CLEANUP(instance_release) struct instance instance = { 0 };
        int rc = instance_next(&at, &instance, err);

        if (rc == 0 && n == 0)
            return add(all, conf, name, path, text, NULL, err);
        if (rc <= 0)
            return rc;
        if (add(all, conf, instance.name, path, text, &instance, err) < 0)
            return -1;
    }
}

static char *read_text(const char *path, struct err *err)
{
    size_t len = 0;
    CLEANUP(mem_freep) char *text = file_read(path, MAX_FILE, &len, err);

    if (text && !text_is_utf8(text, len)) {
        err_set(err, ERR_USAGE, "%s: is not UTF-8 text", path);
        return NULL;
    }
    return TAKE(text);
}

static int add_file(struct detectors *all, const struct conf *conf, const char *path,
                    struct err *err)
{
    const char *base = strrchr(path, '/') + 1;
    CLEANUP(mem_freep) char *name = mem_copy_n(base, strlen(base) - strlen(".sql"));
    CLEANUP(mem_freep) char *text = read_text(path, err);

    if (!text)
        return -1;
    return add_text(all, conf, name, path, text, err) < 0 ? err_wrap(err, "%s", path) : 0;
}

/* The default need not be there; what somebody wrote down must. */
static int add_folder(struct detectors *all, const struct conf *conf, struct err *err)
{
    CLEANUP(names_release) struct names found = { 0 };
    const char *folder = conf_get(conf, "ingest", "detectors");
    const char *unused;
    struct stat st = { 0 };

    if (conf_key(conf, "ingest", "detectors", 0, &unused)) {
        if (stat(folder, &st) < 0)
            return conf_fail(conf, "ingest", "detectors", err, "%s: %m", folder);
        if (!S_ISDIR(st.st_mode))
            return conf_fail(conf, "ingest", "detectors", err, "%s is not a folder", folder);
    }
    if (names_in(folder, "[a-z]*.sql", &found, err) < 0)
        return -1;
    for (size_t i = 0; i < found.n; i++)
        if (add_file(all, conf, found.path[i], err) < 0)
            return -1;
    return 0;
}

static const struct stmt *find_built_in(const char *name)
{
    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++)
        if (strncmp((*stmt)->name, PREFIX, strlen(PREFIX)) == 0 &&
            strcmp((*stmt)->name + strlen(PREFIX), name) == 0)
            return *stmt;
    return NULL;
}

/* [detector NAME] with file = …: a further detector of that file. */
static int add_section(struct detectors *all, const struct conf *conf, const char *section,
                       const char *file, struct err *err)
{
    const char *name = strchr(section, ' ') + 1;
    const struct stmt *built_in = find_built_in(file);
    CLEANUP(mem_freep)
    char *path =
        built_in ? NULL : mem_format("%s/%s.sql", conf_get(conf, "ingest", "detectors"), file);
    struct err why = { .code = ERR_NONE };
    CLEANUP(mem_freep) char *text = path ? read_text(path, &why) : NULL;

    if (path && !text)
        return conf_fail(conf, section, "file", err, "is no detector's file: %s", why.msg);
    return add(all, conf, name, path, built_in ? built_in->text : text, NULL, err);
}

static int add_sections(struct detectors *all, const struct conf *conf, struct err *err)
{
    const char *section;

    for (size_t i = 0; (section = conf_section(conf, "detector", i)) != NULL; i++) {
        const char *file = conf_get(conf, section, "file");

        if (file && add_section(all, conf, section, file, err) < 0)
            return -1;
        if (!detectors_know(all, strchr(section, ' ') + 1))
            return conf_fail(conf, section, conf_key(conf, section, "", 0, &file), err,
                             "there is no detector of that name; file = … would make one");
    }
    return 0;
}

/* What anomalies keep of their detectors, as sql/judge/detect_publish.sql takes it. */
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

static int read_alerts(const struct conf *conf, const char **ret, struct err *err)
{
    int64_t alerts;

    *ret = conf_get(conf, "ingest", "alerts");
    return text_to_i64(*ret, 0, INT64_MAX, &alerts)
               ? 0
               : conf_fail(conf, "ingest", "alerts", err, "'%s' is not a number of findings", *ret);
}

struct detectors *detectors_read(const struct conf *conf, struct err *err)
{
    CLEANUP(detectors_freep) struct detectors *all = mem_alloc(sizeof(*all));

    all->trouble = mem_alloc(sizeof(*all->trouble));
    all->list = cJSON_CreateArray();
    if (severity_read(conf, &all->severity, err) < 0 || read_alerts(conf, &all->alerts, err) < 0)
        return NULL;
    for (const struct stmt *const *stmt = sql_all; *stmt; stmt++)
        if (strncmp((*stmt)->name, PREFIX, strlen(PREFIX)) == 0 &&
            add_text(all, conf, (*stmt)->name + strlen(PREFIX), NULL, (*stmt)->text, err) < 0)
            return NULL;
    if (add_folder(all, conf, err) < 0 || add_sections(all, conf, err) < 0)
        return NULL;
    all->settings = settings_text(all);
    return TAKE(all);
}

int detectors_tell(const struct detectors *detectors, struct db *db, struct err *err)
{
    char *list = cJSON_PrintUnformatted(detectors->list);
    int rc =
        db_run(db, &sql_judge_detector_list, STMT_ARGS({ "list", list ? list : "[]" }), NULL, err);

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

#include "detector.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"
#include "text.h"
#include "value.h"

void detector_freep(struct detector **detector)
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
    free(d->params_json);
    free(d->select);
    free(d->summary);
    free(d->path);
    free(d->name);
    free(d);
}

/* What a detector is read with: its section, and what the file gives this one of its detectors. */
struct given {
    const struct conf *conf;
    char *section;
    const struct instance *instance;
};

/* "-- param NAME = VALUE [| VALUE…]  text": line points behind "-- param ". */
static int read_param(struct detector *d, const struct given *given, const char *text,
                      const char *line, struct err *err)
{
    CLEANUP(mem_freep) char *name = value_word(&line);
    CLEANUP(mem_freep) char *equals = value_word(&line);
    CLEANUP(mem_freep) char *first = value_word(&line);
    const char *value = conf_get(given->conf, given->section, name);
    CLEANUP(mem_freep) char *why = NULL;

    if (name[0] == '\0' || strcmp(equals, "=") != 0 || first[0] == '\0')
        return err_set(err, ERR_USAGE, "detector %s: '-- param' without NAME = VALUE", d->name);
    if (d->n_params == MAX_DETECTOR_PARAMS)
        return err_set(err, ERR_USAGE, "detector %s: more than %d parameters", d->name,
                       MAX_DETECTOR_PARAMS);
    if (!value && given->instance)
        value = instance_value(given->instance, name);
    why = value ? value_refused(text, name, value) : NULL;
    if (why)
        return conf_fail(given->conf, given->section, name, err, "%s", why);
    d->params[d->n_params].value = mem_copy(value ? value : first);
    d->params[d->n_params++].name = TAKE(name);
    return 0;
}

/* "-- lookback = NAME * NUMBER": line points behind "-- lookback ". Read after the parameters. */
static int read_lookback(struct detector *d, const char *line, struct err *err)
{
    CLEANUP(mem_freep) char *equals = value_word(&line);
    CLEANUP(mem_freep) char *first = value_word(&line);
    CLEANUP(mem_freep) char *times = value_word(&line);
    CLEANUP(mem_freep) char *second = value_word(&line);
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

static int read_head(struct detector *d, const struct given *given, const char *text,
                     struct err *err)
{
    static const char param[] = "-- param ";
    static const char lookback[] = "-- lookback ";

    for (const char *line = text; strncmp(line, "--", 2) == 0; line = text_next_line(line))
        if (strncmp(line, param, strlen(param)) == 0 &&
            read_param(d, given, text, line + strlen(param), err) < 0)
            return -1;
    for (const char *line = text; strncmp(line, "--", 2) == 0; line = text_next_line(line))
        if (strncmp(line, lookback, strlen(lookback)) == 0 &&
            read_lookback(d, line + strlen(lookback), err) < 0)
            return -1;
    return 0;
}

/* A key in [detector NAME] that the detector does not know was meant to have an effect. */
static int check_keys(const struct detector *d, const struct given *given, struct err *err)
{
    const struct instance *instance = given->instance;
    const char *value;
    const char *key;

    for (size_t i = 0; (key = conf_key(given->conf, given->section, "", i, &value)) != NULL; i++)
        if (strcmp(key, "enabled") != 0 && strcmp(key, "budget") != 0 && strcmp(key, "file") != 0 &&
            !stmt_arg(d->params, key))
            return conf_fail(given->conf, given->section, key, err,
                             "the detector has no parameter of that name");
    for (size_t i = 0; instance && i < instance->n; i++)
        if (!stmt_arg(d->params, instance->settings[i].name))
            return err_set(err, ERR_USAGE,
                           "detector %s: '-- as' gives a parameter '%s' that is not declared",
                           d->name, instance->settings[i].name);
    return 0;
}

/* What "-- name: what it finds" says in the first line, without the name. */
static char *summary_text(const char *text)
{
    size_t len = strcspn(text, "\n");
    const char *colon = memchr(text, ':', len);

    if (strncmp(text, "--", 2) != 0 || strncmp(text, "-- param ", 9) == 0 ||
        strncmp(text, "-- lookback ", 12) == 0)
        return mem_copy("");
    text = colon ? colon + 1 : text + 2;
    text += strspn(text, " \t");
    return mem_copy_n(text, strcspn(text, "\n"));
}

static char *params_text(const struct detector *d)
{
    cJSON *object = cJSON_CreateObject();
    char *text;

    for (int i = 0; i < d->n_params; i++)
        (void)cJSON_AddStringToObject(object, d->params[i].name, d->params[i].value);
    text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    return text ? text : mem_copy("{}");
}

char *detector_within(const struct stmt *stmt, const char *select, int *ret_line)
{
    static const char marker[] = "\n:detector\n";
    const char *around = stmt->text;
    const char *at = strstr(around, marker);
    size_t len = strlen(select);

    while (len > 0 && (isspace((unsigned char)select[len - 1]) || select[len - 1] == ';'))
        len--;
    *ret_line = 1;
    for (const char *c = around; c < at; c++)
        *ret_line += *c == '\n' ? 1 : 0;
    return mem_format("%.*s\n%.*s\n%s", (int)(at - around), around, (int)len, select,
                      at + strlen(marker));
}

static int read_budget(struct detector *d, const struct given *given, struct err *err)
{
    const char *budget = conf_get(given->conf, given->section, "budget");

    if (!text_to_i64(budget, 0, INT64_MAX, &d->budget))
        return conf_fail(given->conf, given->section, "budget", err,
                         "'%s' is not a number of findings", budget);
    return 0;
}

struct detector *detector_read(const struct conf *conf, const char *name, const char *path,
                               const char *text, const struct instance *instance, struct err *err)
{
    CLEANUP(mem_freep) char *section = mem_format("detector %s", name);
    CLEANUP(detector_freep) struct detector *d = mem_alloc(sizeof(*d));
    const struct given given = { .conf = conf, .section = section, .instance = instance };
    unsigned char digest[HASH_BYTES];

    d->name = mem_copy(name);
    d->path = path ? mem_copy(path) : NULL;
    if (read_head(d, &given, text, err) < 0 || check_keys(d, &given, err) < 0 ||
        conf_switch(conf, section, "enabled", &d->enabled, err) < 0 ||
        read_budget(d, &given, err) < 0)
        return NULL;
    d->stmt = (struct stmt){ .name = mem_format("detector %s", name),
                             .text = detector_within(&sql_judge_detect, text, &d->lines_before) };
    d->select = mem_copy(text);
    d->reads_shared = strstr(text, "pg_temp.") != NULL;
    d->params_json = params_text(d);
    d->summary = instance ? mem_copy(instance->summary) : summary_text(text);
    hash_of(text, strlen(text), digest);
    hash_to_hex(digest, d->hash);
    return TAKE(d);
}

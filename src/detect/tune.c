#include "tune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "log.h"
#include "replay.h"
#include "sql.h"
#include "text.h"
#include "value.h"

#define MAX_VALUES 64
#define MAX_COMBINATIONS 256

/* "threshold=3,4,5", taken apart in place. */
struct set {
    char *text;
    const char *name;
    const char *value[MAX_VALUES];
    size_t n;
    size_t at; /* the one that is tried */
};

/* The columns of sql/judge/tune_count.sql. */
enum { FINDINGS, DECIDED, FRAUD, FRAUDS, FOUND, COUNTS };

/* The detector once for each combination of the values, under the combination's number. All run in
 * one pass over the dates, so that what detectors share is reckoned once. */
struct tune {
    struct set set[TUNE_MAX_SETS];
    size_t n;
    struct detector *tried;
    struct detector **list;
    int64_t (*count)[COUNTS]; /* of each, over the dates so far */
    size_t n_tried;
};

static void tune_release(struct tune *tune)
{
    for (size_t i = 0; i < tune->n; i++)
        free(tune->set[i].text);
    for (size_t i = 0; i < tune->n_tried; i++) {
        free(tune->tried[i].name);
        mem_freep(&tune->tried[i].stmt.name);
    }
    free(tune->tried);
    free(tune->list);
    free(tune->count);
}

static int read_set(const struct detector *d, const char *text, struct set *ret, struct err *err)
{
    char *next;

    ret->text = mem_copy(text);
    ret->name = ret->text;
    next = strchr(ret->text, '=');
    if (!next || next[1] == '\0')
        return err_set(err, ERR_USAGE, "--set '%s': it takes NAME=VALUE,VALUE…", text);
    *next++ = '\0';
    if (!stmt_arg(d->params, ret->name))
        return err_set(err, ERR_USAGE, "detector %s has no parameter '%s'", d->name, ret->name);
    do {
        CLEANUP(mem_freep) char *why = NULL;
        char *comma = strchr(next, ',');

        if (ret->n == MAX_VALUES)
            return err_set(err, ERR_USAGE, "--set %s: more than %d values", ret->name, MAX_VALUES);
        if (comma)
            *comma++ = '\0';
        why = value_refused(d->select, ret->name, next);
        if (why)
            return err_set(err, ERR_USAGE, "--set %s: %s", ret->name, why);
        ret->value[ret->n++] = next;
        next = comma;
    } while (next);
    return 0;
}

static const struct detector *find(const struct detectors *detectors, const char *name)
{
    for (size_t i = 0; i < detectors->n; i++)
        if (strcmp(detectors->detector[i]->name, name) == 0)
            return detectors->detector[i];
    return NULL;
}

/* The last one's parameter is no earlier one's. */
static int check_once(const struct tune *tune, struct err *err)
{
    const struct set *last = &tune->set[tune->n - 1];

    for (const struct set *set = tune->set; set < last; set++)
        if (strcmp(set->name, last->name) == 0)
            return err_set(err, ERR_USAGE, "--set %s: it stands there twice", last->name);
    return 0;
}

static int read_sets(struct tune *tune, const struct detector *known, const char *const *sets,
                     size_t n, struct err *err)
{
    size_t combinations = 1;

    for (size_t i = 0; i < n; i++) {
        tune->n = i + 1;
        if (read_set(known, sets[i], &tune->set[i], err) < 0 || check_once(tune, err) < 0)
            return -1;
        combinations *= tune->set[i].n;
        if (combinations > MAX_COMBINATIONS)
            return err_set(err, ERR_USAGE, "more than %d combinations of values", MAX_COMBINATIONS);
    }
    tune->tried = mem_resize(NULL, combinations, sizeof(tune->tried[0]));
    tune->list = mem_resize(NULL, combinations, sizeof(tune->list[0]));
    tune->count = mem_alloc(combinations * sizeof(tune->count[0]));
    return 0;
}

/* The next combination; false: there is none. */
static bool advance(struct tune *tune)
{
    for (size_t i = tune->n; i-- > 0;) {
        if (++tune->set[i].at < tune->set[i].n)
            return true;
        tune->set[i].at = 0;
    }
    return false;
}

static const char *value_of(const struct set *set)
{
    return set->value[set->at];
}

static void combine(struct tune *tune, const struct detector *known)
{
    do {
        struct detector *d = &tune->tried[tune->n_tried];

        *d = *known;
        d->name = mem_format("%zu", tune->n_tried);
        d->stmt.name = mem_format("%s %s", known->stmt.name, d->name);
        for (size_t i = 0; i < tune->n; i++)
            for (int p = 0; p < d->n_params; p++)
                if (strcmp(d->params[p].name, tune->set[i].name) == 0)
                    d->params[p].value = value_of(&tune->set[i]);
        tune->list[tune->n_tried++] = d;
    } while (advance(tune));
}

static void print_json(const struct detector *d, const PGresult *res)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *params = cJSON_AddObjectToObject(object, "params");

    for (int p = 0; p < d->n_params; p++)
        json_text(params, d->params[p].name, d->params[p].value);
    for (int column = 0; column < PQnfields(res); column++)
        if (PQgetisnull(res, 0, column))
            (void)cJSON_AddNullToObject(object, PQfname(res, column));
        else
            (void)cJSON_AddRawToObject(object, PQfname(res, column), PQgetvalue(res, 0, column));
    json_print(object);
}

static void print_text(const struct tune *tune, const PGresult *res, bool first)
{
    if (first) {
        for (size_t i = 0; i < tune->n; i++)
            (void)printf("%12s", tune->set[i].name);
        for (int column = 0; column < PQnfields(res); column++)
            (void)printf("%12s", PQfname(res, column));
        (void)putchar('\n');
    }
    for (size_t i = 0; i < tune->n; i++)
        (void)printf("%12s", value_of(&tune->set[i]));
    for (int column = 0; column < PQnfields(res); column++)
        (void)printf("%12s", PQgetisnull(res, 0, column) ? "-" : PQgetvalue(res, 0, column));
    (void)putchar('\n');
}

static int count(struct tune *tune, const struct replay *replay, const struct dates *dates,
                 struct err *err)
{
    CLEANUP(mem_freep) char *text = dates_text(dates);
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];

    for (size_t i = 0; i < tune->n_tried; i++) {
        CLEANUP(db_clearp) PGresult *res = NULL;

        if (db_run(replay->db, &sql_judge_tune_count,
                   STMT_ARGS({ "source", replay->source_id }, { "dates", text },
                             { "detector", tune->tried[i].name },
                             { "first", dates_first(dates, first) },
                             { "last", dates_last(dates, last) }),
                   &res, err) < 0)
            return -1;
        for (int c = 0; c < COUNTS; c++)
            tune->count[i][c] += db_i64(res, 0, c);
    }
    return 0;
}

static int try_batch(struct tune *tune, const struct detectors *tried, const struct replay *replay,
                     const struct dates *dates, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = replay_begin(replay, dates, err);
    char first[TEXT_DATE_SIZE];

    log_info("tune: from %s on", dates_first(dates, first));
    if (!txn || replay_judge(replay, tried, dates, err) < 0)
        return -1;
    return count(tune, replay, dates, err);
}

static int try_all(struct tune *tune, const struct detectors *detectors,
                   const struct replay *replay, struct err *err)
{
    struct detectors tried = *detectors;
    struct dates batch;
    size_t at = 0;

    tried.detector = tune->list;
    tried.n = tune->n_tried;
    while (replay_next(replay, &at, &batch))
        if (try_batch(tune, &tried, replay, &batch, err) < 0)
            return -1;
    return 0;
}

static int print_all(struct tune *tune, const struct replay *replay, bool json, struct err *err)
{
    char text[COUNTS + 1][TEXT_I64_SIZE];

    (void)text_from_i64((int64_t)replay->dates.n, text[COUNTS]);
    for (size_t i = 0; i < tune->n_tried; i++) {
        CLEANUP(db_clearp) PGresult *res = NULL;

        for (int c = 0; c < COUNTS; c++)
            (void)text_from_i64(tune->count[i][c], text[c]);
        if (db_run(replay->db, &sql_judge_tune_rate,
                   STMT_ARGS({ "dates", text[COUNTS] }, { "findings", text[FINDINGS] },
                             { "decided", text[DECIDED] }, { "fraud", text[FRAUD] },
                             { "frauds", text[FRAUDS] }, { "found", text[FOUND] }),
                   &res, err) < 0)
            return -1;
        if (json)
            print_json(&tune->tried[i], res);
        else
            print_text(tune, res, i == 0);
        (void)advance(tune);
    }
    return 0;
}

int tune_print(struct db *db, const struct detectors *detectors, const struct tune_options *options,
               struct err *err)
{
    CLEANUP(replay_release) struct replay replay = { 0 };
    CLEANUP(tune_release) struct tune tune = { 0 };
    const struct detector *known = find(detectors, options->detector);

    if (!known)
        return err_set(err, ERR_USAGE, "there is no detector '%s' that runs", options->detector);
    if (read_sets(&tune, known, options->sets, options->n_sets, err) < 0 ||
        replay_open(&replay, db, options->source, options->from, options->to, err) < 0)
        return -1;
    combine(&tune, known);
    if (try_all(&tune, detectors, &replay, err) < 0)
        return -1;
    return print_all(&tune, &replay, options->json, err);
}

#include "question.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "accept.h"
#include "mem.h"

static int refuse(struct reply *ret_problem, const char *name, const char *what, const char *more)
{
    CLEANUP(mem_freep) char *detail = mem_format("%s: %s%s", name, what, more);

    *ret_problem = reply_problem_of(400, detail, name);
    return -1;
}

static const struct param_spec *find_spec(const struct route *route, const char *name)
{
    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name; r++)
        if (strcmp(route->params[r].name, name) == 0)
            return &route->params[r];
    return NULL;
}

/* Every parameter of the query must be one of the route; what stands in the path is none. */
static const char *find_unknown(const struct route *route, const struct params *params)
{
    for (size_t i = 0; i < params->n; i++) {
        const struct param_spec *spec = find_spec(route, params->param[i].name);

        if (!spec || !spec->otherwise)
            return params->param[i].name;
    }
    return NULL;
}

static int refuse_unknown(struct reply *ret_problem, const struct route *route, const char *name)
{
    char known[256] = "";
    size_t len = 0;

    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name && len < sizeof(known); r++)
        if (route->params[r].otherwise)
            len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", len > 0 ? ", " : "",
                                    route->params[r].name);
    return refuse(ret_problem, name,
                  "there is no such parameter; there are: ", known[0] ? known : "none");
}

static int read_id(struct question *question, const struct asked *asked, struct reply *ret_problem)
{
    if (asked->id_len >= sizeof(question->id))
        return refuse(ret_problem, "id", "should be ", "of at most 255 bytes");
    memcpy(question->id, asked->id_len > 0 ? asked->id : "", asked->id_len);
    question->id[asked->id_len] = '\0';
    if (param_decode(question->id))
        return 0;
    return refuse(ret_problem, "id", "a bad percent escape, a control character, or ", "not UTF-8");
}

static int read_values(struct question *question, struct reply *ret_problem)
{
    const struct route *route = question->route;

    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name; r++) {
        const struct param_spec *spec = &route->params[r];
        const char *given =
            spec->otherwise ? params_find(&question->params, spec->name) : question->id;
        const char *wrong = given ? param_check(spec, given) : NULL;

        if (wrong)
            return refuse(ret_problem, spec->name, wrong, spec->choices ? spec->choices : "");
        question->args[r].name = spec->name;
        question->args[r].value = given ? given : spec->otherwise;
    }
    return 0;
}

/* NULL: any but "". A route that has no such parameter has no value of it. */
static bool has(const struct question *question, const char *name, const char *value)
{
    const char *given = question_value(question, name);

    return given && given[0] && (!value || strcmp(given, value) == 0);
}

/* What has no answer of both together. */
static int refuse_conflict(const struct question *question, struct reply *ret_problem)
{
    static const char by_days[] = "accounts, merchants, channels and countries are counted by "
                                  "days, and one at a time: this does not go with ";
    static const char of_all[] = "all together are no single one: this does not go with total as ";
    static const struct {
        const char *name;
        const char *value;
        const char *other;
        const char *of_other;
        const char *why;
    } conflicts[] = {
        { "merchant", NULL, "account", NULL, by_days },
        { "group_by", "channel", "account", NULL, by_days },
        { "group_by", "country", "account", NULL, by_days },
        { "group_by", "channel", "merchant", NULL, by_days },
        { "group_by", "country", "merchant", NULL, by_days },
        { "bucket", "hour", "account", NULL, by_days },
        { "bucket", "hour", "merchant", NULL, by_days },
        { "bucket", "hour", "group_by", "channel", by_days },
        { "bucket", "hour", "group_by", "country", by_days },
        { "subject", NULL, "subject_type", "total", of_all },
    };

    for (size_t i = 0; i < ARRAY_LEN(conflicts); i++)
        if (has(question, conflicts[i].name, conflicts[i].value) &&
            has(question, conflicts[i].other, conflicts[i].of_other))
            return refuse(ret_problem, conflicts[i].name, conflicts[i].why, conflicts[i].other);
    return 0;
}

static struct stmt_arg *find_arg(struct question *question, const char *name)
{
    for (struct stmt_arg *arg = question->args; arg->name; arg++)
        if (strcmp(arg->name, name) == 0)
            return arg;
    return NULL;
}

/* The token of the page before becomes the place that it stands for. */
static int read_after(struct question *question, struct reply *ret_problem)
{
    struct stmt_arg *after = find_arg(question, "after");
    CLEANUP(mem_freep) char *pages = NULL;

    if (!after || after->value[0] == '\0')
        return 0;
    pages = question_pages(question);
    if (!page_read(pages, after->value, question->after))
        return refuse(ret_problem, "after", "should be meta.next of a page before, ",
                      "and the other parameters as they were there");
    after->value = question->after;
    return 0;
}

int question_read(struct question *question, const struct asked *asked, struct reply *ret_problem)
{
    const char *wrong;
    const char *unknown;

    memset(question->args, 0, sizeof(question->args));
    question->params.n = 0;
    question->after[0] = '\0';
    question->route = asked->route;
    switch (accept_choose(asked->accept, !route_is_one(asked->route) || asked->route->rows)) {
    case ACCEPT_JSON:
        question->csv = false;
        break;
    case ACCEPT_CSV:
        question->csv = true;
        break;
    case ACCEPT_NONE:
        *ret_problem = reply_problem(406, "this is answered as application/json and, where it is a "
                                          "list or has buckets, as text/csv");
        return -1;
    }
    wrong = params_read(&question->params, asked->query);
    if (wrong) {
        *ret_problem = reply_problem_of(400, wrong, question->params.wrong);
        return -1;
    }
    unknown = find_unknown(asked->route, &question->params);
    if (unknown)
        return refuse_unknown(ret_problem, asked->route, unknown);
    if (read_id(question, asked, ret_problem) < 0 || read_values(question, ret_problem) < 0)
        return -1;
    return refuse_conflict(question, ret_problem) < 0 ? -1 : read_after(question, ret_problem);
}

/* What points into a question, pointing to the same place of its copy. */
static const char *moved(const struct question *from, const struct question *to, const char *text)
{
    uintptr_t offset = (uintptr_t)text - (uintptr_t)from;

    return offset < sizeof(*from) ? (const char *)to + offset : text;
}

struct question *question_copy(const struct question *question)
{
    struct question *copy = mem_alloc(sizeof(*copy));

    *copy = *question;
    for (struct stmt_arg *arg = copy->args; arg->name; arg++)
        arg->value = moved(question, copy, arg->value);
    for (size_t i = 0; i < copy->params.n; i++) {
        copy->params.param[i].name = moved(question, copy, copy->params.param[i].name);
        copy->params.param[i].value = moved(question, copy, copy->params.param[i].value);
    }
    return copy;
}

/* A line break cannot be in a value, and is what no two together could be mistaken for. */
static char *join(const struct question *question, bool whole)
{
    const char *values[ROUTE_PARAMS];
    size_t size = strlen(question->route->path) + 2;
    size_t n = 0;
    char *key;
    char *end;

    for (const struct stmt_arg *arg = question->args; arg->name; arg++) {
        if (!whole && (strcmp(arg->name, "after") == 0 || strcmp(arg->name, "limit") == 0))
            continue;
        values[n] = arg->value;
        size += 1 + strlen(values[n++]);
    }
    key = mem_alloc(size);
    end = stpcpy(stpcpy(key, question->route->path), whole && question->csv ? "," : "");
    for (size_t i = 0; i < n; i++) {
        *end++ = '\n';
        end = stpcpy(end, values[i]);
    }
    return key;
}

char *question_key(const struct question *question)
{
    return join(question, true);
}

char *question_pages(const struct question *question)
{
    return join(question, false);
}

const char *question_value(const struct question *question, const char *name)
{
    for (const struct stmt_arg *arg = question->args; arg->name; arg++)
        if (strcmp(arg->name, name) == 0)
            return arg->value;
    return NULL;
}

#include "question.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"

static int refuse(struct reply *ret_problem, const char *name, const char *what, const char *more)
{
    CLEANUP(mem_freep) char *detail = mem_format("%s: %s%s", name, what, more);

    *ret_problem = reply_problem(400, detail);
    return -1;
}

/* Every parameter of the query must be one of the route. */
static const char *find_unknown(const struct route *route, const struct params *params)
{
    for (size_t i = 0; i < params->n; i++) {
        bool known = false;

        for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name; r++)
            known = known || strcmp(route->params[r].name, params->param[i].name) == 0;
        if (!known)
            return params->param[i].name;
    }
    return NULL;
}

static int refuse_unknown(struct reply *ret_problem, const struct route *route, const char *name)
{
    char known[256] = "";
    size_t len = 0;

    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name && len < sizeof(known); r++)
        len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", r > 0 ? ", " : "",
                                route->params[r].name);
    return refuse(ret_problem, name,
                  "there is no such parameter; there are: ", known[0] ? known : "none");
}

int question_read(struct question *question, const struct route *route, const char *query,
                  struct reply *ret_problem)
{
    const char *wrong;
    const char *unknown;

    memset(question->args, 0, sizeof(question->args));
    question->params.n = 0;
    question->route = route;
    wrong = params_read(&question->params, query);
    if (wrong) {
        *ret_problem = reply_problem(400, wrong);
        return -1;
    }
    unknown = find_unknown(route, &question->params);
    if (unknown)
        return refuse_unknown(ret_problem, route, unknown);
    for (size_t r = 0; r < ROUTE_PARAMS && route->params[r].name; r++) {
        const char *given = params_find(&question->params, route->params[r].name);

        wrong = given ? param_check(route->params[r].type, given) : NULL;
        if (wrong)
            return refuse(ret_problem, route->params[r].name, "should be ", wrong);
        question->args[r].name = route->params[r].name;
        question->args[r].value = given ? given : route->params[r].otherwise;
    }
    return 0;
}

/* A line break cannot be in a path, and is what no two values together could be mistaken for. */
char *question_key(const struct question *question)
{
    size_t size = strlen(question->route->path) + 1;
    size_t len;
    char *key;

    for (const struct stmt_arg *arg = question->args; arg->name; arg++)
        size += 1 + (arg->value ? strlen(arg->value) : 0);
    key = mem_alloc(size);
    len = (size_t)snprintf(key, size, "%s", question->route->path);
    for (const struct stmt_arg *arg = question->args; arg->name; arg++)
        len += (size_t)snprintf(key + len, size - len, "\n%s", arg->value ? arg->value : "");
    return key;
}

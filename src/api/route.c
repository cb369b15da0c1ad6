#include "route.h"

#include <string.h>

#include "answer.h"
#include "mem.h"
#include "question.h"

static struct reply page(const struct asset *asset, const struct request *request)
{
    bool same = request->if_none_match && strstr(request->if_none_match, asset->etag);

    return (struct reply){ .status = same ? 304 : 200,
                           .type = same ? NULL : asset->type,
                           .body = asset->body,
                           .len = same ? 0 : asset->len,
                           .etag = asset->etag,
                           .is_page = true };
}

static struct reply dispatch(const struct api *api, const struct request *request, const char *path,
                             const char *query)
{
    struct asked asked = { .query = query, .accept = request->accept };
    const struct asset *asset;
    struct question question;
    struct reply problem;

    asked.route = routes_find(path, &asked.id, &asked.id_len);
    if (asked.route)
        return question_read(&question, &asked, &problem) < 0 ? problem
                                                              : answer_make(api->pool, &question);
    if (strcmp(path, "/live") == 0)
        return reply_of("application/json", mem_copy("{\"status\":\"live\"}"));
    if (strcmp(path, "/ready") == 0)
        return answer_ready(api->pool);
    asset = path[0] == '/' ? assets_find(api->assets, path + 1) : NULL;
    return asset ? page(asset, request) : reply_problem(404, "there is nothing at this path");
}

struct reply route_answer(const struct api *api, const struct request *request)
{
    const char *mark = strchrnul(request->target, '?');
    CLEANUP(mem_freep)
    char *path = mem_copy_n(request->target, (size_t)(mark - request->target));

    if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0) {
        struct reply reply = reply_problem(405, "only GET and HEAD are answered here");

        reply.close = true; /* whatever body the method may have is not read */
        return reply;
    }
    return dispatch(api, request, path, mark[0] == '?' ? mark + 1 : "");
}

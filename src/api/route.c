#include "route.h"

#include <string.h>

#include "clock.h"
#include "guard.h"
#include "mem.h"
#include "tally.h"

static bool is_known(const struct request *request, const char *etag)
{
    return request->if_none_match && etag[0] &&
           (strcmp(request->if_none_match, "*") == 0 || etag_is_in(etag, request->if_none_match));
}

static bool reply_with(struct reply *ret_reply, struct reply reply)
{
    *ret_reply = reply;
    return true;
}

struct reply route_kept(const struct request *request, struct kept *kept)
{
    struct reply reply = { .status = kept->status,
                           .type = kept->type,
                           .body = kept->body,
                           .len = kept->len,
                           .retry_after = kept->retry_after,
                           .etag = kept->etag[0] ? kept->etag : NULL,
                           .kept = kept };

    if (is_known(request, kept->etag)) {
        reply.status = 304;
        reply.type = NULL;
        reply.len = 0;
    } else if (kept->gzip && request->takes_gzip) {
        reply.body = kept->gzip;
        reply.len = kept->gzip_len;
        reply.is_gzip = true;
    }
    return reply;
}

static struct reply page(const struct request *request, struct kept *kept)
{
    struct reply reply = route_kept(request, kept_hold(kept));

    reply.is_page = true;
    return reply;
}

/* The client has the answer already: that is known without having it. */
static bool is_unchanged(const struct api *api, const struct request *request, const char *key,
                         struct kept **ret_kept)
{
    char version[CACHE_VERSION_SIZE];
    char etag[ETAG_SIZE];

    if (!request->if_none_match || !watch_is_up(api->watch))
        return false;
    cache_version(api->cache, version);
    if (!version[0])
        return false;
    etag_make(key, version, etag);
    if (!etag_is_in(etag, request->if_none_match))
        return false;
    *ret_kept = kept_new((struct reply){ .status = 304 });
    memcpy((*ret_kept)->etag, etag, sizeof(etag));
    return true;
}

/* From what is kept. */
static bool find_answer(const struct api *api, const struct request *request,
                        const struct question *question, const char *key, struct reply *ret_reply)
{
    struct kept *kept = cache_find(api->cache, key);

    if (kept && watch_is_up(api->watch) && kept->expires != 0 && kept->expires < clock_ms()) {
        kept_release(kept);
        kept = NULL;
    }
    if (kept || (question->route->shape != ROUTE_LIVE && is_unchanged(api, request, key, &kept))) {
        return reply_with(ret_reply, route_kept(request, kept));
    }
    return false;
}

/* From the parts that are kept, if all are there. */
static bool count_answer(const struct api *api, const struct request *request,
                         const struct question *question, const char *key, struct reply *ret_reply)
{
    struct part lacking;
    struct kept *kept = tally_answer(api->cache, question, key, &lacking);

    return kept && reply_with(ret_reply, route_kept(request, kept));
}

static bool answer_question(const struct api *api, const struct request *request,
                            const struct asked *asked, struct reply *ret_reply,
                            struct route_wanted *ret_wanted)
{
    struct question question; /* most are answered at once: no memory is taken for it */
    CLEANUP(mem_freep) char *key = NULL;

    if (question_read(&question, asked, ret_reply) < 0) {
        ret_reply->route = asked->route->path;
        return true;
    }
    key = question_key(&question);
    if (find_answer(api, request, &question, key, ret_reply) ||
        count_answer(api, request, &question, key, ret_reply)) {
        ret_reply->route = asked->route->path;
        ret_reply->is_stale = ret_reply->kept && watch_is_stale(api->watch);
        ret_reply->age = watch_age(api->watch);
        return true;
    }
    if (!watch_is_up(api->watch))
        return reply_with(ret_reply, reply_problem(503, "the database is away"));
    *ret_wanted = (struct route_wanted){ TAKE(key), question_copy(&question) };
    return false;
}

static bool answer_ready(const struct api *api, struct reply *ret_reply,
                         struct route_wanted *ret_wanted)
{
    if (!watch_is_up(api->watch))
        return reply_with(ret_reply, reply_problem(503, "the database is away"));
    *ret_wanted = (struct route_wanted){ mem_copy("ready"), NULL };
    return false;
}

static bool dispatch(const struct api *api, const struct request *request, const char *path,
                     const char *query, struct reply *ret_reply, struct route_wanted *ret_wanted)
{
    struct asked asked = { .query = query, .accept = request->accept };
    const struct asset *asset;

    asked.route = routes_find(path, &asked.id, &asked.id_len);
    if (asked.route)
        return answer_question(api, request, &asked, ret_reply, ret_wanted);
    if (strcmp(path, "/live") == 0)
        return reply_with(ret_reply,
                          reply_of("application/json", mem_copy("{\"status\":\"live\"}")));
    if (strcmp(path, "/ready") == 0)
        return answer_ready(api, ret_reply, ret_wanted);
    asset = path[0] == '/' ? assets_find(api->assets, path + 1) : NULL;
    return reply_with(ret_reply, asset ? page(request, asset->kept)
                                       : reply_problem(404, "there is nothing at this path"));
}

bool route_answer(const struct api *api, const struct request *request, struct reply *ret_reply,
                  struct route_wanted *ret_wanted)
{
    const char *mark = strchrnul(request->target, '?');
    CLEANUP(mem_freep)
    char *path = mem_copy_n(request->target, (size_t)(mark - request->target));

    if (!guard_is_read(request->method))
        return reply_with(ret_reply, reply_refusal(405));
    return dispatch(api, request, path, mark[0] == '?' ? mark + 1 : "", ret_reply, ret_wanted);
}

#include "send.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "kept.h"
#include "mem.h"
#include "text.h"

/*
 * Referrer-Policy and the rest by OWASP's secure headers. The dashboard loads what it is made of
 * from here and nothing else; dygraphs sets styles through the DOM, which the policy lets pass.
 */
static const struct {
    const char *name;
    const char *value;
} headers[] = {
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
};
static const char page_policy[] =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static void response_destroyp(struct MHD_Response **response)
{
    if (*response)
        MHD_destroy_response(*response);
}

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_number(struct MHD_Response *response, const char *name, int64_t value)
{
    char text[TEXT_I64_SIZE];

    return add(response, name, text_from_i64(value, text));
}

/* An answer is the client's to keep, if it asks each time whether it is still right. */
static const char *cache_control(const struct reply *reply)
{
    return reply->etag ? "no-cache" : "no-store";
}

/* What depends on the reply. */
static bool add_own(struct MHD_Response *response, const struct reply *reply)
{
    return add(response, "Content-Type", reply->type) && add(response, "ETag", reply->etag) &&
           add(response, "Vary", reply->etag ? "Accept, Accept-Encoding" : NULL) &&
           add(response, "Content-Encoding", reply->is_gzip ? "gzip" : NULL) &&
           add(response, "Cache-Control", cache_control(reply)) &&
           add(response, "Content-Security-Policy",
               reply->is_page ? page_policy : "default-src 'none'; frame-ancestors 'none'") &&
           add(response, "Allow", reply->status == 405 ? "GET, HEAD" : NULL) &&
           add(response, "WWW-Authenticate",
               reply->status == 401 ? "Bearer realm=\"txmon\"" : NULL) &&
           add(response, "Connection", reply->close ? "close" : NULL) &&
           (reply->retry_after == 0 || add_number(response, "Retry-After", reply->retry_after)) &&
           (!reply->is_stale || (add_number(response, "Age", reply->age) &&
                                 add_number(response, "X-Txmon-Stale", reply->age)));
}

static bool add_headers(struct MHD_Response *response, const struct reply *reply,
                        const char *request_id)
{
    for (size_t i = 0; i < ARRAY_LEN(headers); i++)
        if (!add(response, headers[i].name, headers[i].value))
            return false;
    return add_own(response, reply) && add(response, "X-Request-Id", request_id);
}

static void release(void *kept)
{
    kept_release(kept);
}

static struct MHD_Response *response_of(const struct reply *reply)
{
    struct MHD_Response *response;

    if (reply->kept) {
        response = MHD_create_response_from_buffer_with_free_callback_cls(reply->len, reply->body,
                                                                          release, reply->kept);
        if (!response)
            kept_release(reply->kept);
        return response;
    }
    response = MHD_create_response_from_buffer(
        reply->len, reply->body, reply->is_owned ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (!response && reply->is_owned)
        free(reply->body);
    return response;
}

/* libmicrohttpd's own function, behind ours. */
static enum MHD_Result queue(struct MHD_Connection *connection, unsigned status,
                             struct MHD_Response *response)
{
    static __typeof__(MHD_queue_response) *next;
    __typeof__(next) known = __atomic_load_n(&next, __ATOMIC_RELAXED);

    if (!known) {
        *(void **)&known = dlsym(RTLD_NEXT, "MHD_queue_response");
        __atomic_store_n(&next, known, __ATOMIC_RELAXED);
    }
    return known(connection, status, response);
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                                   struct MHD_Response *response)
{
    (void)response;
    return send_reply(connection, reply_refusal(status), NULL);
}

enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply reply,
                           const char *request_id)
{
    CLEANUP(response_destroyp) struct MHD_Response *response = response_of(&reply);

    /* ETag and Age of the kept answer are read before the response can release it. */
    if (!response || !add_headers(response, &reply, request_id))
        return MHD_NO;
    return queue(connection, reply.status, response);
}

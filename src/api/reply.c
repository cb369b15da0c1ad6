#include "reply.h"

#include <string.h>

#include "json.h"
#include "mem.h"

#define RETRY_SECONDS 5

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 413, "Content Too Large" },
        { 414, "URI Too Long" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 503, "Service Unavailable" },
        { 505, "HTTP Version Not Supported" },
    };

    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

struct reply reply_of(const char *type, char *body)
{
    return (struct reply){
        .status = 200, .type = type, .body = body, .len = strlen(body), .is_owned = true
    };
}

struct reply reply_problem_of(unsigned status, const char *detail, const char *parameter)
{
    struct reply reply = reply_of("application/problem+json",
                                  json_problem(status, title_of(status), detail, parameter));

    reply.status = status;
    if (status == 503)
        reply.retry_after = RETRY_SECONDS;
    return reply;
}

struct reply reply_problem(unsigned status, const char *detail)
{
    return reply_problem_of(status, detail, NULL);
}

struct reply reply_refusal(unsigned status)
{
    struct reply reply =
        reply_problem(status, status == 400   ? "the request is malformed, or has a body"
                              : status == 405 ? "only GET and HEAD are answered here"
                                              : NULL);

    reply.close = true;
    return reply;
}

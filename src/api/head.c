#include "head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

static char **find(struct head *head, const char *name, size_t len)
{
    const struct {
        const char *name;
        char **value;
    } fields[] = {
        { "If-None-Match", &head->if_none_match },     { "Accept", &head->accept },
        { "Accept-Encoding", &head->accept_encoding }, { "Authorization", &head->authorization },
        { "X-Request-Id", &head->request_id },
    };

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strlen(fields[i].name) == len && strncasecmp(fields[i].name, name, len) == 0)
            return fields[i].value;
    return NULL;
}

void head_add(struct head *head, const char *name, size_t name_len, const char *value)
{
    char **field = find(head, name, name_len);
    CLEANUP(mem_freep) char *before = NULL;

    if (!field)
        return;
    before = *field;
    *field =
        before ? mem_format("%s, %s", before, value ? value : "") : mem_copy(value ? value : "");
}

void head_release(struct head *head)
{
    free(head->if_none_match);
    free(head->accept);
    free(head->accept_encoding);
    free(head->authorization);
    free(head->request_id);
}

#include "kept.h"

#include <stdlib.h>

#include "gzip.h"
#include "mem.h"

#define GZIP_LEAST 1024 /* bytes: less than a packet gains nothing */

struct kept *kept_new(struct reply reply)
{
    struct kept *kept = mem_alloc(sizeof(*kept));

    kept->holders = 1;
    kept->status = reply.status;
    kept->type = reply.type;
    kept->retry_after = reply.retry_after;
    kept->body = reply.is_owned ? reply.body : mem_copy_n(reply.body, reply.len);
    kept->len = reply.len;
    if (kept->len >= GZIP_LEAST && reply.status == 200)
        kept->gzip = gzip_pack(kept->body, kept->len, &kept->gzip_len);
    return kept;
}

struct kept *kept_hold(struct kept *kept)
{
    (void)__atomic_add_fetch(&kept->holders, 1, __ATOMIC_RELAXED);
    return kept;
}

void kept_release(struct kept *kept)
{
    if (!kept || __atomic_sub_fetch(&kept->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    free(kept->body);
    free(kept->gzip);
    free(kept);
}

void kept_releasep(struct kept **kept)
{
    kept_release(*kept);
}

size_t kept_size(const struct kept *kept)
{
    return sizeof(*kept) + kept->len + kept->gzip_len;
}

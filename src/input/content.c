#include "content.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mem.h"

#define FIRST_SIZE ((size_t)1 << 14) /* slots */
#define IN_MEMORY ((size_t)8 << 20)  /* bytes: a larger table is a file */
#define TOUCHED 2048                 /* each touches a page at most, before they go back */

/* One content: 96 bits of its hash, and how often it came; 0: the slot is free. */
struct slot {
    uint64_t hash;
    uint32_t more_hash;
    uint32_t n;
};

struct content {
    struct slot *slots;
    size_t size; /* a power of two */
    size_t used;
    struct slot *last;
    int touched;
    char id[64];
};

static size_t bytes(size_t size)
{
    return size * sizeof(struct slot);
}

/* Zeroed. A large one is an unlinked file: its pages may leave memory. */
static struct slot *map_table(size_t size, struct err *err)
{
    const char *folder = getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): one thread
    char path[4096];
    void *map;
    int fd = -1;

    if (bytes(size) > IN_MEMORY) {
        (void)snprintf(path, sizeof(path), "%s/txingest.XXXXXX", folder ? folder : "/tmp");
        fd = mkostemp(path, O_CLOEXEC);
        if (fd < 0 || unlink(path) < 0 || posix_fallocate(fd, 0, (off_t)bytes(size)) != 0) {
            err_set(err, ERR_SYSTEM, "temporary file %s of %zu bytes: %m", path, bytes(size));
            if (fd >= 0)
                (void)close(fd);
            return NULL;
        }
    }
    map = mmap(NULL, bytes(size), PROT_READ | PROT_WRITE,
               fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (map == MAP_FAILED) {
        err_set(err, ERR_SYSTEM, "mapping %zu bytes: %m", bytes(size));
        return NULL;
    }
    (void)madvise(map, bytes(size), MADV_RANDOM);
    return map;
}

struct content *content_open(void)
{
    return mem_alloc(sizeof(struct content));
}

void content_closep(struct content **content)
{
    if (!*content)
        return;
    if ((*content)->slots)
        (void)munmap((*content)->slots, bytes((*content)->size));
    free(*content);
}

static struct slot *find(struct slot *slots, size_t size, uint64_t hash, uint32_t more_hash)
{
    size_t at = hash & (size - 1);

    while (slots[at].n > 0 && (slots[at].hash != hash || slots[at].more_hash != more_hash))
        at = (at + 1) & (size - 1);
    return &slots[at];
}

/* Gives the pages of a table that is a file back to the page cache. */
static void let_go(struct slot *slots, size_t size)
{
    if (bytes(size) > IN_MEMORY)
        (void)madvise(slots, bytes(size), MADV_DONTNEED);
}

static int grow(struct content *content, struct err *err)
{
    size_t size = content->size ? content->size * 4 : FIRST_SIZE;
    struct slot *slots = map_table(size, err);

    if (!slots)
        return -1;
    for (size_t i = 0; i < content->size; i++) {
        const struct slot *slot = &content->slots[i];

        if (slot->n > 0)
            *find(slots, size, slot->hash, slot->more_hash) = *slot;
        if (i % TOUCHED == 0) {
            let_go(content->slots, content->size);
            let_go(slots, size);
        }
    }
    if (content->slots)
        (void)munmap(content->slots, bytes(content->size));
    content->slots = slots;
    content->size = size;
    return 0;
}

static void put_id(struct content *content, struct row *row)
{
    static const char digits[] = "0123456789abcdef";
    char *id = content->id;
    size_t len = 2 * sizeof(row->content);

    for (size_t i = 0; i < sizeof(row->content); i++) {
        id[2 * i] = digits[row->content[i] >> 4];
        id[2 * i + 1] = digits[row->content[i] & 15];
    }
    len += (size_t)snprintf(id + len, sizeof(content->id) - len, "-%" PRIu32, content->last->n);
    row->text[COLUMN_TRANSACTION_ID] = (struct csv_field){ id, len };
}

int content_name(struct content *content, struct row *row, struct err *err)
{
    uint64_t hash;
    uint32_t more_hash;

    if (content->used * 2 >= content->size && grow(content, err) < 0)
        return -1;
    memcpy(&hash, row->content, sizeof(hash));
    memcpy(&more_hash, row->content + sizeof(hash), sizeof(more_hash));
    content->last = find(content->slots, content->size, hash, more_hash);
    content->used += content->last->n == 0;
    *content->last = (struct slot){ hash, more_hash, content->last->n + 1 };
    put_id(content, row);
    if (++content->touched == TOUCHED) {
        let_go(content->slots, content->size);
        content->touched = 0;
    }
    return 0;
}

void content_take_back(struct content *content)
{
    content->last->n--;
}

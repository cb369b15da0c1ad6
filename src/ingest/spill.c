#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"

#define MEMORY_SIZE ((size_t)1 << 20)
#define READ_SIZE ((size_t)1 << 16)

static int make_file(struct spill *spill, struct err *err)
{
    const char *dir = getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): txingest has one thread

    if (!dir || dir[0] == '\0')
        dir = "/tmp";
    spill->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spill->fd < 0) {
        spill->fd = 0;
        return err_set(err, ERR_SYSTEM, "a temporary file in %s: %m", dir);
    }
    return 0;
}

int spill_put(struct spill *spill, struct err *err)
{
    spill->rows++;
    if (spill->pack.len < MEMORY_SIZE)
        return 0;
    if ((spill->fd == 0 && make_file(spill, err) < 0) ||
        file_write_all(spill->fd, spill->pack.data, spill->pack.len, err) < 0)
        return -1;
    spill->pack.len = 0;
    return 0;
}

static int copy_file(struct spill *spill, struct copy *copy, struct err *err)
{
    CLEANUP(mem_freep) char *data = mem_alloc(READ_SIZE);
    ssize_t got;

    if (lseek(spill->fd, 0, SEEK_SET) < 0)
        return err_set(err, ERR_SYSTEM, "reading a temporary file: %m");
    while ((got = read(spill->fd, data, READ_SIZE)) != 0) {
        if (got < 0 && errno != EINTR)
            return err_set(err, ERR_SYSTEM, "reading a temporary file: %m");
        if (got > 0 && copy_put(copy, data, (size_t)got, 0, err) < 0)
            return -1;
    }
    return 0;
}

int spill_copy(struct spill *spill, struct copy *copy, struct err *err)
{
    if ((spill->fd != 0 && copy_file(spill, copy, err) < 0) ||
        copy_put(copy, spill->pack.data, spill->pack.len, spill->rows, err) < 0)
        return -1;
    spill_release(spill);
    return 0;
}

void spill_release(struct spill *spill)
{
    if (spill->fd != 0)
        (void)close(spill->fd);
    pack_release(&spill->pack);
    *spill = (struct spill){ 0 };
}

#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "stop.h"

#define CHUNK ((size_t)1 << 18)

/* As read(2), from standard input; a signal ends the wait. */
static ssize_t read_input(char *out, size_t size, struct err *err)
{
    struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                            { .fd = stop_fd(), .events = POLLIN } };
    ssize_t got;

    while (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno == EINTR)
        ;
    if (stop_signal() != 0)
        return err_set(err, ERR_STOPPED, "stopped by signal %d", stop_signal());
    do
        got = read(STDIN_FILENO, out, size);
    while (got < 0 && errno == EINTR);
    return got < 0 ? err_set(err, ERR_SYSTEM, "standard input: %m") : got;
}

/* All of standard input, and its SHA-256. */
static int keep(int fd, char hex[HASH_SIZE], struct err *err)
{
    CLEANUP(mem_freep) char *chunk = mem_resize(NULL, CHUNK, 1);
    CLEANUP(hash_closep) struct hash *hash = hash_open();
    ssize_t got;

    while ((got = read_input(chunk, CHUNK, err)) > 0) {
        hash_add(hash, chunk, (size_t)got);
        if (file_write_all(fd, chunk, (size_t)got, err) < 0)
            return -1;
    }
    hash_text(hash, hex);
    return got < 0 ? -1 : 0;
}

int spool_input(int *ret_fd, char ret_hex[HASH_SIZE], struct err *err)
{
    const char *folder = getenv("TMPDIR"); // NOLINT(concurrency-mt-unsafe): one thread
    int fd;

    folder = folder ? folder : "/tmp";
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "a temporary file in %s for standard input: %m", folder);
    if (keep(fd, ret_hex, err) < 0) {
        (void)close(fd);
        return -1;
    }
    *ret_fd = fd;
    return 0;
}

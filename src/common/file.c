#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "mem.h"

void file_closep(FILE **file)
{
    if (*file)
        (void)fclose(*file);
}

void file_close_fdp(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

void file_hold_standard(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        (void)close(fd);
}

int file_flush_output(struct err *err)
{
    return fflush(stdout) != 0 || ferror(stdout) ? err_set(err, ERR_SYSTEM, "writing: %m") : 0;
}

int file_write_all(int fd, const char *bytes, size_t len, struct err *err)
{
    while (len > 0) {
        ssize_t done = write(fd, bytes, len);

        if (done < 0 && errno != EINTR)
            return err_set(err, ERR_SYSTEM, "writing a temporary file: %m");
        if (done > 0) {
            bytes += done;
            len -= (size_t)done;
        }
    }
    return 0;
}

char *file_read(const char *path, size_t most, size_t *ret_len, struct err *err)
{
    CLEANUP(file_closep) FILE *file = fopen(path, "re");
    CLEANUP(mem_freep) char *bytes = NULL;
    size_t len;

    if (!file) {
        err_set(err, ERR_USAGE, "%s: %m", path);
        return NULL;
    }
    bytes = mem_alloc(most + 2); /* one byte too many shows that there are */
    len = fread(bytes, 1, most + 1, file);
    if (ferror(file) || len > most) {
        err_set(err, ERR_USAGE, "%s: cannot be read, or has more than %zu bytes", path, most);
        return NULL;
    }
    bytes[len] = '\0';
    *ret_len = len;
    return mem_resize(TAKE(bytes), len + 1, 1);
}

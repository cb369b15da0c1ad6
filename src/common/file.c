#include "file.h"

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

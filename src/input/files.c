#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"
#include "names.h"
#include "spool.h"
#include "text.h"

#define NANOSECONDS INT64_C(1000000000)

static const char *const not_looked_at[] = { ".*",           "*.tmp",    "*.part", "*.filepart",
                                             "*.incomplete", "*.sha256", "*.info" };

static bool is_looked_at(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    for (size_t i = 0; i < ARRAY_LEN(not_looked_at); i++)
        if (fnmatch(not_looked_at[i], name, 0) == 0)
            return false;
    return true;
}

static void put(char **out, const char *text)
{
    size_t len = strlen(text);

    memcpy(*out, text, len + 1);
    *out += len;
}

/* %Y-%m-%d as a pattern of the shell */
static char *pattern_of(const char *path)
{
    char *pattern = mem_alloc(strlen(path) * 10 + 1);
    char *out = pattern;

    *out = '\0';
    for (const char *c = path; *c;) {
        bool is_year = strncmp(c, "%Y", 2) == 0;
        bool is_part = is_year || strncmp(c, "%m", 2) == 0 || strncmp(c, "%d", 2) == 0;

        if (is_part)
            put(&out, is_year ? "[0-9][0-9][0-9][0-9]" : "[0-9][0-9]");
        else
            put(&out, (char[]){ *c, '\0' });
        c += is_part ? 2 : 1;
    }
    return pattern;
}

/* What is there is no pattern: its own *, ? and [ mean themselves. */
static int find_names(const char *path, struct names *ret, struct err *err)
{
    CLEANUP(mem_freep) char *pattern = NULL;
    struct stat st;

    if (stat(path, &st) < 0) {
        if (path[strcspn(path, "*?[%")] == '\0')
            return err_set(err, errno == EACCES ? ERR_PERMISSION : ERR_FAILED, "%s: %m", path);
        pattern = pattern_of(path);
        return names_find(pattern, ret, err);
    }
    if (S_ISDIR(st.st_mode))
        return names_in(path, "*", ret, err);
    names_put(ret, mem_copy(path));
    return 0;
}

void file_look(struct file *file, const struct stat *st)
{
    file->size = st->st_size;
    file->modified = st->st_mtim.tv_sec * NANOSECONDS + st->st_mtim.tv_nsec;
    file->inode = (int64_t)st->st_ino;
}

int files_open(struct file *file, int *ret_fd, struct err *err)
{
    char spool[32];
    struct stat st;

    (void)snprintf(spool, sizeof(spool), "/proc/self/fd/%d", file->spool);
    /* O_NONBLOCK: what has become a FIFO since it was found must not hold us up. */
    *ret_fd = open(file->spool ? spool : file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*ret_fd < 0)
        return err_set(err, errno == EACCES ? ERR_PERMISSION : ERR_SYSTEM, "%m");
    if (fstat(*ret_fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_FAILED, "is not a regular file");
    file_look(file, &st);
    (void)posix_fadvise(*ret_fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return 0;
}

struct file files_opened(const struct file *file, int fd)
{
    struct file same = *file;

    if (!same.spool)
        same.spool = fd;
    return same;
}

static void put_file(struct files *files, const struct file *file)
{
    files->file = mem_resize(files->file, files->n + 1, sizeof(files->file[0]));
    files->file[files->n++] = *file;
}

/* Neither the ledger nor JSON could hold another name. */
static int check_name(const char *path, struct err *err)
{
    return text_is_utf8(path, strlen(path))
               ? 0
               : err_set(err, ERR_FAILED, "%s: the name is not UTF-8: rename it", path);
}

/* One path of the list: kept, passed over (0), or an error. */
static int add(const struct source *source, const char *path, int64_t now, struct files *files,
               struct err *err)
{
    struct file file = { 0 };
    struct stat st;

    if (!is_looked_at(path))
        return 0;
    if (stat(path, &st) < 0) {
        if (names_is_gone(errno))
            return 0;
        return err_set(err, errno == EACCES ? ERR_PERMISSION : ERR_SYSTEM, "%s: %m", path);
    }
    if (!S_ISREG(st.st_mode)) {
        log_debug("%s is not a regular file: passed over", path);
        return 0;
    }
    file_look(&file, &st);
    if (source->settle > 0 && now - file.modified < source->settle * NANOSECONDS) {
        log_info("%s was changed less than %lld s ago: it waits for the next run", path,
                 (long long)source->settle);
        files->unsettled++;
        return 0;
    }
    if (check_name(path, err) < 0)
        return -1;
    file.path = mem_copy(path);
    put_file(files, &file);
    return 0;
}

int files_find(const struct source *source, struct files *ret, struct err *err)
{
    CLEANUP(files_release) struct files files = { 0 };
    CLEANUP(names_release) struct names found = { 0 };
    struct timespec now;

    if (find_names(source->path, &found, err) < 0)
        return -1;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    for (size_t i = 0; i < found.n; i++)
        if (add(source, found.path[i], now.tv_sec * NANOSECONDS + now.tv_nsec, &files, err) < 0)
            return -1;
    *ret = files;
    files = (struct files){ 0 };
    return 0;
}

void files_release(struct files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        free(files->file[i].path);
        if (files->file[i].spool)
            (void)close(files->file[i].spool);
    }
    free(files->file);
    *files = (struct files){ 0 };
}

static int add_input(struct files *files, struct err *err)
{
    char hex[HASH_SIZE];
    struct file file = { 0 };
    struct stat st;

    if (spool_input(&file.spool, hex, err) < 0)
        return -1;
    file.path = mem_format("stdin:%s", hex);
    if (fstat(file.spool, &st) == 0)
        file_look(&file, &st);
    put_file(files, &file);
    return 0;
}

static int add_given(struct files *files, const char *name, struct err *err)
{
    struct file file = { .path = realpath(name, NULL) };
    struct stat st;

    if (!file.path)
        return err_set(err, errno == EACCES ? ERR_PERMISSION : ERR_FAILED, "%s: %m", name);
    put_file(files, &file);
    if (check_name(file.path, err) < 0)
        return -1;
    if (stat(file.path, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_FAILED, "%s: is not a regular file", name);
    file_look(&files->file[files->n - 1], &st);
    return 0;
}

int files_given(char *const *names, size_t n, struct files *ret, struct err *err)
{
    CLEANUP(files_release) struct files files = { 0 };

    for (size_t i = 0; i < n; i++)
        if ((strcmp(names[i], "-") == 0 ? add_input(&files, err)
                                        : add_given(&files, names[i], err)) < 0)
            return -1;
    *ret = files;
    files = (struct files){ 0 };
    return 0;
}

#include "names.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"

bool names_is_gone(int why)
{
    return why == ENOENT || why == ENOTDIR || why == ELOOP;
}

static void close_folder(DIR **dir)
{
    if (*dir)
        (void)closedir(*dir);
}

/* base without the slash that it ends with, but where that is all */
static int fail(const char *base, struct err *err)
{
    size_t len = strlen(base);

    return err_set(err, errno == EACCES ? ERR_PERMISSION : ERR_SYSTEM, "%.*s: %m",
                   (int)(len > 1 ? len - 1 : len), base);
}

/* base is empty, or ends with a slash. */
static int look_in(const char *base, const char *pattern, struct names *names, struct err *err)
{
    const char *folder = base[0] ? base : ".";
    CLEANUP(close_folder) DIR *dir = opendir(folder);
    const struct dirent *entry;

    if (!dir)
        return names_is_gone(errno) ? 0 : fail(folder, err);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): txingest has one thread
    while (errno = 0, (entry = readdir(dir))) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && fnmatch(pattern, name, 0) == 0)
            names_put(names, mem_format("%s%s", base, name));
    }
    return errno == 0 ? 0 : fail(folder, err);
}

/* For each folder its names that the first len bytes of pattern match. */
static int match(struct names *names, const char *pattern, size_t len, struct err *err)
{
    CLEANUP(names_release) struct names found = { 0 };
    CLEANUP(mem_freep) char *part = mem_copy_n(pattern, len);
    struct names folders;

    for (size_t i = 0; i < names->n; i++)
        if (look_in(names->path[i], part, &found, err) < 0)
            return -1;
    folders = *names;
    *names = found;
    found = folders;
    return 0;
}

/* The first len bytes of text stand behind each; what is not there then is none. */
static void append(struct names *names, const char *text, size_t len)
{
    size_t kept = 0;

    for (size_t i = 0; i < names->n; i++) {
        char *path = mem_format("%s%.*s", names->path[i], (int)len, text);
        struct stat st;

        free(names->path[i]);
        if (lstat(path, &st) == 0 || !names_is_gone(errno))
            names->path[kept++] = path;
        else
            free(path);
    }
    names->n = kept;
}

static size_t length_of_literal(const char *pattern)
{
    size_t len = strcspn(pattern, "*?[\\");

    if (pattern[len] != '\0')
        while (len > 0 && pattern[len - 1] != '/')
            len--;
    return len;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int sorted(int rc, struct names *names)
{
    if (rc < 0)
        names_release(names);
    else if (names->n > 1)
        qsort(names->path, names->n, sizeof(names->path[0]), by_name);
    return rc;
}

int names_find(const char *pattern, struct names *ret, struct err *err)
{
    int rc = 0;

    *ret = (struct names){ 0 };
    names_put(ret, mem_copy(""));
    for (size_t len; rc == 0 && *pattern; pattern += len) {
        len = length_of_literal(pattern);
        if (len > 0) {
            append(ret, pattern, len);
        } else {
            len = strcspn(pattern, "/");
            rc = match(ret, pattern, len, err);
        }
    }
    return sorted(rc, ret);
}

int names_in(const char *folder, const char *pattern, struct names *ret, struct err *err)
{
    CLEANUP(mem_freep) char *base = mem_format("%s/", folder);

    *ret = (struct names){ 0 };
    return sorted(look_in(base, pattern, ret, err), ret);
}

void names_put(struct names *names, char *path)
{
    names->path = mem_resize(names->path, names->n + 1, sizeof(names->path[0]));
    names->path[names->n++] = path;
}

void names_release(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->path[i]);
    free(names->path);
    *names = (struct names){ 0 };
}

#include "names.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

/* What failed first: glob's functions take no argument of ours. */
static int failed;

static void *open_folder(const char *path)
{
    return opendir(path);
}

static void close_folder(void *dir)
{
    (void)closedir(dir);
}

static struct dirent *read_folder(void *dir)
{
    struct dirent *entry;

    errno = 0;
    entry = readdir(dir); // NOLINT(concurrency-mt-unsafe): txingest has one thread
    if (!entry && failed == 0)
        failed = errno;
    return entry;
}

static int on_error(const char *path, int why)
{
    (void)path;
    if (why == ENOENT) /* gone by now */
        return 0;
    if (failed == 0)
        failed = why;
    return 1;
}

int names_find(const char *pattern, glob_t *ret, struct err *err)
{
    int rc;

    *ret = (glob_t){ .gl_opendir = open_folder,
                     .gl_readdir = read_folder,
                     .gl_closedir = close_folder,
                     .gl_stat = stat,
                     .gl_lstat = lstat };
    failed = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): txingest has one thread
    rc = glob(pattern, GLOB_NOSORT | GLOB_PERIOD | GLOB_ALTDIRFUNC, on_error, ret);
    errno = failed;
    if (failed != 0)
        return err_set(err, failed == EACCES ? ERR_PERMISSION : ERR_SYSTEM, "%m");
    return rc == 0 || rc == GLOB_NOMATCH ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

void names_release(glob_t *names)
{
    globfree(names);
}

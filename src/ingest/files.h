#ifndef FILES_H
#define FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "err.h"
#include "source.h"

/*
 * Which files a source's path names now, in the order of their names: a file, a
 * folder's files, a glob, or a pattern with %Y, %m and %d. Hidden names and those of
 * files on their way (*.tmp *.part *.filepart *.incomplete) are not looked at; what is
 * no regular file is passed over; a file that was changed within the settling time
 * waits for the next run.
 */
struct file {
    char *path;
    int64_t size;
    int64_t modified; /* nanoseconds since 1970 */
    int64_t inode;
};

struct files {
    struct file *file;
    size_t n;
    size_t unsettled; /* files that wait */
};

MUST_CHECK int files_find(const struct source *source, struct files *ret, struct err *err);
void files_release(struct files *files); /* for CLEANUP; a zeroed one is fine */

/* size, modified and inode of what stat gave; path stays. */
void file_look(struct file *file, const struct stat *st);

#endif

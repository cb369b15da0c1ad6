#ifndef FILES_H
#define FILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "err.h"
#include "source.h"

/*
 * Which files a source's path names now, in the order of their names: a file, a
 * folder's files, a glob, or a pattern with %Y, %m and %d. Hidden names, those of files
 * on their way (*.tmp *.part *.filepart *.incomplete) and manifests (*.sha256 *.info)
 * are not looked at; what is no regular file is passed over; a file that was changed
 * within the settling time waits for the next run.
 */
struct file {
    char *path;
    int spool; /* what came by standard input, or is open already; 0: the file is at path */
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

/*
 * The files that are named, whatever the source's path and settling time: as absolute
 * paths, so that the ledger knows them again. "-" is standard input: it is kept in a
 * temporary file, and its path is "stdin:" with its SHA-256. One that is not there, or no
 * regular file, is an error.
 */
MUST_CHECK int files_given(char *const *names, size_t n, struct files *ret, struct err *err);

void files_release(struct files *files); /* for CLEANUP; a zeroed one is fine */

/* Opens it to be read from its start; *ret_fd is the caller's to close. Its looks are those now. */
MUST_CHECK int files_open(struct file *file, int *ret_fd, struct err *err);

/* The very file that is open as fd, to be opened once more while it is: whatever its path names
 * now. */
struct file files_opened(const struct file *file, int fd);

/* size, modified and inode of what stat gave; path stays. */
void file_look(struct file *file, const struct stat *st);

#endif

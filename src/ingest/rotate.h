#ifndef ROTATE_H
#define ROTATE_H

#include <stdbool.h>

#include "files.h"
#include "job.h"
#include "ledger.h"

/*
 * Files that have another name than when they were read, as logrotate gives them: renamed (the
 * inode tells), copied and truncated, or compressed on the way. The ledger's line follows the
 * content, after its hash was compared; so what was appended before the rotation is read as the
 * tail of what was known, and the file that has the name now is a new one. A name that another
 * content has taken, while the old one is nowhere to be seen, is left to the caller. Standard input
 * has no name to follow.
 *
 * A file that has its name and inode and has not become shorter is not looked into, and nothing
 * is when all are like that.
 */

/* The ledger has its entries by the names that their content has now; the database is not asked. */
MUST_CHECK int rotate_find(const struct files *files, struct ledger *ledger, struct err *err);

/* Then, that the database has them, too. */
MUST_CHECK int rotate_write(struct job *job, const struct ledger *ledger, struct err *err);

/* In a transaction of the caller's: the entry's path, which is of another file from now on, becomes
 * one that no file has. */
MUST_CHECK int rotate_displace(struct job *job, const struct ledger_entry *entry, const char *path,
                               struct err *err);

#endif

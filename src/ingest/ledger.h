#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "csv.h"
#include "db.h"
#include "files.h"

/*
 * What ingestion_file knows of a source's files as a run begins. A file whose size,
 * time of change and inode are as they were is not even opened.
 */
struct ledger {
    PGresult *res;      /* sql/ingest/file_ledger.sql: ordered by path */
    const char **moved; /* the paths that entries have now instead; NULL: none has another */
};

struct ledger_entry {
    int row; /* in ledger->res */
    const char *path;
    const char *was; /* its path when it was read, if it has another now; else NULL */
    int64_t file_id;
    bool finished; /* all of it was consumed as it looked then */
    int64_t size;
    int64_t inode;
    int64_t bytes_done;
    int64_t lines_done;
    const char *sha256;     /* of the bytes done; "" when there are none */
    const char *first_date; /* "" when it brought no transaction */
    const char *last_date;
    int64_t undone; /* records that txingest undo took out again */
};

MUST_CHECK int ledger_read(struct db *db, const char *source_id, struct ledger *ret,
                           struct err *err);
void ledger_release(struct ledger *ledger); /* for CLEANUP; a zeroed one is fine */

/* Whether the ledger has the path; *ret points into the ledger. */
bool ledger_find(const struct ledger *ledger, const char *path, struct ledger_entry *ret);

/* The entries by number, in the order of their paths. */
int ledger_size(const struct ledger *ledger);
void ledger_at(const struct ledger *ledger, int row, struct ledger_entry *ret);

/* The entry has another path from now on, which must live as long as the ledger does. An entry that
 * has this path, if it does not move itself, is not found any more. */
void ledger_move(struct ledger *ledger, int row, const char *path);

/* Whether the file begins with what was consumed of the entry's; it is read for that. */
MUST_CHECK int ledger_holds(const struct file *file, const struct ledger_entry *entry, bool *ret,
                            struct err *err);

/* Whether the file looks as it did when all of it had been consumed. */
bool ledger_is_as_it_was(const struct ledger *ledger, const struct ledger_entry *entry,
                         const struct file *file);

/*
 * For a path that is not in the ledger: whether another file of the source had the
 * same content. *ret_twin is its path, NULL if there is none; the caller frees it. One that was
 * noted and looks as it did then is not read.
 */
MUST_CHECK int ledger_find_twin(struct db *db, const char *source_id, const struct file *file,
                                char **ret_twin, struct err *err);

/* That the file has the content of twin, for the runs to come. */
MUST_CHECK int ledger_note_twin(struct db *db, const char *source_id, const struct file *file,
                                const char *twin, struct err *err);

#endif

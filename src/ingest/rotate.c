#include "rotate.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mem.h"
#include "sql.h"
#include "text.h"

/* What became of the name of a known file. */
enum whereabouts { IN_PLACE, REPLACED, VANISHED };

struct known {
    struct ledger_entry entry;
    enum whereabouts whereabouts;
    const struct file *now; /* where its content was found; NULL: nowhere yet */
};

struct rotate {
    const struct files *files;
    const struct ledger *ledger;
    struct known *known;
    int n;
};

static void rotate_release(struct rotate *rotate)
{
    free(rotate->known);
}

static bool has_its_place(const struct ledger_entry *entry, const struct file *file)
{
    return entry->inode == file->inode && file->size >= entry->size;
}

static enum whereabouts look_for(const struct ledger_entry *entry)
{
    struct file file = { 0 };
    struct stat st;

    if (stat(entry->path, &st) < 0)
        return VANISHED;
    file_look(&file, &st);
    return has_its_place(entry, &file) ? IN_PLACE : REPLACED;
}

static void read_known(struct rotate *rotate)
{
    rotate->n = ledger_size(rotate->ledger);
    rotate->known = mem_alloc((size_t)(rotate->n + 1) * sizeof(rotate->known[0]));
    for (int i = 0; i < rotate->n; i++) {
        ledger_at(rotate->ledger, i, &rotate->known[i].entry);
        rotate->known[i].whereabouts = look_for(&rotate->known[i].entry);
    }
}

/* Known content that this file could be: by its inode, or since its name was taken by another. */
static bool could_be(const struct file *file, bool is_new, const struct known *known)
{
    if (known->whereabouts == IN_PLACE || known->now || known->entry.bytes_done == 0)
        return false;
    return known->entry.inode == file->inode || (is_new && known->whereabouts == REPLACED);
}

static int find_content(struct rotate *rotate, const struct file *file, bool is_new,
                        struct err *err)
{
    for (int i = 0; i < rotate->n; i++) {
        struct known *known = &rotate->known[i];
        bool holds = false;

        if (strcmp(known->entry.path, file->path) == 0 || !could_be(file, is_new, known))
            continue;
        if (ledger_holds(file, &known->entry, &holds, err) < 0)
            return err_wrap(err, "%s", file->path);
        if (holds) {
            known->now = file;
            return 0;
        }
    }
    return 0;
}

static int find_all(struct rotate *rotate, struct err *err)
{
    for (size_t i = 0; i < rotate->files->n; i++) {
        const struct file *file = &rotate->files->file[i];
        struct ledger_entry entry;
        bool is_new = !ledger_find(rotate->ledger, file->path, &entry);

        if (file->spool || (!is_new && has_its_place(&entry, file)))
            continue;
        if (!rotate->known)
            read_known(rotate);
        if (find_content(rotate, file, is_new, err) < 0)
            return -1;
    }
    return 0;
}

int rotate_displace(struct job *job, const struct ledger_entry *entry, const char *path,
                    struct err *err)
{
    char id[TEXT_I64_SIZE];

    return db_run(job->db, &sql_ingest_file_displace,
                  STMT_ARGS({ "source", job->source_id }, { "path", path },
                            { "file", text_from_i64(entry->file_id, id) }),
                  NULL, err);
}

static int move(struct job *job, const struct ledger_entry *entry, const char *path,
                struct err *err)
{
    char id[TEXT_I64_SIZE];

    return db_run(job->db, &sql_ingest_file_move,
                  STMT_ARGS({ "source", job->source_id }, { "path", path },
                            { "file", text_from_i64(entry->file_id, id) }),
                  NULL, err);
}

/* For each entry that has another name: first all names are made free, then they are given. */
static int for_moved(struct job *job, const struct ledger *ledger,
                     int (*write)(struct job *, const struct ledger_entry *, const char *,
                                  struct err *),
                     struct err *err)
{
    for (int i = 0; i < ledger_size(ledger); i++) {
        struct ledger_entry entry;

        ledger_at(ledger, i, &entry);
        if (entry.was && write(job, &entry, entry.path, err) < 0)
            return -1;
    }
    return 0;
}

int rotate_write(struct job *job, const struct ledger *ledger, struct err *err)
{
    CLEANUP(db_rollbackp) struct db *txn = NULL;

    if (!ledger->moved)
        return 0;
    txn = db_begin(job->db, err);
    if (!txn || for_moved(job, ledger, rotate_displace, err) < 0 ||
        for_moved(job, ledger, move, err) < 0)
        return -1;
    return db_commit(&txn, err);
}

int rotate_find(const struct files *files, struct ledger *ledger, struct err *err)
{
    CLEANUP(rotate_release) struct rotate rotate = { .files = files, .ledger = ledger };

    if (ledger_size(ledger) == 0)
        return 0;
    if (find_all(&rotate, err) < 0)
        return -1;
    for (int i = 0; i < rotate.n; i++) {
        const struct known *known = &rotate.known[i];

        if (!known->now)
            continue;
        log_info("%s is what %s was: its place in the ledger goes with it", known->now->path,
                 known->entry.path);
        ledger_move(ledger, i, known->now->path);
    }
    return 0;
}

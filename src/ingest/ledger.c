#include "ledger.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sql.h"
#include "text.h"

/* The columns of sql/ingest/file_ledger.sql. */
enum {
    PATH,
    FILE_ID,
    SIZE,
    MODIFIED,
    INODE,
    BYTES_DONE,
    LINES_DONE,
    SHA256,
    FIRST_DATE,
    LAST_DATE,
    UNDONE
};

int ledger_read(struct db *db, const char *source_id, struct ledger *ret, struct err *err)
{
    return db_run(db, &sql_ingest_file_ledger, STMT_ARGS({ "source", source_id }), &ret->res, err);
}

void ledger_release(struct ledger *ledger)
{
    PQclear(ledger->res);
    ledger->res = NULL;
}

bool ledger_find(const struct ledger *ledger, const char *path, struct ledger_entry *ret)
{
    int low = 0;
    int high = PQntuples(ledger->res);

    while (low < high) {
        int row = low + (high - low) / 2;
        int order = strcmp(path, PQgetvalue(ledger->res, row, PATH));

        if (order == 0) {
            *ret = (struct ledger_entry){
                .row = row,
                .file_id = db_i64(ledger->res, row, FILE_ID),
                .size = db_i64(ledger->res, row, SIZE),
                .bytes_done = db_i64(ledger->res, row, BYTES_DONE),
                .lines_done = db_i64(ledger->res, row, LINES_DONE),
                .sha256 = PQgetvalue(ledger->res, row, SHA256),
                .first_date = PQgetvalue(ledger->res, row, FIRST_DATE),
                .last_date = PQgetvalue(ledger->res, row, LAST_DATE),
                .undone = db_i64(ledger->res, row, UNDONE),
            };
            return true;
        }
        if (order < 0)
            high = row;
        else
            low = row + 1;
    }
    return false;
}

bool ledger_is_as_it_was(const struct ledger *ledger, const struct ledger_entry *entry,
                         const struct file *file)
{
    return entry->sha256[0] && entry->bytes_done == file->size && entry->size == file->size &&
           db_i64(ledger->res, entry->row, MODIFIED) == file->modified &&
           db_i64(ledger->res, entry->row, INODE) == file->inode;
}

static void close_fdp(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static int hash_file(const struct file *file, struct csv_done *ret, struct err *err)
{
    CLEANUP(close_fdp) int fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    CLEANUP(csv_closep) struct csv *csv = NULL;
    bool terminated;

    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "%m");
    csv = csv_open(fd, ',', '"');
    if (csv_skip(csv, file->size, 0, &terminated, err) < 0)
        return -1;
    csv_done(csv, ret);
    return 0;
}

int ledger_find_twin(struct db *db, const char *source_id, const struct file *file, char **ret_twin,
                     struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    struct csv_done done;
    char size[TEXT_I64_SIZE];

    *ret_twin = NULL;
    if (db_run(db, &sql_ingest_file_twin,
               STMT_ARGS({ "source", source_id }, { "size", text_from_i64(file->size, size) },
                         { "path", file->path }),
               &res, err) < 0)
        return -1;
    if (PQntuples(res) == 0 || file->size == 0)
        return 0;
    if (hash_file(file, &done, err) < 0)
        return -1;
    for (int row = 0; row < PQntuples(res) && !*ret_twin; row++)
        if (strcmp(PQgetvalue(res, row, 1), done.sha256) == 0)
            *ret_twin = mem_copy(PQgetvalue(res, row, 0));
    return 0;
}

#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "sql.h"
#include "stream.h"
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
    FINISHED,
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
    free(ledger->moved);
    ledger->moved = NULL;
}

int ledger_size(const struct ledger *ledger)
{
    return PQntuples(ledger->res);
}

void ledger_at(const struct ledger *ledger, int row, struct ledger_entry *ret)
{
    const char *path = PQgetvalue(ledger->res, row, PATH);
    const char *now = ledger->moved ? ledger->moved[row] : NULL;

    *ret = (struct ledger_entry){
        .row = row,
        .path = now ? now : path,
        .was = now ? path : NULL,
        .file_id = db_i64(ledger->res, row, FILE_ID),
        .size = db_i64(ledger->res, row, SIZE),
        .inode = db_i64(ledger->res, row, INODE),
        .finished = PQgetvalue(ledger->res, row, FINISHED)[0] == 't',
        .bytes_done = db_i64(ledger->res, row, BYTES_DONE),
        .lines_done = db_i64(ledger->res, row, LINES_DONE),
        .sha256 = PQgetvalue(ledger->res, row, SHA256),
        .first_date = PQgetvalue(ledger->res, row, FIRST_DATE),
        .last_date = PQgetvalue(ledger->res, row, LAST_DATE),
        .undone = db_i64(ledger->res, row, UNDONE),
    };
}

void ledger_move(struct ledger *ledger, int row, const char *path)
{
    if (!ledger->moved)
        ledger->moved = mem_alloc((size_t)ledger_size(ledger) * sizeof(ledger->moved[0]));
    ledger->moved[row] = path;
}

static bool find_moved(const struct ledger *ledger, const char *path, struct ledger_entry *ret)
{
    for (int row = 0; ledger->moved && row < ledger_size(ledger); row++)
        if (ledger->moved[row] && strcmp(ledger->moved[row], path) == 0) {
            ledger_at(ledger, row, ret);
            return true;
        }
    return false;
}

bool ledger_find(const struct ledger *ledger, const char *path, struct ledger_entry *ret)
{
    int low = 0;
    int high = PQntuples(ledger->res);

    if (find_moved(ledger, path, ret))
        return true;
    while (low < high) {
        int row = low + (high - low) / 2;
        int order = strcmp(path, PQgetvalue(ledger->res, row, PATH));

        if (order == 0 && ledger->moved && ledger->moved[row])
            return false; /* it has left this name */
        if (order == 0) {
            ledger_at(ledger, row, ret);
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
    return entry->finished && entry->size == file->size &&
           db_i64(ledger->res, entry->row, MODIFIED) == file->modified &&
           db_i64(ledger->res, entry->row, INODE) == file->inode;
}

static int hash_file(int fd, int64_t bytes, struct csv_done *ret, struct err *err)
{
    CLEANUP(csv_closep) struct csv *csv = csv_open(fd, ',', '"');
    enum csv_behind behind;

    if (csv_skip(csv, bytes, 0, &behind, err) < 0)
        return -1;
    csv_done(csv, ret);
    return 0;
}

int ledger_holds(const struct file *file, const struct ledger_entry *entry, bool *ret,
                 struct err *err)
{
    CLEANUP(file_close_fdp) int fd = -1;
    struct file looks = *file;
    struct csv_done done;

    *ret = false;
    if (files_open(&looks, &fd, err) < 0)
        return -1;
    if (hash_file(fd, entry->bytes_done, &done, err) < 0)
        return err->code == ERR_LEDGER ? 0 : -1; /* it is shorter */
    *ret = strcmp(done.sha256, entry->sha256) == 0;
    return 0;
}

/* The twin that was noted of a file that looks like this, or NULL. */
static int noted_twin(struct db *db, const char *source_id, const struct file *file, char **ret,
                      struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    char n[3][TEXT_I64_SIZE];

    if (db_run(db, &sql_ingest_twin_known,
               STMT_ARGS({ "source", source_id }, { "path", file->path },
                         { "size", text_from_i64(file->size, n[0]) },
                         { "modified", text_from_i64(file->modified, n[1]) },
                         { "inode", text_from_i64(file->inode, n[2]) }),
               &res, err) < 0)
        return -1;
    *ret = PQntuples(res) == 1 ? mem_copy(PQgetvalue(res, 0, 0)) : NULL;
    return 0;
}

int ledger_note_twin(struct db *db, const char *source_id, const struct file *file,
                     const char *twin, struct err *err)
{
    char n[3][TEXT_I64_SIZE];

    return db_run(db, &sql_ingest_twin_note,
                  STMT_ARGS({ "source", source_id }, { "path", file->path }, { "twin", twin },
                            { "size", text_from_i64(file->size, n[0]) },
                            { "modified", text_from_i64(file->modified, n[1]) },
                            { "inode", text_from_i64(file->inode, n[2]) }),
                  NULL, err);
}

int ledger_find_twin(struct db *db, const char *source_id, const struct file *file, char **ret_twin,
                     struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;
    CLEANUP(file_close_fdp) int fd = -1;
    struct file looks = *file;
    struct csv_done done;
    char bytes[TEXT_I64_SIZE];
    int64_t size;

    *ret_twin = NULL;
    if (file->size == 0)
        return 0;
    if (noted_twin(db, source_id, file, ret_twin, err) < 0)
        return -1;
    if (*ret_twin)
        return 0;
    if (files_open(&looks, &fd, err) < 0)
        return -1;
    size = stream_size(fd, looks.size);
    if (db_run(db, &sql_ingest_file_twin,
               STMT_ARGS({ "source", source_id }, { "bytes", text_from_i64(size, bytes) },
                         { "path", file->path }),
               &res, err) < 0)
        return -1;
    if (PQntuples(res) == 0)
        return 0;
    if (hash_file(fd, size, &done, err) < 0)
        return err->code == ERR_LEDGER ? 0 : -1; /* it says that it has more than it has */
    for (int row = 0; row < PQntuples(res) && !*ret_twin; row++)
        if (strcmp(PQgetvalue(res, row, 1), done.sha256) == 0)
            *ret_twin = mem_copy(PQgetvalue(res, row, 0));
    return 0;
}

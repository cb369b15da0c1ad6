#include "link.h"

#include <string.h>

#include "mem.h"
#include "sql.h"
#include "text.h"

int links_take(struct links *links, const struct layout *layout, const struct csv_record *record,
               struct err *err)
{
    struct pack *pack = &links->spill.pack;
    const struct csv_field *file;
    const struct csv_field *at;
    int64_t line;

    if (layout->rejected_file < 0 || layout->rejected_line < 0 || record->state != CSV_GOOD ||
        record->n <= (size_t)layout->rejected_file || record->n <= (size_t)layout->rejected_line)
        return 0;
    file = &record->fields[layout->rejected_file];
    at = &record->fields[layout->rejected_line];
    if (!text_to_i64(at->text, 1, INT64_MAX, &line) || !text_is_utf8(file->text, file->len) ||
        memchr(file->text, '\0', file->len))
        return 0;
    pack_row(pack, 3);
    pack_bytes(pack, file->text, file->len);
    pack_i64(pack, line);
    pack_i64(pack, record->line);
    return spill_put(&links->spill, err);
}

int links_write(struct links *links, const struct job *job, const char *file_id, struct err *err)
{
    CLEANUP(copy_abort) struct copy copy = { 0 };

    if (links->spill.rows == 0)
        return 0;
    if (db_run(job->db, &sql_ingest_link_make, STMT_NO_ARGS, NULL, err) < 0 ||
        copy_begin(&copy, job->db, &sql_ingest_link_copy, STMT_NO_ARGS, err) < 0 ||
        spill_copy(&links->spill, &copy, err) < 0 || copy_end(&copy, err) < 0)
        return -1;
    return db_run(
        job->db, &sql_ingest_link_resolve,
        STMT_ARGS({ "source", job->source_id }, { "run", job->run_id }, { "file", file_id }), NULL,
        err);
}

void links_release(struct links *links)
{
    spill_release(&links->spill);
}

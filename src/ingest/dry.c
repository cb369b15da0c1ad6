#include "dry.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "files.h"
#include "ledger.h"
#include "load.h"
#include "sql.h"
#include "text.h"

#define FIRST_SIZE 512

/* The source's id as text, "0" while it has no row: its ledger is empty then. */
static int find_source(struct job *job, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(job->db, &sql_ingest_source_find, STMT_ARGS({ "source", job->source->name }), &res,
               err) < 0)
        return -1;
    (void)text_from_i64(PQntuples(res) == 1 ? db_i64(res, 0, 0) : 0, job->source_id);
    if (PQntuples(res) == 1 && !PQgetisnull(res, 0, 1))
        (void)text_to_date(PQgetvalue(res, 0, 1), &job->limits.kept_from);
    return 0;
}

static void keep_first(void *cls, const struct csv_record *record, const struct reject *reject)
{
    char *text = cls;

    if (text[0] == '\0')
        reject_text(reject, record->line, text, FIRST_SIZE);
}

static int dry_file(struct job *job, const struct ledger *ledger, const struct file *file,
                    struct err *err)
{
    CLEANUP(mem_freep) char *twin = NULL;
    struct ledger_entry known;
    bool is_known = ledger_find(ledger, file->path, &known);
    char first_reject[FIRST_SIZE] = "";
    CLEANUP(check_release)
    struct check check = { .on_reject = keep_first, .cls = first_reject };
    CLEANUP(mem_freep) char *text = NULL;

    if (is_known && ledger_is_as_it_was(ledger, &known, file))
        return 0;
    if (!is_known && ledger_find_twin(job->db, job->source_id, file, &twin, err) < 0)
        return err_wrap(err, "%s", file->path);
    if (twin) {
        (void)printf("%s: skipped, it has the content of %s\n", file->path, twin);
        return 0;
    }
    if (load_check(job, file, is_known ? &known : NULL, &check, err) < 0)
        return -1;
    text = check_text(&check);
    (void)printf("%s: %s, %s%s%s\n", file->path, is_known ? "has changed" : "new", text,
                 first_reject[0] ? "; the first: " : "", first_reject);
    return 0;
}

int dry_run(struct db *db, const struct source *source, const struct files *given, struct err *err)
{
    CLEANUP(files_release) struct files found = { 0 };
    const struct files *files = given ? given : &found;
    CLEANUP(ledger_release) struct ledger ledger = { 0 };
    struct progress progress = { 0 };
    struct job job = { .db = db, .source = source, .progress = &progress };

    job.limits = job_limits(source);
    if (zone_set(&job.zone, source->time_zone, err) < 0 || find_source(&job, err) < 0 ||
        (!given && files_find(source, &found, err) < 0) ||
        ledger_read(db, job.source_id, &ledger, err) < 0)
        return -1;
    for (size_t i = 0; i < files->n; i++)
        if (dry_file(&job, &ledger, &files->file[i], err) < 0)
            return -1;
    (void)printf("%s: %zu files looked at; nothing was written (dry run)\n", source->name,
                 files->n);
    return 0;
}

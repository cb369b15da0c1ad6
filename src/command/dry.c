#include "dry.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "files.h"
#include "ledger.h"
#include "load.h"
#include "need.h"
#include "rotate.h"
#include "sql.h"
#include "text.h"

#define FIRST_SIZE 512

/* The source's id as text, "0" while it has no row: its ledger is empty then. */
static int find_source(struct job *job, struct err *err)
{
    CLEANUP(db_clearp) PGresult *res = NULL;

    if (db_run(job->db, &sql_judge_source_find, STMT_ARGS({ "source", job->source->name }), &res,
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

/* What the file would bring, and what would become of what it had brought. */
static int check_file(struct job *job, const struct file *file, const struct need *need,
                      struct check *check, const char **ret_how, struct err *err)
{
    int rc = load_check(job, file, need->what == NEED_TAIL ? &need->known : NULL, check, err);

    *ret_how = need->what == NEED_NEW    ? "new"
               : need->what == NEED_ANEW ? "was undone, and would be loaded anew"
                                         : "has changed";
    if (rc == 0 || err->code != ERR_LEDGER || need->what != NEED_TAIL ||
        (!job->replace && !job->as_new))
        return rc;
    *ret_how = job->as_new ? "has other content, and would be loaded as a new file"
                           : "has other content, and would be loaded anew";
    return load_check(job, file, NULL, check, err);
}

static int dry_file(struct job *job, const struct ledger *ledger, const struct file *file,
                    const struct run_options *options, struct err *err)
{
    CLEANUP(need_release) struct need need = { 0 };
    char first_reject[FIRST_SIZE] = "";
    CLEANUP(check_release)
    struct check check = { .on_reject = keep_first, .cls = first_reject };
    CLEANUP(mem_freep) char *text = NULL;
    const char *how;

    if (need_find(job, ledger, file, options, &need, err) < 0)
        return -1;
    if (need.known.was)
        (void)printf("%s: is what %s was\n", file->path, need.known.was);
    if (need.twin)
        (void)printf("%s: skipped, it has the content of %s\n", file->path, need.twin);
    if (need.what == NEED_NOTHING)
        return 0;
    if (check_file(job, file, &need, &check, &how, err) < 0)
        return -1;
    text = check_text(&check);
    (void)printf("%s: %s, %s%s%s\n", file->path, how, text, first_reject[0] ? "; the first: " : "",
                 first_reject);
    return 0;
}

int dry_run(struct db *db, const struct source *source, const struct run_options *options,
            struct err *err)
{
    CLEANUP(files_release) struct files found = { 0 };
    const struct files *files = options->given ? options->given : &found;
    CLEANUP(ledger_release) struct ledger ledger = { 0 };
    struct progress progress = { 0 };
    struct job job = { .db = db,
                       .source = source,
                       .progress = &progress,
                       .replace = run_replaces(options),
                       .as_new = options->as_new };

    job.limits = job_limits(source);
    if (zone_set(&job.zone, source->time_zone, err) < 0 || find_source(&job, err) < 0 ||
        (!options->given && files_find(source, &found, err) < 0) ||
        ledger_read(db, job.source_id, &ledger, err) < 0 || rotate_find(files, &ledger, err) < 0)
        return -1;
    for (size_t i = 0; i < files->n; i++)
        if (dry_file(&job, &ledger, &files->file[i], options, err) < 0)
            return -1;
    if (options->from)
        (void)printf("%s: what is derived from the dates from %s to %s would be rebuilt\n",
                     source->name, options->from, options->to);
    (void)printf("%s: %zu files looked at; nothing was written (dry run)\n", source->name,
                 files->n);
    return 0;
}

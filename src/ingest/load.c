#include "load.h"

#include <string.h>
#include <unistd.h>

#include "log.h"
#include "manifest.h"
#include "slice.h"
#include "sql.h"

/* A source with so many records on one date gets a leaf a day. */
#define DAY_RECORDS 100000
#define SAMPLE_RECORDS (2 * (int64_t)DAY_RECORDS)

static void load_release(struct load *load)
{
    reader_release(&load->in);
    content_closep(&load->content);
}

static int open_file(struct load *load, const struct file *file, bool *ret_empty, struct err *err)
{
    load->content = load->job->source->content_id ? content_open() : NULL;
    return reader_open(load->job->source, file, &load->in, ret_empty, err);
}

/* Counts the contents of the records up to the checkpoint, as those who loaded them did. */
static int recount(struct load *load, struct err *err)
{
    CLEANUP(load_release) struct load prefix = { .job = load->job };
    struct job *job = load->job;
    struct csv_record record;
    struct reject reject;
    struct row row;
    const struct file opened = files_opened(&load->in.file, load->in.fd);
    bool empty;
    int rc = 0;

    if (open_file(&prefix, &opened, &empty, err) < 0)
        return -1;
    while (csv_offset(prefix.in.csv) < load->offset &&
           (rc = csv_next(prefix.in.csv, &record, err)) == 1)
        if (row_read(&prefix.in.layout, &record, &job->zone, &row, &reject) &&
            content_name(load->content, &row, err) < 0)
            return -1;
    return rc < 0 ? -1 : 0;
}

/* That what was loaded of the file is still what it begins with. *ret_more: it goes on. */
static int verify(struct load *load, const struct ledger_entry *known, bool *ret_more,
                  struct err *err)
{
    static const char advice[] =
        "(corrected? txingest --replace loads it anew, in place of the rows that it had brought, "
        "--date DATE does for a date of them; truncated, or overwritten with other records? "
        "txingest --as-new loads it beside them)";
    struct csv_done done;
    enum csv_behind behind;

    if (csv_skip(load->in.csv, known->bytes_done, known->lines_done, &behind, err) < 0) {
        if (err->code != ERR_LEDGER)
            return -1;
        return err_set(err, ERR_LEDGER, "is shorter than the %lld bytes that were loaded of it %s",
                       (long long)known->bytes_done, advice);
    }
    csv_done(load->in.csv, &done);
    if (strcmp(done.sha256, known->sha256) != 0)
        return err_set(err, ERR_LEDGER, "the first %lld bytes are not those that were loaded %s",
                       (long long)known->bytes_done, advice);
    if (behind == CSV_REST)
        return err_set(err, ERR_LEDGER,
                       "goes on in the middle of the last record that was loaded, at byte %lld %s",
                       (long long)known->bytes_done, advice);
    *ret_more = behind != CSV_NOTHING;
    load->offset = known->bytes_done;
    return load->content && *ret_more ? recount(load, err) : 0;
}

/* The most records on one date that the file's first ones have. */
static int64_t densest_date(struct load *load, struct err *err)
{
    struct job *job = load->job;
    struct csv_record record;
    struct reject reject;
    struct row row;
    struct {
        int32_t date;
        int64_t n;
    } seen[64] = { { 0 } }; /* dates in the order of their coming, the oldest forgotten */
    size_t n_seen = 0;
    int64_t most = 0;
    int rc = 0;

    for (int64_t i = 0; i < SAMPLE_RECORDS && most < DAY_RECORDS; i++) {
        size_t at;

        rc = csv_next(load->in.csv, &record, err);
        if (rc <= 0)
            break;
        if (!row_read(&load->in.layout, &record, &job->zone, &row, &reject))
            continue;
        for (at = n_seen > ARRAY_LEN(seen) ? n_seen - ARRAY_LEN(seen) : 0; at < n_seen; at++)
            if (seen[at % ARRAY_LEN(seen)].date == row.date)
                break;
        if (at == n_seen) {
            n_seen++;
            seen[at % ARRAY_LEN(seen)].date = row.date;
            seen[at % ARRAY_LEN(seen)].n = 0;
        }
        if (++seen[at % ARRAY_LEN(seen)].n > most)
            most = seen[at % ARRAY_LEN(seen)].n;
    }
    return rc < 0 ? -1 : most;
}

/* Days or months, decided once, by the first file: by the configuration or by its records. */
static int decide_leaf(struct job *job, const struct file *file, struct err *err)
{
    CLEANUP(load_release) struct load sample = { .job = job };
    bool empty = false;

    if (job->leaf_known)
        return 0;
    if (strcmp(job->source->leaf, "auto") == 0) {
        int64_t most;

        if (open_file(&sample, file, &empty, err) < 0)
            return -1;
        if (empty)
            return 0;
        most = densest_date(&sample, err);
        if (most < 0)
            return -1;
        job->by_month = most < DAY_RECORDS;
    } else {
        job->by_month = strcmp(job->source->leaf, "month") == 0;
    }
    job->leaf_known = true;
    return db_run(
        job->db, &sql_ingest_source_leaf,
        STMT_ARGS({ "source", job->source_id }, { "leaf", job->by_month ? "month" : "day" }), NULL,
        err);
}

/* All of it was consumed before: only its looks have changed. */
static int note_looks(const struct load *load, struct err *err)
{
    char size[TEXT_I64_SIZE];
    char modified[TEXT_I64_SIZE];
    char inode[TEXT_I64_SIZE];

    return db_run(load->job->db, &sql_ingest_file_seen,
                  STMT_ARGS({ "source", load->job->source_id }, { "path", load->in.file.path },
                            { "size", text_from_i64(load->in.file.size, size) },
                            { "modified", text_from_i64(load->in.file.modified, modified) },
                            { "inode", text_from_i64(load->in.file.inode, inode) }),
                  NULL, err);
}

static int load_slices(struct load *load, struct tally *tally, struct err *err)
{
    bool more = true;

    while (more)
        if (slice_load(load, tally, &more, err) < 0)
            return -1;
    return 0;
}

int load_file(struct job *job, const struct file *file, const struct ledger_entry *known,
              enum load_mode mode, struct tally *tally, struct err *err)
{
    CLEANUP(load_release)
    struct load load = { .job = job,
                         .replaced = mode == LOAD_AGAIN ? known : NULL,
                         .left = mode == LOAD_BESIDE ? known : NULL };
    bool empty = false;
    bool more = true;

    if (decide_leaf(job, file, err) < 0 || open_file(&load, file, &empty, err) < 0)
        return err_wrap(err, "%s", file->path);
    if (empty)
        log_warn("%s is empty: it has not even a header", file->path);
    else if (load.in.layout.ignored[0])
        log_info("%s: columns that are not loaded: %s", file->path, load.in.layout.ignored);
    if (mode == LOAD_TAIL && known->sha256[0] && verify(&load, known, &more, err) < 0)
        return err_wrap(err, "%s", file->path);
    if (!more)
        return note_looks(&load, err);
    if (manifest_check(job, file, load.in.fd, err) < 0 || load_slices(&load, tally, err) < 0)
        return err_wrap(err, "%s", file->path);
    progress_file(job->progress, load.in.file.size);
    return 0;
}

int load_check(struct job *job, const struct file *file, const struct ledger_entry *known,
               struct check *ret, struct err *err)
{
    CLEANUP(load_release) struct load load = { .job = job };
    bool empty = false;
    bool more;

    if (open_file(&load, file, &empty, err) < 0 ||
        (known && known->sha256[0] && verify(&load, known, &more, err) < 0) ||
        manifest_check(job, file, load.in.fd, err) < 0 ||
        check_read(&load.in, &job->zone, &job->limits, ret, err) < 0)
        return err_wrap(err, "%s", file->path);
    return 0;
}

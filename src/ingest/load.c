#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "slice.h"
#include "sql.h"

/* A source with so many records on one date gets a leaf a day. */
#define DAY_RECORDS 100000
#define SAMPLE_RECORDS (2 * (int64_t)DAY_RECORDS)

static void load_release(struct load *load)
{
    csv_closep(&load->csv);
    layout_release(&load->layout);
    content_closep(&load->content);
    if (load->fd >= 0)
        (void)close(load->fd);
}

/* Opens the file and reads its layout. *ret_empty: there is nothing in it, not even a header. */
static int open_file(struct load *load, bool *ret_empty, struct err *err)
{
    const struct source *source = load->job->source;
    struct csv_record first;
    struct stat st;
    int got;

    /* O_NONBLOCK: what has become a FIFO since it was found must not hold us up. */
    load->fd = open(load->file.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (load->fd < 0)
        return err_set(err, errno == EACCES ? ERR_PERMISSION : ERR_SYSTEM, "%m");
    if (fstat(load->fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(err, ERR_FAILED, "is not a regular file any more");
    file_look(&load->file, &st);
    (void)posix_fadvise(load->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    load->csv = csv_open(load->fd, source->separator, source->quote);
    csv_pass_blank(load->csv);
    load->content = source->content_id ? content_open() : NULL;
    got = csv_next(load->csv, &first, err);
    *ret_empty = got == 0;
    if (got <= 0)
        return got;
    if (!source->header)
        csv_again(load->csv);
    return layout_read(source, &first, &load->layout, err);
}

/* Counts the contents of the records up to the checkpoint, as those who loaded them did. */
static int recount(struct load *load, struct err *err)
{
    CLEANUP(load_release) struct load prefix = { .job = load->job, .file = load->file, .fd = -1 };
    struct job *job = load->job;
    struct csv_record record;
    struct reject reject;
    struct row row;
    bool empty;
    int rc = 0;

    if (open_file(&prefix, &empty, err) < 0)
        return -1;
    while (csv_offset(prefix.csv) < load->offset && (rc = csv_next(prefix.csv, &record, err)) == 1)
        if (row_read(&prefix.layout, &record, &job->zone, job->latest, &row, &reject) &&
            content_name(load->content, &row, err) < 0)
            return -1;
    return rc < 0 ? -1 : 0;
}

/* That what was loaded of the file is still what it begins with. */
static int verify(struct load *load, const struct ledger_entry *known, struct err *err)
{
    static const char advice[] =
        "(txingest --replace loads it anew; --date DATE does, for a date it had brought)";
    struct csv_done done;
    bool terminated;

    if (load->file.size < known->bytes_done)
        return err_set(err, ERR_LEDGER,
                       "is shorter than what was loaded of it: %lld bytes, %lld were loaded %s",
                       (long long)load->file.size, (long long)known->bytes_done, advice);
    if (csv_skip(load->csv, known->bytes_done, known->lines_done, &terminated, err) < 0)
        return -1;
    csv_done(load->csv, &done);
    if (strcmp(done.sha256, known->sha256) != 0)
        return err_set(err, ERR_LEDGER, "the first %lld bytes are not those that were loaded %s",
                       (long long)known->bytes_done, advice);
    if (!terminated && load->file.size > known->bytes_done)
        return err_set(err, ERR_LEDGER,
                       "goes on in the middle of the last record that was loaded, at byte %lld %s",
                       (long long)known->bytes_done, advice);
    load->offset = known->bytes_done;
    return load->content && load->file.size > known->bytes_done ? recount(load, err) : 0;
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

        rc = csv_next(load->csv, &record, err);
        if (rc <= 0)
            break;
        if (!row_read(&load->layout, &record, &job->zone, job->latest, &row, &reject))
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
    CLEANUP(load_release) struct load sample = { .job = job, .file = *file, .fd = -1 };
    bool empty = false;

    if (job->leaf_known)
        return 0;
    if (strcmp(job->source->leaf, "auto") == 0) {
        int64_t most;

        if (open_file(&sample, &empty, err) < 0)
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

/* All of it was consumed before: only its time of change or its inode is another. */
static int note_looks(const struct load *load, struct err *err)
{
    char modified[TEXT_I64_SIZE];
    char inode[TEXT_I64_SIZE];

    return db_run(load->job->db, &sql_ingest_file_seen,
                  STMT_ARGS({ "source", load->job->source_id }, { "path", load->file.path },
                            { "modified", text_from_i64(load->file.modified, modified) },
                            { "inode", text_from_i64(load->file.inode, inode) }),
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
    struct load load = {
        .job = job, .file = *file, .fd = -1, .replaced = mode == LOAD_AGAIN ? known : NULL
    };
    bool empty = false;

    if (decide_leaf(job, file, err) < 0 || open_file(&load, &empty, err) < 0)
        return err_wrap(err, "%s", file->path);
    if (empty)
        log_warn("%s is empty: it has not even a header", file->path);
    else if (load.layout.ignored[0])
        log_info("%s: columns that are not loaded: %s", file->path, load.layout.ignored);
    if (mode == LOAD_TAIL && known->sha256[0] && verify(&load, known, err) < 0)
        return err_wrap(err, "%s", file->path);
    if (mode == LOAD_TAIL && known->sha256[0] && load.file.size == known->bytes_done)
        return note_looks(&load, err);
    if (load_slices(&load, tally, err) < 0)
        return err_wrap(err, "%s", file->path);
    progress_file(job->progress, load.file.size);
    return 0;
}

static void check_record(struct load *load, const struct csv_record *record,
                         struct load_check *check)
{
    struct reject reject;
    struct row row;
    bool first = check->records == check->rejected;

    check->records++;
    if (!row_read(&load->layout, record, &load->job->zone, load->job->latest, &row, &reject)) {
        if (check->rejected++ == 0)
            reject_text(&reject, record->line, check->first_reject, sizeof(check->first_reject));
        return;
    }
    if (first || row.date < check->first_date)
        check->first_date = row.date;
    if (first || row.date > check->last_date)
        check->last_date = row.date;
}

int load_check(struct job *job, const struct file *file, const struct ledger_entry *known,
               struct load_check *ret, struct err *err)
{
    CLEANUP(load_release) struct load load = { .job = job, .file = *file, .fd = -1 };
    struct csv_record record;
    bool empty = false;
    int rc = 0;

    if (open_file(&load, &empty, err) < 0 ||
        (known && known->sha256[0] && verify(&load, known, err) < 0))
        return err_wrap(err, "%s", file->path);
    while ((rc = csv_next(load.csv, &record, err)) == 1)
        check_record(&load, &record, ret);
    return rc < 0 ? err_wrap(err, "%s", file->path) : 0;
}

#include "slice.h"

#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "link.h"
#include "rollup.h"
#include "rotate.h"
#include "row.h"
#include "spill.h"
#include "sql.h"
#include "stop.h"
#include "target.h"
#include "text.h"
#include "unload.h"

/* A slice ends at the next record after so many bytes: what is committed is not done again. */
#define SLICE_BYTES (INT64_C(1) << 30)

/* So many records are read between looks at signals and the progress. */
#define STEP 4096

/* One slice of a file. */
struct slice {
    struct load *load;
    struct target target;
    struct spill rejects;
    struct links links;
    struct tally tally;
    struct dates dates; /* that changed */
    char first_reject[512];
    int64_t line; /* the last one before it */
    bool fresh;   /* there was nothing yet of the dates that changed */
    bool more;    /* the file goes on behind it */
};

static void slice_release(struct slice *slice)
{
    target_abort(&slice->target);
    spill_release(&slice->rejects);
    links_release(&slice->links);
    dates_release(&slice->dates);
}

/* In the order of the columns in sql/ingest/rejected_copy.sql. */
static int put_reject(struct slice *slice, const struct csv_record *record,
                      const struct reject *reject, struct err *err)
{
    const struct load *load = slice->load;
    struct pack *pack = &slice->rejects.pack;
    int64_t source = 0;
    int64_t run = 0;

    (void)text_to_i64(load->job->source_id, 1, INT32_MAX, &source);
    (void)text_to_i64(load->job->run_id, 1, INT64_MAX, &run);
    pack_row(pack, 10);
    pack_i32(pack, (int32_t)source);
    pack_i64(pack, load->file_number);
    pack_i64(pack, record->offset);
    pack_i64(pack, record->line);
    pack_i64(pack, run);
    if (reject->column)
        pack_bytes(pack, reject->column, strlen(reject->column));
    else
        pack_null(pack);
    pack_bytes(pack, reject->reason, strlen(reject->reason));
    pack_bytes(pack, reject->detail, strlen(reject->detail));
    pack_bytes(pack, record->raw, record->raw_len);
    if (load->dated)
        pack_i32(pack, load->date);
    else
        pack_null(pack);
    if (slice->tally.rejected++ == 0)
        reject_text(reject, record->line, slice->first_reject, sizeof(slice->first_reject));
    return spill_put(&slice->rejects, err);
}

static int over_limit(const struct slice *slice, struct err *err)
{
    return err_set(err, ERR_REJECTED,
                   "%" PRId64 " of %" PRId64 " records rejected, reject_limit = %s: nothing of "
                   "them was loaded; the first: %s",
                   slice->tally.rejected, slice->tally.records,
                   slice->load->job->source->limit_text, slice->first_reject);
}

static int take_reject(struct slice *slice, const struct csv_record *record,
                       const struct reject *reject, struct err *err)
{
    const struct reject_limit *limit = &slice->load->job->source->limit;

    slice->tally.records++;
    if (put_reject(slice, record, reject, err) < 0)
        return -1;
    return !limit->is_percent && slice->tally.rejected > limit->number ? over_limit(slice, err) : 1;
}

/* 1: taken, 0: the slice ends before this record, -1: failed. */
static int take_record(struct slice *slice, const struct csv_record *record, struct err *err)
{
    struct job *job = slice->load->job;
    const struct layout *layout = &slice->load->in.layout;
    struct reject reject;
    struct row row;

    if (!row_read(layout, record, &job->zone, &row, &reject))
        return take_reject(slice, record, &reject, err);
    if (slice->load->content && content_name(slice->load->content, &row, err) < 0)
        return -1;
    if (!row_is_timely(layout, &job->limits, &row, &reject))
        return take_reject(slice, record, &reject, err);
    switch (target_put(&slice->target, &row, record->line, err)) {
    case TARGET_FULL:
        if (slice->load->content)
            content_take_back(slice->load->content);
        return 0;
    case TARGET_FAILED:
        return -1;
    case TARGET_TAKEN:
        break;
    }
    slice->load->date = row.date;
    slice->load->dated = true;
    slice->tally.records++;
    return 1;
}

static int step(struct slice *slice, struct err *err)
{
    progress_step(slice->load->job->progress, STEP, csv_taken(slice->load->in.csv),
                  slice->target.last_date);
    return stop_signal() == 0 ? 0
                              : err_set(err, ERR_STOPPED, "stopped by signal %d", stop_signal());
}

static int read_records(struct slice *slice, struct err *err)
{
    struct csv *csv = slice->load->in.csv;
    struct csv_record record;
    int rc;

    while ((rc = csv_next(csv, &record, err)) == 1) {
        int taken = take_record(slice, &record, err);

        if (taken < 0 ||
            (taken == 1 && links_take(&slice->links, &slice->load->in.layout, &record, err) < 0))
            return -1;
        if (taken == 0)
            csv_again(csv);
        if (taken == 0 || csv_offset(csv) - slice->load->offset >= SLICE_BYTES) {
            slice->more = true;
            return 0;
        }
        if (slice->tally.records % STEP == 0 && step(slice, err) < 0)
            return -1;
    }
    return rc;
}

static int write_rejects(struct slice *slice, struct err *err)
{
    CLEANUP(copy_abort) struct copy copy = { 0 };

    if (slice->tally.rejected == 0)
        return 0;
    if (!reject_limit_is_met(&slice->load->job->source->limit, slice->tally.records,
                             slice->tally.rejected))
        return over_limit(slice, err);
    if (copy_begin(&copy, slice->load->job->db, &sql_ingest_rejected_copy, STMT_NO_ARGS, err) < 0 ||
        spill_copy(&slice->rejects, &copy, err) < 0)
        return -1;
    return copy_end(&copy, err);
}

/* A file that changes under our hands is not complete: nothing of the slice is kept. */
static int check_unchanged(const struct load *load, struct err *err)
{
    struct file now = { 0 };
    struct stat st;

    if (fstat(load->in.fd, &st) < 0)
        return err_set(err, ERR_SYSTEM, "%m");
    file_look(&now, &st);
    if (now.size != load->in.file.size || now.modified != load->in.file.modified)
        return err_set(err, ERR_FAILED,
                       "was changed while it was read: nothing of the slice was loaded, run again "
                       "when the file is complete (settle = … waits for that)");
    return 0;
}

/* Duplicates elsewhere of rows that the file does not bring any more. */
static int promote(struct slice *slice, struct err *err)
{
    CLEANUP(mem_freep) char *files = mem_format("{%s}", slice->load->file_id);

    return unload_promote(slice->load->job, files, &slice->dates, err);
}

static int open_in_ledger(struct slice *slice, struct err *err)
{
    struct load *load = slice->load;
    CLEANUP(mem_freep) char *id = NULL;
    char size[TEXT_I64_SIZE];
    char modified[TEXT_I64_SIZE];
    char inode[TEXT_I64_SIZE];
    int64_t run = 0;

    if (load->left && rotate_displace(load->job, load->left, load->in.file.path, err) < 0)
        return -1;
    if (db_value(load->job->db, &sql_ingest_file_open,
                 STMT_ARGS({ "source", load->job->source_id }, { "path", load->in.file.path },
                           { "size", text_from_i64(load->in.file.size, size) },
                           { "modified", text_from_i64(load->in.file.modified, modified) },
                           { "inode", text_from_i64(load->in.file.inode, inode) },
                           { "header", load->in.header }, { "run", load->job->run_id }),
                 &id, err) < 0)
        return -1;
    if (!text_to_i64(id, 1, INT64_MAX, &load->file_number))
        return err_set(err, ERR_DB, "file_id '%s' is out of range", id);
    (void)text_from_i64(load->file_number, load->file_id);
    (void)text_to_i64(load->job->run_id, 1, INT64_MAX, &run);
    target_origin(&slice->target, run, load->file_number);
    return 0;
}

/* The control totals of the run, a currency each. */
static int add_totals(struct slice *slice, const char *dates, struct err *err)
{
    struct job *job = slice->load->job;
    char line[TEXT_I64_SIZE];
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];

    return db_run(job->db, slice->fresh ? &sql_ingest_run_total_new : &sql_ingest_run_total,
                  STMT_ARGS({ "source", job->source_id }, { "run", job->run_id },
                            { "file", slice->load->file_id }, { "dates", dates },
                            { "first", dates_first(&slice->dates, first) },
                            { "last", dates_last(&slice->dates, last) },
                            { "line", text_from_i64(slice->line, line) }),
                  NULL, err);
}

/* To where the data ends, which is further back when rows were replaced by older ones. */
static int move_checkpoint(struct slice *slice, struct err *err)
{
    struct job *job = slice->load->job;
    char last[TEXT_DATE_SIZE];
    char newest[TEXT_I64_SIZE];

    if (slice->target.last_date != INT32_MIN &&
        db_run(job->db, &sql_ingest_state_move,
               STMT_ARGS({ "source", job->source_id }, { "run", job->run_id },
                         { "last_date", text_from_date(slice->target.last_date, last) },
                         { "watermark", text_from_i64(slice->target.newest, newest) },
                         { "rerun", job->rerun ? "true" : "false" }),
               NULL, err) < 0)
        return -1;
    if (!slice->load->replaced)
        return 0;
    return db_run(job->db, &sql_ingest_state_settle,
                  STMT_ARGS({ "source", job->source_id }, { "run", job->run_id }), NULL, err);
}

/* The file's and the run's counters, and the checkpoint. */
static int account(struct slice *slice, const char *dates, struct err *err)
{
    struct job *job = slice->load->job;
    const struct file *file = &slice->load->in.file;
    struct csv_done done;
    char n[9][TEXT_I64_SIZE];
    const struct stmt_arg *args;

    csv_done(slice->load->in.csv, &done);
    args = STMT_ARGS({ "source", job->source_id }, { "run", job->run_id },
                     { "file", slice->load->file_id }, { "dates", dates },
                     { "finished", slice->more ? "false" : "true" },
                     { "header", slice->load->in.header }, { "sha256", done.sha256 },
                     { "size", text_from_i64(file->size, n[0]) },
                     { "modified", text_from_i64(file->modified, n[1]) },
                     { "inode", text_from_i64(file->inode, n[2]) },
                     { "bytes_done", text_from_i64(done.bytes, n[3]) },
                     { "lines_done", text_from_i64(done.lines, n[4]) },
                     { "records", text_from_i64(slice->tally.records, n[5]) },
                     { "loaded", text_from_i64(slice->tally.loaded, n[6]) },
                     { "duplicate", text_from_i64(slice->tally.duplicate, n[7]) },
                     { "rejected", text_from_i64(slice->tally.rejected, n[8]) });
    if (db_run(job->db, &sql_ingest_file_add, args, NULL, err) < 0)
        return -1;
    args = STMT_ARGS({ "source", job->source_id }, { "run", job->run_id }, { "dates", dates },
                     { "files", slice->load->begun ? "0" : "1" },
                     { "bytes", text_from_i64(done.bytes - slice->load->offset, n[3]) },
                     { "records", n[5] }, { "loaded", n[6] }, { "duplicate", n[7] },
                     { "rejected", n[8] });
    if (db_run(job->db, &sql_ingest_run_add, args, NULL, err) < 0 ||
        add_totals(slice, dates, err) < 0)
        return -1;
    return move_checkpoint(slice, err);
}

/* What is derived from the dates that changed. Detectors read the ledger, so that comes first. */
static int derive(struct slice *slice, const char *dates, struct err *err)
{
    struct job *job = slice->load->job;

    if (rollup_rebuild(job->db, job->source_id, &slice->dates, &slice->fresh, err) < 0)
        return -1;
    if (account(slice, dates, err) < 0)
        return -1;
    return slice->dates.n == 0 ? 0
                               : detectors_run(job->detectors, job->db, job->source_id, job->run_id,
                                               &slice->dates, err);
}

static int load_rows(struct slice *slice, struct err *err)
{
    struct job *job = slice->load->job;

    if (target_begin(&slice->target, job->db, job->source_id, job->by_month, err) < 0 ||
        open_in_ledger(slice, err) < 0)
        return -1;
    if (slice->load->replaced && unload_file(job, slice->load->replaced, &slice->dates, err) < 0)
        return -1;
    if (read_records(slice, err) < 0 || target_end(&slice->target, err) < 0 ||
        write_rejects(slice, err) < 0 ||
        links_write(&slice->links, job, slice->load->file_id, err) < 0)
        return -1;
    for (size_t i = 0; i < slice->target.changed.n; i++)
        dates_add(&slice->dates, slice->target.changed.date[i]);
    if (slice->load->replaced && promote(slice, err) < 0)
        return -1;
    slice->tally.duplicate = slice->target.duplicate;
    slice->tally.loaded = slice->tally.records - slice->tally.rejected - slice->tally.duplicate;
    return check_unchanged(slice->load, err);
}

int slice_load(struct load *load, struct tally *tally, bool *ret_more, struct err *err)
{
    struct job *job = load->job;
    double started = clock_seconds();
    /* They end in reverse order: the COPY before the transaction. */
    CLEANUP(db_rollbackp) struct db *txn = db_begin(job->db, err);
    CLEANUP(slice_release) struct slice slice = { .load = load };
    CLEANUP(mem_freep) char *dates = NULL;
    struct csv_done before;

    csv_done(load->in.csv, &before);
    slice.line = before.lines;
    if (!txn || load_rows(&slice, err) < 0)
        return -1;
    job->load_seconds += clock_seconds() - started;
    dates = dates_text(&slice.dates);
    if (derive(&slice, dates, err) < 0 || job_commit(job, &txn, err) < 0)
        return -1;
    load->replaced = NULL;
    load->left = NULL;
    load->begun = true;
    load->offset = csv_offset(load->in.csv);
    tally_add(tally, &slice.tally);
    *ret_more = slice.more;
    return 0;
}

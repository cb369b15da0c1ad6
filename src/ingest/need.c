#include "need.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* A path with its date in it, as YYYY-MM-DD or YYYYMMDD, within the range. */
static bool name_is_within(const char *path, const struct run_options *options)
{
    for (const char *c = path; *c; c++) {
        char date[TEXT_DATE_SIZE] = "";
        int32_t parsed;

        if (strspn(c, "0123456789") >= 8)
            (void)snprintf(date, sizeof(date), "%.4s-%.2s-%.2s", c, c + 4, c + 6);
        else
            (void)snprintf(date, sizeof(date), "%.10s", c);
        if (text_to_date(date, &parsed))
            return strcmp(date, options->from) >= 0 && strcmp(date, options->to) <= 0;
    }
    return false;
}

/* Whether a known file is one of those that the run is about. */
static bool is_concerned(const struct ledger_entry *known, const struct run_options *options)
{
    return !options->from || (known->first_date[0] && strcmp(known->first_date, options->to) <= 0 &&
                              strcmp(known->last_date, options->from) >= 0);
}

int need_find(struct job *job, const struct ledger *ledger, const struct file *file,
              const struct run_options *options, struct need *ret, struct err *err)
{
    *ret = (struct need){ .what = NEED_NOTHING };
    if (ledger_find(ledger, file->path, &ret->known)) {
        if (!is_concerned(&ret->known, options))
            return 0;
        if (job->replace && ret->known.undone > 0)
            ret->what = NEED_ANEW;
        else if (!ledger_is_as_it_was(ledger, &ret->known, file))
            ret->what = NEED_TAIL;
        return 0;
    }
    if (options->from && !name_is_within(file->path, options))
        return 0;
    if (ledger_find_twin(job->db, job->source_id, file, &ret->twin, err) < 0)
        return err_wrap(err, "%s", file->path);
    if (!ret->twin)
        ret->what = NEED_NEW;
    return 0;
}

void need_release(struct need *need)
{
    free(need->twin);
}

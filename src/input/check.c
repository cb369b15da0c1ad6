#include "check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "stop.h"
#include "text.h"

/* So many records are read between looks at signals. */
#define STEP 4096

static struct check_total *total_of(struct check *check, struct csv_field currency)
{
    struct check_total *total;

    for (size_t i = 0; i < check->n_totals; i++)
        if (memcmp(check->totals[i].currency, currency.text, 3) == 0)
            return &check->totals[i];
    check->totals = mem_resize(check->totals, check->n_totals + 1, sizeof(check->totals[0]));
    total = &check->totals[check->n_totals++];
    *total = (struct check_total){ 0 };
    memcpy(total->currency, currency.text, 3);
    return total;
}

static void take_row(struct check *check, const struct row *row)
{
    bool first = check->records == check->rejected;
    struct check_total *total = total_of(check, row->text[COLUMN_CURRENCY]);

    if (first || row->date < check->first_date)
        check->first_date = row->date;
    if (first || row->date > check->last_date)
        check->last_date = row->date;
    total->records++;
    number_add(&total->amount, &row->amount);
    number_add(&check->control, &row->amount);
}

static void take_reject(struct check *check, const struct layout *layout,
                        const struct csv_record *record, const struct reject *reject)
{
    struct number amount;

    check->rejected++;
    if (row_amount(layout, record, &amount))
        number_add(&check->control, &amount);
    if (check->on_reject)
        check->on_reject(check->cls, record, reject);
}

int check_read(struct reader *in, struct zone *zone, const struct row_limits *limits,
               struct check *check, struct err *err)
{
    struct csv_record record;
    struct reject reject;
    struct row row;
    int rc;

    while ((rc = csv_next(in->csv, &record, err)) == 1) {
        if (row_read(&in->layout, &record, zone, &row, &reject) &&
            row_is_timely(&in->layout, limits, &row, &reject))
            take_row(check, &row);
        else
            take_reject(check, &in->layout, &record, &reject);
        check->records++;
        if (check->records % STEP == 0 && stop_signal() != 0)
            return err_set(err, ERR_STOPPED, "stopped by signal %d", stop_signal());
    }
    return rc;
}

void check_release(struct check *check)
{
    free(check->totals);
    *check = (struct check){ 0 };
}

char *check_text(const struct check *check)
{
    char first[TEXT_DATE_SIZE];
    char last[TEXT_DATE_SIZE];

    if (check->records == check->rejected)
        return mem_format("%" PRId64 " records, %" PRId64 " of them rejected", check->records,
                          check->rejected);
    return mem_format("%" PRId64 " records, %" PRId64 " of them rejected, dates %s to %s",
                      check->records, check->rejected, text_from_date(check->first_date, first),
                      text_from_date(check->last_date, last));
}

#include "guess.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "conf.h"
#include "job.h"
#include "mem.h"
#include "sample.h"
#include "source.h"

#define NAMES 24  /* that a column goes by */
#define FORMATS 4 /* of times, at most */

/* What columns are called, the likeliest first; without case, blanks, '_' and '-'. */
static const char *const names[COLUMNS][NAMES] = {
    [COLUMN_TRANSACTION_ID] = { "transactionid", "txid", "transaction", "transactionno",
                                "transactionnumber", "transactionreference", "booking", "bookingid",
                                "paymentid", "reference", "ref", "uuid", "id", "documentno",
                                "docno", "transnum" },
    [COLUMN_ACCOUNT_ID] = { "accountid",
                            "account",
                            "accountno",
                            "accountnumber",
                            "iban",
                            "customerid",
                            "customer",
                            "cardid",
                            "card",
                            "cardnumber",
                            "ccnum",
                            "clientid",
                            "client",
                            "userid",
                            "user",
                            "supplierid",
                            "supplier",
                            "suppliername",
                            "vendor",
                            "vendorname",
                            "payee",
                            "beneficiary",
                            "beneficiaryname",
                            "vendorid" },
    [COLUMN_TS] = { "ts", "timestamp", "datetime", "transactiontime", "transactiondate",
                    "transdatetranstime", "bookingdate", "paymentdate", "datepaid", "paiddate",
                    "valuedate", "date", "time", "when", "datum", "invoicedate", "createdat" },
    [COLUMN_AMOUNT] = { "amount", "amt", "netamount", "transactionamount", "betrag", "sum", "value",
                        "total", "grossamount", "montant", "importe", "price" },
    [COLUMN_CURRENCY] = { "currency", "currencycode", "ccy", "curr", "waehrung", "devise" },
    [COLUMN_MERCHANT_ID] = { "merchantid", "merchant", "terminalid", "terminal", "shop", "store",
                             "stockcode", "counterparty", "payeeid", "servicearea", "servicelabel",
                             "organisationalunit", "accountdescription" },
    [COLUMN_CHANNEL] = { "channel", "paymentmethod", "type", "category", "expensestype",
                         "expenditurecategory", "categoryinternalname", "source" },
    [COLUMN_COUNTRY] = { "country", "countrycode", "land" },
};

/* The columns of the sample that are a column of ours: of files that differ, one each. */
struct choice {
    const struct sample_column *column[FORMATS];
    size_t n;
    int64_t in_records;
    int64_t filled;
};

static bool is_fit(enum column column, const struct sample_column *candidate)
{
    size_t forms[FORMATS];

    switch (column) {
    case COLUMN_TRANSACTION_ID:
        return !candidate->repeats && candidate->filled == candidate->in_records;
    case COLUMN_TS:
        return sample_cover(&candidate->times, candidate->filled, FORMATS, forms) > 0;
    case COLUMN_AMOUNT:
        return sample_cover(&candidate->numbers, candidate->filled, 1, forms) > 0;
    case COLUMN_CURRENCY:
        return candidate->currencies * 1000 >= candidate->filled * 999;
    default:
        return candidate->filled > 0;
    }
}

static void choose(const struct sample *sample, struct choice *choice,
                   const struct sample_column *column)
{
    if (choice->n == FORMATS || choice->in_records + column->in_records > sample->records)
        return;
    choice->column[choice->n++] = column;
    choice->in_records += column->in_records;
    choice->filled += column->filled;
}

/* By what a column is called. Nearly empty ones come last. */
static void choose_by_name(const struct sample *sample, enum column column, struct choice *choice)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t n = 0; n < NAMES && names[column][n]; n++)
            for (size_t i = 0; i < sample->n; i++) {
                const struct sample_column *candidate = &sample->columns[i];
                bool full = candidate->filled * 10 >= candidate->in_records * 9;

                if (full == (pass == 0) && strcmp(candidate->plain, names[column][n]) == 0 &&
                    is_fit(column, candidate))
                    choose(sample, choice, candidate);
            }
}

/* By its values alone: the first time there is; the last number with decimals, or the last one. */
static void choose_by_values(const struct sample *sample, enum column column, struct choice *choice)
{
    for (size_t i = 0; i < sample->n && choice->n == 0; i++) {
        bool last = column == COLUMN_AMOUNT;
        const struct sample_column *candidate = &sample->columns[last ? sample->n - 1 - i : i];

        if (candidate->filled > 0 && is_fit(column, candidate) &&
            (!last || candidate->digits * 2 < candidate->filled))
            choose(sample, choice, candidate);
    }
}

static void print_column(FILE *out, const struct choice *choice, enum column column)
{
    if (choice->n == 0 ||
        (choice->n == 1 && strcmp(choice->column[0]->name, source_column(column)) == 0))
        return;
    (void)fprintf(out, "column.%s = ", source_column(column));
    for (size_t i = 0; i < choice->n; i++)
        (void)fprintf(out, "%s%s", i > 0 ? " | " : "", choice->column[i]->name);
    (void)fputc('\n', out);
}

/* The forms of all of the columns together. */
static size_t forms_of(const struct choice *choice, bool times, size_t most, size_t *ret_forms)
{
    struct sample_forms all = { .n = 0 };

    for (size_t c = 0; c < choice->n; c++) {
        const struct sample_forms *forms =
            times ? &choice->column[c]->times : &choice->column[c]->numbers;

        for (size_t i = 0; i < forms->n && all.n < ARRAY_LEN(all.seen); i++)
            all.seen[all.n++] = forms->seen[i];
    }
    return sample_cover(&all, choice->filled, most, ret_forms);
}

static void print_times(FILE *out, const struct choice *choice)
{
    size_t forms[FORMATS];
    size_t n = forms_of(choice, true, FORMATS, forms);

    if (n == 0 || (n == 1 && forms[0] == 0))
        return;
    (void)fputs("time_format = ", out);
    for (size_t i = 0; i < n; i++)
        (void)fprintf(out, "%s%s", i > 0 ? " | " : "", sample_times[forms[i]]);
    (void)fputc('\n', out);
}

static void print_numbers(FILE *out, const struct choice *choice)
{
    size_t form;
    const char *style;

    if (forms_of(choice, false, 1, &form) == 0)
        return;
    style = sample_numbers[form];
    if (style[0] != '.')
        (void)fprintf(out, "decimal = %c\n", style[0]);
    if (style[1] == ' ')
        (void)fputs("thousands = space\n", out);
    else if (style[1] != '\0')
        (void)fprintf(out, "thousands = %c\n", style[1]);
}

/* A source's name from the file's or its folder's: letters, digits, '_', '-'. */
static char *source_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash && isalpha((unsigned char)slash[1]) ? slash + 1 : "feed";
    size_t len = strcspn(name, ".");
    char *copy = mem_copy_n(name, len < 40 ? len : 40);

    for (char *c = copy; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_' && *c != '-')
            *c = '_';
    return copy;
}

static void print_place(FILE *out, const struct file *file)
{
    CLEANUP(mem_freep) char *name = source_name(file->path);
    const char *slash = strrchr(file->path, '/');
    const char *suffix = slash ? strchr(slash, '.') : NULL;

    (void)fprintf(out, "[source %s]\n", name);
    if (slash && suffix)
        (void)fprintf(out, "path = %.*s/*%s\n", (int)(slash - file->path), file->path, suffix);
    else
        (void)fprintf(out, "path = %s\n", file->path);
    (void)fputs("#time_zone = UTC\n", out);
}

static void print_layout(FILE *out, const struct sample *sample)
{
    if (sample->separator == '\t')
        (void)fputs("separator = tab\n", out);
    else if (sample->separator == '|')
        (void)fputs("separator = pipe\n", out);
    else if (sample->separator != ',')
        (void)fprintf(out, "separator = %c\n", sample->separator);
    if (!sample->header)
        (void)fputs("header = no\n", out);
    if (!sample->utf8)
        (void)fputs("encoding = Windows-1252\n", out);
    if (sample->extra)
        (void)fputs("extra_fields = empty\n", out);
}

static void print_section(FILE *out, const struct sample *sample, const struct files *files)
{
    struct choice choices[COLUMNS] = { { .n = 0 } };
    const struct choice *account = &choices[COLUMN_ACCOUNT_ID];

    for (int c = 0; c < COLUMNS; c++) {
        choose_by_name(sample, (enum column)c, &choices[c]);
        if (c == COLUMN_TS || c == COLUMN_AMOUNT)
            choose_by_values(sample, (enum column)c, &choices[c]);
    }
    print_place(out, &files->file[0]);
    print_layout(out, sample);
    for (int c = 0; c < COLUMNS; c++)
        print_column(out, &choices[c], (enum column)c);
    if (choices[COLUMN_TRANSACTION_ID].n == 0)
        (void)fputs("transaction_id = content\n", out);
    if (account->n == 0)
        (void)fputs("# Whose transactions are these? No column is called like an account.\n"
                    "default.account_id = unknown\n",
                    out);
    else if (account->filled * 1000 < account->in_records * 999)
        (void)fprintf(out,
                      "# %" PRId64 " of %" PRId64 " records have none\n"
                      "default.account_id = unknown\n",
                      account->in_records - account->filled, account->in_records);
    print_times(out, &choices[COLUMN_TS]);
    print_numbers(out, &choices[COLUMN_AMOUNT]);
    if (choices[COLUMN_CURRENCY].n == 0)
        (void)fputs("#default.currency = EUR\n", out);
}

/* What the files hold by that section, as comments: whoever wrote it read them by it. */
static int print_outcome(int section, const struct files *files, struct err *err)
{
    CLEANUP(mem_freep) char *path = mem_format("/proc/self/fd/%d", section);
    CLEANUP(conf_freep) struct conf *conf = conf_read(path, err);
    struct source source;
    struct row_limits limits;
    struct zone zone;

    if (!conf || source_read(conf, conf_section(conf, "source", 0), &source, err) < 0 ||
        zone_set(&zone, source.time_zone, err) < 0)
        return -1;
    limits = job_limits(&source);
    for (size_t i = 0; i < files->n; i++) {
        CLEANUP(reader_release) struct reader in = { 0 };
        CLEANUP(check_release) struct check check = { 0 };
        CLEANUP(mem_freep) char *text = NULL;
        bool empty;

        if (reader_open(&source, &files->file[i], &in, &empty, err) < 0 ||
            check_read(&in, &zone, &limits, &check, err) < 0) {
            (void)printf("# %s: %s\n", files->file[i].path, err->msg);
            continue;
        }
        text = check_text(&check);
        (void)printf("# %s: %s\n", files->file[i].path, text);
    }
    return 0;
}

int guess_files(const struct files *files, struct err *err)
{
    CLEANUP(sample_release) struct sample sample = { 0 };
    int fd = memfd_create("section", MFD_CLOEXEC);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w+");
    char line[4096];
    int rc;

    if (!out)
        return err_set(err, ERR_SYSTEM, "%m");
    rc = sample_files(files, &sample, err);
    if (rc == 0) {
        print_section(out, &sample, files);
        (void)fflush(out);
        rewind(out);
        while (fgets(line, sizeof(line), out))
            (void)fputs(line, stdout);
        rc = print_outcome(fd, files, err);
    }
    (void)fclose(out);
    return rc;
}

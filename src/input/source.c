#include "source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "decode.h"
#include "mem.h"
#include "pattern.h"
#include "text.h"
#include "zone.h"

static const char *const columns[COLUMNS] = {
    [COLUMN_TRANSACTION_ID] = "transaction_id",
    [COLUMN_ACCOUNT_ID] = "account_id",
    [COLUMN_TS] = "ts",
    [COLUMN_DATE] = "date",
    [COLUMN_TIME] = "time",
    [COLUMN_AMOUNT] = "amount",
    [COLUMN_CURRENCY] = "currency",
    [COLUMN_MERCHANT_ID] = "merchant_id",
    [COLUMN_CHANNEL] = "channel",
    [COLUMN_COUNTRY] = "country",
};

/* ISO 4217: "the code assigned for transactions where no currency is involved". */
#define NO_CURRENCY "XXX"

bool reject_limit_is_met(const struct reject_limit *limit, int64_t records, int64_t rejected)
{
    if (limit->is_percent)
        return (double)rejected * 100.0 <= limit->percent * (double)records;
    return rejected <= limit->number;
}

/* "25" or "2.5%": digits with at most two behind the point. */
static bool read_limit(const char *text, struct reject_limit *ret)
{
    size_t whole = strspn(text, "0123456789");
    size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    CLEANUP(mem_freep)
    char *digits =
        mem_format("%.*s%.*s", (int)whole, text, (int)fraction, text + whole + (fraction ? 1 : 0));
    size_t len = whole + (fraction ? fraction + 1 : 0);
    int64_t value;

    if (whole == 0 || fraction > 2 || !text_to_i64(digits, 0, INT32_MAX, &value))
        return false;
    ret->is_percent = strcmp(text + len, "%") == 0;
    ret->number = value;
    ret->percent = (double)value / (fraction == 2 ? 100 : fraction == 1 ? 10 : 1);
    if (!ret->is_percent)
        return text[len] == '\0' && fraction == 0;
    return ret->percent <= 100;
}

static int find_column(const char *name)
{
    for (int c = 0; c < COLUMNS; c++)
        if (strcmp(columns[c], name) == 0)
            return c;
    return -1;
}

/* column.NAME, default.NAME or fixed.NAME = …: texts[NAME] is set. */
static int read_columns(const struct conf *conf, const char *section, const char *prefix,
                        const char **texts, struct err *err)
{
    const char *value;
    const char *key;

    for (size_t i = 0; (key = conf_key(conf, section, prefix, i, &value)) != NULL; i++) {
        int column = find_column(key + strlen(prefix));

        if (column < 0)
            return conf_fail(conf, section, key, err,
                             "there is no column '%s'; the columns are transaction_id, account_id, "
                             "ts (or date and time), amount, currency, merchant_id, channel and "
                             "country",
                             key + strlen(prefix));
        if (value[0] == '\0')
            return conf_fail(conf, section, key, err, "is empty");
        texts[column] = value;
    }
    return 0;
}

/* One character, by itself or by its name. */
static int read_mark(const struct conf *conf, const char *section, const char *key,
                     const char *allowed, char *ret, struct err *err)
{
    static const struct {
        const char *name;
        char mark;
    } names[] = { { "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' },
                  { "pipe", '|' },  { "space", ' ' },     { "none", '\0' } };
    const char *text = conf_get(conf, section, key);
    bool found = text[0] != '\0' && text[1] == '\0';

    *ret = text[0];
    for (size_t i = 0; i < ARRAY_LEN(names) && !found; i++) {
        found = strcmp(names[i].name, text) == 0;
        *ret = names[i].mark;
    }
    if (!found || (allowed ? !strchr(allowed, *ret) : (*ret < ' ' && *ret != '\t') || *ret > '~'))
        return conf_fail(conf, section, key, err, "'%s' cannot be one", text);
    return 0;
}

/* yes or no behind a key whose words are others. */
static int read_choice(const struct conf *conf, const char *section, const char *key,
                       const char *no, const char *yes, bool *ret, struct err *err)
{
    const char *text = conf_get(conf, section, key);

    *ret = strcmp(text, yes) == 0;
    if (!*ret && strcmp(text, no) != 0)
        return conf_fail(conf, section, key, err, "'%s' is neither %s nor %s", text, no, yes);
    return 0;
}

static int read_encoding(const struct conf *conf, const char *section, struct source *source,
                         struct err *err)
{
    const char *encoding = conf_get(conf, section, "encoding");
    CLEANUP(decoder_closep) struct decoder *decoder = NULL;
    struct err why;

    if (strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "UTF8") == 0)
        return 0;
    decoder = decoder_open(encoding, &why);
    if (!decoder)
        return conf_fail(conf, section, "encoding", err, "%s", why.msg);
    source->encoding = encoding;
    return 0;
}

static int read_time_format(const struct conf *conf, const char *section, struct source *source,
                            struct err *err)
{
    const char *format = conf_get(conf, section, "time_format");
    const char *bad;
    size_t len;

    if (!pattern_check(format, &bad, &len))
        return conf_fail(conf, section, "time_format", err,
                         "'%.*s' does not tell a date: iso, or a pattern as '%%d.%%m.%%Y %%H:%%M' "
                         "(with | between several)",
                         (int)len, bad);
    source->time_format = strcmp(format, "iso") == 0 ? NULL : format;
    return 0;
}

static int check_numbered(const struct conf *conf, const char *section, const struct source *source,
                          struct err *err)
{
    int64_t number;

    for (int c = 0; c < COLUMNS; c++)
        if (!source->header && source->header_name[c] &&
            !text_to_i64(source->header_name[c], 1, CSV_FIELDS_MAX, &number)) {
            CLEANUP(mem_freep) char *key = mem_format("column.%s", columns[c]);

            return conf_fail(conf, section, key, err,
                             "'%s' is not a column's number, from 1: the file has no header",
                             source->header_name[c]);
        }
    return 0;
}

/* How the bytes of its files are records, and the records' fields columns. */
static int read_layout(const struct conf *conf, const char *section, struct source *source,
                       struct err *err)
{
    const char *fixed[COLUMNS] = { NULL };

    if (read_mark(conf, section, "separator", NULL, &source->separator, err) < 0 ||
        read_mark(conf, section, "quote", "\"'`|", &source->quote, err) < 0 ||
        read_mark(conf, section, "decimal", ".,", &source->number.point, err) < 0 ||
        read_mark(conf, section, "thousands", ".,' ", &source->number.thousands, err) < 0 ||
        conf_switch(conf, section, "header", &source->header, err) < 0 ||
        read_choice(conf, section, "extra_fields", "reject", "empty", &source->empty_extra_fields,
                    err) < 0 ||
        read_choice(conf, section, "transaction_id", "column", "content", &source->content_id,
                    err) < 0 ||
        read_encoding(conf, section, source, err) < 0 ||
        read_time_format(conf, section, source, err) < 0)
        return -1;
    if (source->separator == source->quote)
        return conf_fail(conf, section, "quote", err, "is the separator, too");
    if (source->number.point == source->number.thousands)
        return conf_fail(conf, section, "thousands", err, "is the decimal mark, too");
    for (int c = 0; c < COLUMNS && source->header; c++)
        source->header_name[c] = columns[c];
    if (read_columns(conf, section, "column.", source->header_name, err) < 0 ||
        read_columns(conf, section, "default.", source->otherwise, err) < 0 ||
        read_columns(conf, section, "fixed.", fixed, err) < 0)
        return -1;
    for (int c = 0; c < COLUMNS; c++)
        if (fixed[c]) {
            source->header_name[c] = NULL;
            source->otherwise[c] = fixed[c];
        }
    if (source->content_id)
        source->header_name[COLUMN_TRANSACTION_ID] = NULL;
    return check_numbered(conf, section, source, err);
}

const char *source_column(enum column column)
{
    return columns[column];
}

static int check_words(const struct conf *conf, const char *section, const struct source *source,
                       struct err *err)
{
    struct zone zone;
    struct err why;

    if (!source->path || source->path[0] == '\0')
        return conf_fail(conf, section, "path", err, "is missing: where are the files?");
    if (zone_set(&zone, source->time_zone, &why) < 0)
        return conf_fail(conf, section, "time_zone", err, "%s", why.msg);
    if (strcmp(source->leaf, "auto") != 0 && strcmp(source->leaf, "day") != 0 &&
        strcmp(source->leaf, "month") != 0)
        return conf_fail(conf, section, "leaf", err, "'%s' is neither day, month nor auto",
                         source->leaf);
    return 0;
}

/* A number of days; 0 where the key is not given. */
static int read_days(const struct conf *conf, const char *section, const char *key, int64_t *ret,
                     struct err *err)
{
    const char *text = conf_get(conf, section, key);

    *ret = 0;
    if (text && !text_to_i64(text, 1, 100000, ret))
        return conf_fail(conf, section, key, err, "'%s' is not a number of days", text);
    return 0;
}

static int read_retention(const struct conf *conf, const char *section, struct source *source,
                          struct err *err)
{
    if (read_days(conf, section, "retain_days", &source->retain_days, err) < 0 ||
        read_days(conf, section, "retain_rollups_days", &source->retain_rollups_days, err) < 0)
        return -1;
    if (source->retain_rollups_days > 0 &&
        (source->retain_days == 0 || source->retain_rollups_days < source->retain_days))
        return conf_fail(conf, section, "retain_rollups_days", err,
                         "what is derived cannot go before the transactions do (retain_days)");
    return 0;
}

static int read_expected(const struct conf *conf, const char *section, struct source *source,
                         struct err *err)
{
    const char *text = conf_get(conf, section, "expected_by");
    static const char digits[] = "0123456789";

    source->expected_by = text;
    if (text && (strlen(text) != 5 || strspn(text, digits) != 2 || text[2] != ':' ||
                 strspn(text + 3, digits) != 2 || strncmp(text, "23", 2) > 0 || text[3] > '5'))
        return conf_fail(conf, section, "expected_by", err, "'%s' is not a time such as 06:30",
                         text);
    return 0;
}

int source_read(const struct conf *conf, const char *section, struct source *ret, struct err *err)
{
    struct source source = {
        .name = strchr(section, ' ') + 1,
        .path = conf_get(conf, section, "path"),
        .time_zone = conf_get(conf, section, "time_zone"),
        .leaf = conf_get(conf, section, "leaf"),
        .limit_text = conf_get(conf, section, "reject_limit"),
    };

    source.otherwise[COLUMN_CURRENCY] = NO_CURRENCY;
    if (check_words(conf, section, &source, err) < 0 ||
        conf_seconds(conf, section, "settle", &source.settle, err) < 0 ||
        conf_seconds(conf, section, "max_future", &source.max_future, err) < 0 ||
        read_expected(conf, section, &source, err) < 0 ||
        read_retention(conf, section, &source, err) < 0 ||
        read_layout(conf, section, &source, err) < 0)
        return -1;
    if (!read_limit(source.limit_text, &source.limit))
        return conf_fail(conf, section, "reject_limit", err,
                         "'%s' is neither a number of records nor a share such as 1%%",
                         source.limit_text);
    *ret = source;
    return 0;
}

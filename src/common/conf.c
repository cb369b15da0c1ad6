#include "conf.h"

#include <errno.h>
#include <fnmatch.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "text.h"

#define MAX_LINE 4096

/* A section "source" stands for [source NAME]; a key that ends in * for any with that start. */
static const struct key {
    const char *section;
    const char *name;
    const char *otherwise;
    const char *help;
} keys[] = {
    { "database", "conninfo", "",
      "libpq's connection string; empty: PGHOST, PGSERVICE, ~/.pgpass …" },
    { "database", "timeout", "1h", "the longest that one statement of txingest may take" },
    { "database", "retry", "1min",
      "how long txingest tries to connect again when the connection is lost; 0: not at all" },
    { "ingest", "detectors", "/etc/txmon/detectors.d", "folder of detectors of your own" },
    { "ingest", "alerts", "5",
      "findings of a date that are shown, each detector's best first; 0: any number" },
    { "source", "path", NULL, "file, folder, glob, or pattern with %Y-%m-%d (required)" },
    { "source", "time_zone", "UTC", "the business time zone: whose dates these are" },
    { "source", "settle", "30s", "a file must have been unchanged for so long" },
    { "source", "leaf", "auto", "a partition of transactions: day, month, or auto" },
    { "source", "reject_limit", "10%",
      "rejected records a slice before it is rolled back: N or P%" },
    { "source", "max_future", "1d", "how far ahead of the run a time may be" },
    { "source", "expected_by", NULL,
      "HH:MM of the next day, by which a date's files are there: who asks learns what is late" },
    { "source", "retain_days", NULL, "keep so many days of transactions, to the newest one" },
    { "source", "retain_rollups_days", NULL, "keep so many days of what is derived from them" },
    { "source", "separator", ",", "between fields: a character, or tab, pipe, space" },
    { "source", "quote", "\"", "around fields: a character, or none" },
    { "source", "header", "yes", "whether the first record names the columns" },
    { "source", "column.*", NULL,
      "column.account_id = HEADER: the file's name of a column, or names with | between them; "
      "without a header its number" },
    { "source", "default.*", NULL, "default.currency = EUR: the value where the file has none" },
    { "source", "fixed.*", NULL, "fixed.channel = web: the value of every record" },
    { "source", "extra_fields", "reject", "fields beyond the header's: reject, or empty: allowed" },
    { "source", "transaction_id", "column",
      "column, or content: made from the record, for files without ids" },
    { "source", "encoding", "UTF-8", "as iconv names it: ISO-8859-1, Windows-1252 …" },
    { "source", "time_format", "iso", "iso, or patterns as %d.%m.%Y %H:%M with | between them" },
    { "source", "decimal", ".", "the decimal mark: . or ," },
    { "source", "thousands", "none", "the mark between thousands: none . , ' or space" },
    { "detector", "file", NULL,
      "series, or another detector's: this section makes a further one of that file" },
    { "detector", "enabled", "yes", "whether it runs" },
    { "detector", "budget", "50",
      "findings a date that are shown; those of lower scores are kept apart" },
    { "detector", "*", NULL, "a parameter of the detector, see the head of its file" },
    { "severity", "medium", "0.5", "the least score of a finding of this severity; below: low" },
    { "severity", "high", "0.8", "likewise" },
    { "severity", "critical", "0.95", "likewise" },
    { "api", "listen", "127.0.0.1:8080", "address and port of txapi" },
    { "api", "dashboard", "/usr/share/txmon/dashboard", "folder of the dashboard's files" },
    { "api", "patience", "800", "milliseconds that a request waits for the database" },
    { "api", "timeout", "5s", "the longest that the database may take for an answer" },
    { "api", "admin", "127.0.0.1:8081", "address and port of /live, /ready and /metrics, or none" },
    { "api", "tokens", NULL, "file of the bearer tokens that are let in, one a line" },
    { "api", "behind_proxy", "no", "whether a reverse proxy does TLS before txapi" },
    { "api", "rate", "0", "requests a second and address, twice as many at once; 0: any number" },
    { "api", "failures", "10", "failed logins a minute and address; 0: any number" },
    { "api", "cache", "16", "MiB of answers that are kept, and of what they are counted from" },
    { "api", "pool", "4", "connections to the database" },
    { "api", "queue", "256", "questions that wait for one; more are told to come again" },
    { "api", "threads", "2", "threads of HTTP" },
    { "api", "connections", "12000", "connections of HTTP" },
    { "api", "access_log", "no", "whether each request is logged" },
    { "api", "stop_timeout", "10s", "how long open requests may take at the end" },
};

struct entry {
    char *section;
    char *key;
    char *value;
    int line;
};

struct conf {
    char *path;
    struct entry *entries;
    size_t n;
    /* while reading */
    FILE *file;
    int line;
    struct err *err;
    bool failed;
};

const char *conf_path(const struct conf *conf)
{
    return conf->path;
}

static const struct key *find_key(const char *section, const char *name)
{
    size_t kind = strcspn(section, " ");

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strlen(keys[i].section) == kind && strncmp(keys[i].section, section, kind) == 0 &&
            (!name || fnmatch(keys[i].name, name, 0) == 0))
            return &keys[i];
    return NULL;
}

static const struct entry *find_entry(const struct conf *conf, const char *section, const char *key)
{
    for (size_t i = 0; i < conf->n; i++)
        if (strcmp(conf->entries[i].section, section) == 0 &&
            strcmp(conf->entries[i].key, key) == 0)
            return &conf->entries[i];
    return NULL;
}

/* [source NAME] and [detector NAME] need their name, the others have none. */
static const char *wrong_name(const char *section)
{
    bool wants_name = strncmp(section, "source", 6) == 0 || strncmp(section, "detector", 8) == 0;
    const char *name = strchr(section, ' ');

    if (wants_name && !name)
        return "needs a name: [source NAME]";
    if (!wants_name && name)
        return "takes no name";
    if (name && (name[1] == '\0' || strlen(name + 1) > 63 ||
                 name[1 + strspn(name + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789_-.")] != '\0'))
        return "has a name with other than letters, digits, '_', '-' and '.', or over 63 long";
    return NULL;
}

__attribute__((format(printf, 2, 3))) static int fail(struct conf *conf, const char *fmt, ...)
{
    char msg[512];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    if (!conf->failed)
        err_set(conf->err, ERR_USAGE, "%s:%d: %s", conf->path, conf->line, msg);
    conf->failed = true;
    return 0; /* inih's word for an error */
}

static int on_entry(void *user, const char *section, const char *key, const char *value)
{
    struct conf *conf = user;

    if (section[0] == '\0')
        return fail(conf, "'%s' stands before the first [section]", key);
    if (!find_key(section, NULL))
        return fail(conf, "unknown section [%s]", section);
    if (wrong_name(section))
        return fail(conf, "section [%s] %s", section, wrong_name(section));
    if (!find_key(section, key))
        return fail(conf, "unknown key '%s' in [%s]", key, section);
    if (find_entry(conf, section, key))
        return fail(conf, "'%s' is given twice in [%s]", key, section);

    conf->entries = mem_resize(conf->entries, conf->n + 1, sizeof(conf->entries[0]));
    conf->entries[conf->n++] =
        (struct entry){ mem_copy(section), mem_copy(key), mem_copy(value), conf->line };
    return 1;
}

/* inih's reader: counts the lines, which Debian's inih does not tell its handler. */
static char *read_line(char *line, int size, void *stream)
{
    struct conf *conf = stream;

    if (!fgets(line, size, conf->file))
        return NULL;
    conf->line++;
    if (!strchr(line, '\n') && !feof(conf->file))
        fail(conf, "the line is longer than %d bytes", size - 1);
    return line;
}

struct conf *conf_read(const char *path, struct err *err)
{
    const char *env = getenv("TXMON_CONFIG"); // NOLINT(concurrency-mt-unsafe): before any thread
    CLEANUP(file_closep) FILE *file = NULL;
    CLEANUP(conf_freep) struct conf *conf = mem_alloc(sizeof(*conf));
    int bad_line;

    conf->path = mem_copy(path ? path : env ? env : CONF_PATH);
    conf->err = err;
    conf->file = file = fopen(conf->path, "re");
    if (!file) {
        err_set(err, ERR_USAGE, "configuration %s: %m", conf->path);
        return NULL;
    }

    ini_allow_inline_comments = false; /* "separator = ;" is a value */
    ini_allow_multiline = false;
    ini_use_stack = false;
    ini_max_line = MAX_LINE;
    ini_initial_alloc = MAX_LINE;
    bad_line = ini_parse_stream(read_line, conf, on_entry, conf);
    if (bad_line < 0)
        mem_out(); /* there was none for a line; a stream fails for no other reason */
    if (bad_line > 0 && !conf->failed)
        err_set(err, ERR_USAGE, "%s:%d: neither [section] nor key = value", conf->path, bad_line);
    if (bad_line != 0 || conf->failed)
        return NULL;
    if (ferror(file)) {
        err_set(err, ERR_USAGE, "configuration %s: %m", conf->path);
        return NULL;
    }
    conf->file = NULL;
    return TAKE(conf);
}

void conf_freep(struct conf **conf)
{
    if (!*conf)
        return;
    for (size_t i = 0; i < (*conf)->n; i++) {
        free((*conf)->entries[i].section);
        free((*conf)->entries[i].key);
        free((*conf)->entries[i].value);
    }
    free((*conf)->entries);
    free((*conf)->path);
    free(*conf);
}

const char *conf_get(const struct conf *conf, const char *section, const char *key)
{
    const struct entry *entry = find_entry(conf, section, key);
    const struct key *known = find_key(section, key);

    return entry ? entry->value : known ? known->otherwise : NULL;
}

int conf_fail(const struct conf *conf, const char *section, const char *key, struct err *err,
              const char *fmt, ...)
{
    const struct entry *entry = find_entry(conf, section, key);
    char msg[512];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    if (entry)
        return err_set(err, ERR_USAGE, "%s:%d: [%s] %s: %s", conf->path, entry->line, section, key,
                       msg);
    return err_set(err, ERR_USAGE, "%s: [%s] %s: %s", conf->path, section, key, msg);
}

int conf_switch(const struct conf *conf, const char *section, const char *key, bool *ret,
                struct err *err)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = { { "yes", true }, { "on", true },   { "true", true },
                  { "no", false }, { "off", false }, { "false", false } };
    const char *text = conf_get(conf, section, key);

    for (size_t i = 0; text && i < ARRAY_LEN(words); i++)
        if (strcmp(words[i].word, text) == 0) {
            *ret = words[i].value;
            return 0;
        }
    return conf_fail(conf, section, key, err, "'%s' is neither yes nor no", text ? text : "");
}

int conf_seconds(const struct conf *conf, const char *section, const char *key, int64_t *ret,
                 struct err *err)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = { { "", 1 }, { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 } };
    const char *text = conf_get(conf, section, key);
    size_t digits = text ? strspn(text, "0123456789") : 0;
    CLEANUP(mem_freep) char *number = mem_copy_n(text ? text : "", digits);
    int64_t value;

    for (size_t i = 0; digits > 0 && i < ARRAY_LEN(units); i++)
        if (strcmp(units[i].name, text + digits) == 0 &&
            text_to_i64(number, 0, INT32_MAX / units[i].seconds, &value)) {
            *ret = value * units[i].seconds;
            return 0;
        }
    return conf_fail(conf, section, key, err, "'%s' is not a duration such as 30s, 5min, 2h or 1d",
                     text ? text : "");
}

static bool first_of_section(const struct conf *conf, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(conf->entries[i].section, conf->entries[index].section) == 0)
            return false;
    return true;
}

const char *conf_section(const struct conf *conf, const char *kind, size_t index)
{
    size_t len = strlen(kind);

    for (size_t i = 0; i < conf->n; i++) {
        const char *section = conf->entries[i].section;

        if (strncmp(section, kind, len) == 0 && section[len] == ' ' && first_of_section(conf, i) &&
            index-- == 0)
            return section;
    }
    return NULL;
}

const char *conf_key(const struct conf *conf, const char *section, const char *prefix, size_t index,
                     const char **ret_value)
{
    for (size_t i = 0; i < conf->n; i++) {
        const struct entry *entry = &conf->entries[i];

        if (strcmp(entry->section, section) == 0 &&
            strncmp(entry->key, prefix, strlen(prefix)) == 0 && index-- == 0) {
            *ret_value = entry->value;
            return entry->key;
        }
    }
    return NULL;
}

const char *conf_known(const char *section, size_t index)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(keys[i].section, section) == 0 && index-- == 0)
            return keys[i].name;
    return NULL;
}

void conf_help(FILE *out)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        (void)fprintf(out, "  [%s] %-14s %s%s%s%s\n", keys[i].section, keys[i].name, keys[i].help,
                      keys[i].otherwise ? " (default: " : "",
                      keys[i].otherwise ? keys[i].otherwise : "", keys[i].otherwise ? ")" : "");
}

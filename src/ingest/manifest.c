#include "manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <ini.h>

#include "check.h"
#include "file.h"
#include "hash.h"
#include "mem.h"
#include "text.h"

#define CHUNK ((size_t)1 << 18)
#define MAX_MANIFEST ((size_t)1 << 16)

/* What an .info says; -1 and "": nothing of that. */
struct info {
    int64_t records;
    bool has_amount;
    struct number_sum amount;
    char wrong[128]; /* key that is unknown, or has a wrong value */
};

/* The text of a manifest beside the file; NULL without an error: there is none. */
static char *read_beside(const struct file *file, const char *suffix, struct err *err)
{
    CLEANUP(mem_freep) char *path = mem_format("%s%s", file->path, suffix);
    char *text = NULL;
    size_t len;

    err->code = ERR_NONE;
    if (file->spool || access(path, F_OK) < 0)
        return NULL;
    text = file_read(path, MAX_MANIFEST, &len, err);
    if (!text)
        err->code = ERR_FAILED;
    return text;
}

static int hash_bytes(const struct file *file, char hex[HASH_SIZE], struct err *err)
{
    CLEANUP(mem_freep) char *chunk = mem_resize(NULL, CHUNK, 1);
    CLEANUP(hash_closep) struct hash *hash = hash_open();
    CLEANUP(file_close_fdp) int fd = -1;
    struct file looks = *file;
    ssize_t got;

    if (files_open(&looks, &fd, err) < 0)
        return -1;
    while ((got = read(fd, chunk, CHUNK)) != 0) {
        if (got < 0 && errno != EINTR)
            return err_set(err, ERR_SYSTEM, "reading: %m");
        if (got > 0)
            hash_add(hash, chunk, (size_t)got);
    }
    hash_text(hash, hex);
    return 0;
}

static int check_hash(const struct file *file, const struct file *opened, struct err *err)
{
    CLEANUP(mem_freep) char *text = read_beside(file, ".sha256", err);
    size_t digits = text ? strspn(text, "0123456789abcdefABCDEF") : 0;
    char hex[HASH_SIZE];

    if (!text)
        return err->code == ERR_NONE ? 0 : -1;
    if (digits != HASH_SIZE - 1)
        return err_set(err, ERR_FAILED,
                       "its .sha256 does not begin with 64 hexadecimal digits, as sha256sum "
                       "writes them");
    if (hash_bytes(opened, hex, err) < 0)
        return -1;
    if (strncasecmp(text, hex, digits) != 0)
        return err_set(err, ERR_LEDGER,
                       "is not what its .sha256 says: its SHA-256 is %s; nothing of it was loaded",
                       hex);
    return 0;
}

static int on_info(void *cls, const char *section, const char *key, const char *value)
{
    static const struct number_style plain = { '.', '\0' };
    struct info *info = cls;
    struct number amount;

    if (section[0] == '\0' && strcmp(key, "records") == 0 &&
        text_to_i64(value, 0, INT64_MAX, &info->records))
        return 1;
    if (section[0] == '\0' && strcmp(key, "amount") == 0 &&
        number_read(&plain, value, strlen(value), &amount) == NUMBER_GOOD) {
        info->has_amount = true;
        number_add(&info->amount, &amount);
        return 1;
    }
    (void)snprintf(info->wrong, sizeof(info->wrong), "%s = %s", key, value);
    return 0;
}

/* The whole file is read for it: of a part the sums would say nothing. */
static int check_info(struct job *job, const struct file *file, const struct file *opened,
                      struct err *err)
{
    CLEANUP(mem_freep) char *text = read_beside(file, ".info", err);
    CLEANUP(reader_release) struct reader in = { 0 };
    CLEANUP(check_release) struct check check = { 0 };
    struct info info = { .records = -1 };
    char says[NUMBER_SUM_SIZE];
    char has[NUMBER_SUM_SIZE];
    bool empty;

    if (!text)
        return err->code == ERR_NONE ? 0 : -1;
    if (ini_parse_string(text, on_info, &info) != 0)
        return err_set(err, ERR_FAILED, "its .info has other than records = N and amount = N: %s",
                       info.wrong);
    if (reader_open(job->source, opened, &in, &empty, err) < 0 ||
        check_read(&in, &job->zone, &job->limits, &check, err) < 0)
        return -1;
    if (info.records >= 0 && info.records != check.records)
        return err_set(err, ERR_LEDGER,
                       "has %" PRId64 " records, its .info says %" PRId64
                       "; nothing of it was loaded",
                       check.records, info.records);
    if (info.has_amount && !number_sum_is_equal(&info.amount, &check.control))
        return err_set(err, ERR_LEDGER,
                       "has amounts of %s in all, its .info says %s; nothing of it was loaded",
                       number_sum_text(&check.control, has), number_sum_text(&info.amount, says));
    return 0;
}

int manifest_check(struct job *job, const struct file *file, int fd, struct err *err)
{
    const struct file opened = files_opened(file, fd);

    return check_hash(file, &opened, err) < 0 || check_info(job, file, &opened, err) < 0 ? -1 : 0;
}

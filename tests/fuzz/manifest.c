#include "manifest.h"

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"
#include "fuzz.h"

/*
 * What a sender says of a file of two records, of 3.50 in all: whatever it is, the file is loaded
 * only if it is that.
 */
static const char content[] = "transaction_id,account_id,ts,amount\n"
                              "1,a,2026-01-01,1.25\n2,a,2026-01-01,2.25\n";
static const char sha256[] = "b0edf891cb11e3064f8c383839321b81ea7b4fa7da3b361a7a1a7c20783679ba";

static struct {
    char folder[64];
    struct file file;
    char *sha256;
    char *info;
    struct source source;
} given;

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    HOLDS(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
}

static void clean_up(void)
{
    (void)unlink(given.sha256);
    (void)unlink(given.info);
    (void)unlink(given.file.path);
    (void)rmdir(given.folder);
    free(given.sha256);
    free(given.info);
    free(given.file.path);
}

static void set_up(void)
{
    (void)strcpy(given.folder, "/tmp/fuzz-manifest-XXXXXX");
    HOLDS(mkdtemp(given.folder));
    given.file.path = mem_format("%s/f.csv", given.folder);
    given.sha256 = mem_format("%s.sha256", given.file.path);
    given.info = mem_format("%s.info", given.file.path);
    put(given.file.path, content);
    given.source = (struct source){
        .name = "t", .separator = ',', .quote = '"', .header = true, .number = { '.', '\0' }
    };
    for (int i = 0; i < COLUMNS; i++)
        given.source.header_name[i] = source_column((enum column)i);
    HOLDS(atexit(clean_up) == 0);
}

/* The manifest alone beside the file: 0, or what manifest_check says. */
static int check(const char *path, const char *text, struct err *err)
{
    struct job job = { .source = &given.source, .limits = { INT64_MAX, INT32_MIN } };
    CLEANUP(file_close_fdp) int fd = open(given.file.path, O_RDONLY | O_CLOEXEC);

    HOLDS(fd >= 0 && zone_set(&job.zone, "UTC", err) == 0);
    (void)unlink(given.sha256);
    (void)unlink(given.info);
    put(path, text);
    return manifest_check(&job, &given.file, fd, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_freep) char *text = fuzz_text(data, size);
    CLEANUP(mem_freep) char *more = mem_format("%s\nrecords = 3\n", text);
    CLEANUP(mem_freep) char *less = mem_format("%s\namount = 3.49\n", text);
    struct err err = { 0 };
    bool same = strspn(text, "0123456789abcdefABCDEF") == 64 && strncasecmp(text, sha256, 64) == 0;

    if (!given.file.path)
        set_up();
    HOLDS((check(given.sha256, text, &err) == 0) == same);
    HOLDS(same || err.code == ERR_LEDGER || err.code == ERR_FAILED);
    HOLDS(check(given.info, text, &err) == 0 || err.code == ERR_LEDGER || err.code == ERR_FAILED);
    HOLDS(check(given.info, more, &err) < 0 && err.msg[0] != '\0');
    HOLDS(check(given.info, less, &err) < 0 && err.msg[0] != '\0');
    return 0;
}

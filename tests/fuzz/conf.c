#include "conf.h"

#include <sys/mman.h>
#include <unistd.h>

#include "file.h"
#include "fuzz.h"
#include "source.h"

/* Configurations. What is refused is refused with its place; what is read, written and read again,
 * is the same. */
static const char *const kinds[] = { "source", "detector" };
static const char *const singles[] = { "database", "ingest", "severity", "api" };

static struct conf *read_text(const void *text, size_t len, char path[32], struct err *err)
{
    int fd = memfd_create("conf", MFD_CLOEXEC);
    struct conf *conf;

    HOLDS(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    (void)snprintf(path, 32, "/proc/self/fd/%d", fd);
    *err = (struct err){ 0 };
    conf = conf_read(path, err);
    (void)close(fd);
    return conf;
}

static void put_section(FILE *out, const struct conf *conf, const char *section)
{
    const char *value;
    const char *key;

    (void)fprintf(out, "[%s]\n", section);
    for (size_t i = 0; (key = conf_key(conf, section, "", i, &value)) != NULL; i++) {
        HOLDS(strcmp(conf_get(conf, section, key), value) == 0);
        (void)fprintf(out, "%s=%s\n", key, value);
    }
}

/* All of it, section by section; the caller frees. */
static char *write_conf(const struct conf *conf)
{
    const char *section;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    HOLDS(out);
    for (size_t i = 0; i < ARRAY_LEN(singles); i++)
        put_section(out, conf, singles[i]);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        for (size_t i = 0; (section = conf_section(conf, kinds[k], i)) != NULL; i++)
            put_section(out, conf, section);
    (void)fclose(out);
    return text;
}

/* A source is read or refused, with the place. */
static void read_sources(const struct conf *conf)
{
    const char *section;
    struct source source;

    for (size_t i = 0; (section = conf_section(conf, "source", i)) != NULL; i++) {
        struct err err = { 0 };

        if (source_read(conf, section, &source, &err) < 0)
            HOLDS(err.code == ERR_USAGE && strncmp(err.msg, conf_path(conf), 14) == 0);
        else
            HOLDS(source.settle >= 0 && source.separator != '\0' &&
                  source.separator != source.quote);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(conf_freep) struct conf *conf = NULL;
    CLEANUP(conf_freep) struct conf *again = NULL;
    CLEANUP(mem_freep) char *text = NULL;
    CLEANUP(mem_freep) char *same = NULL;
    char path[32];
    struct err err;

    conf = read_text(data, size, path, &err);
    HOLDS(conf || (err.code == ERR_USAGE && strncmp(err.msg, path, strlen(path)) == 0));
    if (!conf)
        return 0;
    read_sources(conf);
    text = write_conf(conf);
    again = read_text(text, strlen(text), path, &err);
    HOLDS(again);
    same = write_conf(again);
    HOLDS(strcmp(text, same) == 0);
    return 0;
}

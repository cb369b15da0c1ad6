#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"

/*
 * The configuration file, etc/txmon.conf: sections of "key = value". Both programs
 * read the same one. Which sections and keys there are, their defaults and their
 * help stand in one table (conf_keys in conf.c); an unknown one is an error.
 */
struct conf;

/* Where the file is when --config does not say: $TXMON_CONFIG, else this. */
#ifndef CONF_PATH
#define CONF_PATH "/etc/txmon/txmon.conf"
#endif

/* path NULL: as above. The caller frees what is returned; NULL on failure (ERR_USAGE). */
MUST_CHECK struct conf *conf_read(const char *path, struct err *err);
void conf_freep(struct conf **conf);

/* The path that was read. */
const char *conf_path(const struct conf *conf);

/*
 * The value of a key: the file's, else the table's default, NULL when there is
 * neither. section is as in the file: "database", "source cards".
 */
const char *conf_get(const struct conf *conf, const char *section, const char *key);

/* The same as a switch (yes, no, on, off, true, false) or a duration in seconds (a number with
 * s, min, h or d behind it; s when nothing is). */
MUST_CHECK int conf_switch(const struct conf *conf, const char *section, const char *key, bool *ret,
                           struct err *err);
MUST_CHECK int conf_seconds(const struct conf *conf, const char *section, const char *key,
                            int64_t *ret, struct err *err);

/* The index-th section of a kind ("source"), as in the file, or NULL behind the last one. */
const char *conf_section(const struct conf *conf, const char *kind, size_t index);

/* The index-th key of a section that starts with prefix, with its value; NULL behind the last. */
const char *conf_key(const struct conf *conf, const char *section, const char *prefix, size_t index,
                     const char **ret_value);

/* ERR_USAGE with the place: file, section and key. Returns -1. */
int conf_fail(const struct conf *conf, const char *section, const char *key, struct err *err,
              const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The index-th key that there may be in a section, or NULL behind the last one. */
const char *conf_known(const char *section, size_t index);

/* Every key with its default and its help, as in etc/txmon.conf. */
void conf_help(FILE *out);

#endif

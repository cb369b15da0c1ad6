#ifndef DUMP_H
#define DUMP_H

#include <stdio.h>

#include "conf.h"

/*
 * What txapi uses of the configuration, as a configuration: each key with the value that counts,
 * the file's or the default. Passwords are left out. -1: conninfo is none (ERR_USAGE).
 */
MUST_CHECK int dump_config(const struct conf *conf, FILE *out, struct err *err);

#endif

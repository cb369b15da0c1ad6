#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "db.h"
#include "run.h"

/* What txingest prints on standard output, for people or as JSON. */

/* One run's summary: a few lines, or with json one object a line. */
void report_run(const char *source, const struct run_result *result, const struct err *why,
                bool json);

/* txingest status: every source with its checkpoint and its latest run. */
MUST_CHECK int report_status(struct db *db, bool json, struct err *err);

#endif

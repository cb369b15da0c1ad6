#ifndef MIGRATE_H
#define MIGRATE_H

#include "db.h"

/*
 * The schema: sql/schema/NNN_name.sql, applied in order, each once and in a
 * transaction of its own together with its line in schema_migration.
 */

/* Brings the schema up to date. *ret_applied: how many migrations that took. */
MUST_CHECK int migrate_run(struct db *db, int *ret_applied, int *ret_version, struct err *err);

/* ERR_SCHEMA, with what to do about it, unless the schema is the one of this program. */
MUST_CHECK int migrate_check(struct db *db, struct err *err);

#endif

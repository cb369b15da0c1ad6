#ifndef STMT_H
#define STMT_H

#include <stdbool.h>

#include "err.h"

/*
 * A statement as it stands in a file under sql/, or in a detector's file of the
 * user. Its parameters are psql's, so that the same file runs by hand with
 * psql -v name=value -f FILE:
 *
 *     :'name'   a value: becomes $1, $2, … and is sent apart from the text
 *     :"name"   an identifier, put into the text quoted
 *
 * Within literals, quoted identifiers and comments nothing is a parameter.
 */
struct stmt {
    const char *name; /* the file's path below sql/, as sql_<folder>_<file> */
    const char *text;
};

/* A named parameter's value; NULL is SQL's NULL. */
struct stmt_arg {
    const char *name;
    const char *value;
};
#define STMT_ARGS(...) ((const struct stmt_arg[]){ __VA_ARGS__, { NULL, NULL } })
#define STMT_NO_ARGS ((const struct stmt_arg[]){ { NULL, NULL } })

#define STMT_MAX_PARAMS 32

/* A statement made ready to be sent. Release with bound_release. */
struct bound {
    char *text;
    int n;
    char *names[STMT_MAX_PARAMS]; /* of $1, $2, … */
    bool fixed;                   /* the text depends on no argument: it can be prepared once */
};

/*
 * Reads the statement's text. args gives the values of :"name", and may be NULL where
 * the statement has none. A name that args lacks is an error.
 */
MUST_CHECK int stmt_bind(const struct stmt *stmt, const struct stmt_arg *args, struct bound *ret,
                         struct err *err);
void bound_release(struct bound *bound); /* for CLEANUP; a zeroed one is fine */

/* The argument of that name, or NULL. */
const struct stmt_arg *stmt_arg(const struct stmt_arg *args, const char *name);

#endif

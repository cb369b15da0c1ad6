#ifndef SCHEMA_H
#define SCHEMA_H

#include <cjson/cJSON.h>

/*
 * What an object of an answer looks like, in the shorthand of routes[], as JSON Schema: its
 * members with blanks between, each a name, a colon and a type; a question mark: it may be null.
 *
 *     (none) text      n  a count      x  a number      bool      {}  any object
 *     id  a 64-bit number as text      money  any decimal number as text
 *     date  YYYY-MM-DD                 time  RFC 3339, in UTC
 *     [text]  an array of texts        [members]  an array of such objects
 *
 * The caller owns what is returned.
 */
cJSON *schema_of(const char *members);

/* One of the types above alone. */
cJSON *schema_of_type(const char *type);

#endif

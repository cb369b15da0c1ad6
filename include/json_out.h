#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <cjson/cJSON.h>
#include <stdint.h>

/* What the programs' JSON on standard output is made of, beyond cJSON's own. */

/* Before anything else: without memory the program ends, as by mem.h. What cJSON would leave out
 * then would be missing from what is written. */
void json_init(void);

/* A 64-bit integer as its own digits: cJSON keeps numbers as doubles. */
void json_i64(cJSON *object, const char *name, int64_t value);

/* A string; null where there is none or an empty one. */
void json_text(cJSON *object, const char *name, const char *text);

/* One line on standard output; the object is freed. */
void json_print(cJSON *object);

#endif

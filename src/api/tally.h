#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "cache.h"
#include "hours.h"
#include "question.h"

/*
 * Counts of whole sources, answered from memory: whole hours from the rollup of all of them, and of
 * those that start and end cut from their transactions. What is not there is said, so that it can
 * be brought (parts.h). Everything else is the database's to count: accounts, groups, time zones,
 * CSV, and what is too much to be held.
 */

/* One of what counts are made from. */
struct part {
    enum { PART_NONE, PART_HOURS, PART_HOUR } what;
    int32_t source; /* of PART_HOUR, and the next two */
    int32_t hour;
    char zone[HOURS_NAME_SIZE];
};

#define TALLY_PARTS (2 * HOURS_SOURCES + 2) /* more than an answer is made from */

/* What a part is kept under. */
#define PART_KEY_SIZE 64
const char *part_key(const struct part *part, char out[PART_KEY_SIZE]); /* out */

/*
 * The answer, held for the caller and kept under the key; NULL: none. *ret_lacking is then what has
 * to be brought first, PART_NONE when that would not help.
 */
struct kept *tally_answer(struct cache *cache, const struct question *question, const char *key,
                          struct part *ret_lacking);

/* What there is to say; times are microseconds since 2000. */
struct tally {
    int64_t start;
    int64_t end;
    const char *bucket_name;
    struct sums {
        size_t n;
        struct sum {
            char currency[HOURS_CURRENCY_SIZE];
            int64_t n;
            struct money amount;
        } * sum;
    } whole, parts; /* by currency; of parts each bucket has its own, one behind the other */
    size_t n;
    struct bucket {
        int64_t start;
        size_t first; /* of its sums in parts */
        size_t n;
    } * buckets;
};

#endif

#ifndef MONEY_H
#define MONEY_H

#include <stdbool.h>

/*
 * An amount as PostgreSQL's numeric has it: exact, with as many digits behind the point as the
 * longest of those that were added has.
 */
struct money {
    __int128 micro; /* millionths */
    int scale;      /* digits behind the point */
};

/* False: it is no decimal number, or one with more digits than are kept. */
bool money_read(const char *text, struct money *ret);

void money_add(struct money *sum, const struct money *more);

#define MONEY_SIZE 48
const char *money_text(const struct money *money, char out[MONEY_SIZE]); /* out */

#endif

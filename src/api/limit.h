#ifndef LIMIT_H
#define LIMIT_H

#include <stdint.h>

/*
 * How often an address may ask: a token bucket each, in a table of fixed size, from which who was
 * not seen for longest goes first. A failed login costs much more than a request.
 */
struct limit;

enum limit_what { LIMIT_REQUEST, LIMIT_FAILURE };

/* rate: requests a second and address, 0: any number; failures: failed logins a minute. */
struct limit *limit_new(int64_t rate, int64_t failures);
void limit_freep(struct limit **limit);

/* 0: go on; else the seconds after which to come again. limit NULL: always 0. */
int limit_take(struct limit *limit, uint32_t address, enum limit_what what);

#endif

#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Of a clock that nobody sets; never 0. */
int64_t clock_ms(void);
int64_t clock_us(void);
double clock_seconds(void);

/* The time in UTC, to the microsecond, as PostgreSQL reads it: what a statement takes for now. */
#define CLOCK_UTC_SIZE 40
const char *clock_utc(char out[CLOCK_UTC_SIZE]);

#endif

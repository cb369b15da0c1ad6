#ifndef DATES_H
#define DATES_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* A set of dates (days since 2000-01-01), kept in order. */
struct dates {
    int32_t *date;
    size_t n;
    size_t size;
};

void dates_add(struct dates *dates, int32_t date);
void dates_release(struct dates *dates); /* for CLEANUP; a zeroed one is fine */

/* The set as PostgreSQL's date[]: "{2026-01-01,2026-01-02}". The caller frees it. */
char *dates_text(const struct dates *dates);

/* The oldest and the newest one as text, which is out; NULL when there is none. */
const char *dates_first(const struct dates *dates, char out[TEXT_DATE_SIZE]);
const char *dates_last(const struct dates *dates, char out[TEXT_DATE_SIZE]);

#endif

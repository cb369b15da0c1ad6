#ifndef DATES_H
#define DATES_H

#include <stddef.h>
#include <stdint.h>

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

#endif

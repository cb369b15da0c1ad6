#ifndef HOURS_H
#define HOURS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache.h"
#include "money.h"

/*
 * What txapi has in memory to count with, besides the database: the rollup of all hours of all
 * sources (hours), and of single hours their transactions (moments). Each is one piece of memory,
 * is of one state of the data, and never changes: the cache keeps it as it keeps answers.
 */
#define HOURS_SOURCES 64
#define HOURS_NAME_SIZE 256
#define HOURS_CURRENCY_SIZE 4

struct hours {
    char version[CACHE_VERSION_SIZE];
    char as_of[32]; /* "": there was no run yet; so the next */
    char run_id[24];
    bool is_unfit; /* there is more, or something else, than is held in memory */
    size_t n_sources;
    struct {
        int32_t id;
        char name[HOURS_NAME_SIZE];
        char zone[HOURS_NAME_SIZE];
    } sources[HOURS_SOURCES];
    size_t n;
    struct hour {
        int32_t hour; /* since 2000, of UTC */
        unsigned source;
        char currency[HOURS_CURRENCY_SIZE];
        int64_t n;
        struct money amount;
    } hour[]; /* by hour, source and currency */
};

struct moments {
    char version[CACHE_VERSION_SIZE];
    bool is_unfit;
    size_t n;
    struct moment_of {
        uint32_t at; /* microseconds since the hour's begin */
        char currency[HOURS_CURRENCY_SIZE];
        int64_t micro; /* of the amount */
        int scale;
    } moment[];
};

/* Of the rows of hours.sql and of meta.sql; one of more than most rows is unfit. */
struct hours *hours_new(const PGresult *rows, const PGresult *meta, size_t most);
size_t hours_size(const struct hours *hours);

/* The place of the first row of that hour or a later one. */
size_t hours_from(const struct hours *hours, int64_t hour);

/* Of the rows of hour.sql. */
struct moments *moments_new(const PGresult *rows);
size_t moments_size(const struct moments *moments);

#endif

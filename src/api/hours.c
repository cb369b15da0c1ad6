#include "hours.h"

#include <stdio.h>
#include <string.h>

#include "db.h"
#include "mem.h"

/* The columns of sql/api/hours.sql, of hour.sql and of meta.sql. */
enum { SOURCE, NAME, ZONE, HOUR, CURRENCY, N, AMOUNT };
enum { MOMENT_VERSION, MOMENT_AT, MOMENT_CURRENCY, MOMENT_AMOUNT };
enum { META_AS_OF, META_RUN_ID, META_VERSION };

/* False: it is longer than what holds it. */
static bool take(char *out, size_t size, const char *text)
{
    return (size_t)snprintf(out, size, "%s", text) < size;
}

/* Its place among the sources, where it is put when it is new. False: there is no room for it. */
static bool place_source(struct hours *hours, const PGresult *rows, int row, unsigned *ret)
{
    int32_t id = (int32_t)db_i64(rows, row, SOURCE);
    size_t i = 0;

    while (i < hours->n_sources && hours->sources[i].id != id)
        i++;
    *ret = (unsigned)i;
    if (i < hours->n_sources)
        return true;
    if (i == HOURS_SOURCES)
        return false;
    hours->sources[hours->n_sources++].id = id;
    return take(hours->sources[i].name, HOURS_NAME_SIZE, PQgetvalue(rows, row, NAME)) &&
           take(hours->sources[i].zone, HOURS_NAME_SIZE, PQgetvalue(rows, row, ZONE));
}

static bool read_hour(struct hours *hours, const PGresult *rows, int row)
{
    struct hour *hour = &hours->hour[hours->n++];

    hour->hour = (int32_t)db_i64(rows, row, HOUR);
    hour->n = db_i64(rows, row, N);
    return take(hour->currency, HOURS_CURRENCY_SIZE, PQgetvalue(rows, row, CURRENCY)) &&
           money_read(PQgetvalue(rows, row, AMOUNT), &hour->amount) &&
           place_source(hours, rows, row, &hour->source);
}

struct hours *hours_new(const PGresult *rows, const PGresult *meta, size_t most)
{
    size_t n = (size_t)PQntuples(rows);
    struct hours *hours;

    if (n > most)
        n = 0;
    hours = mem_alloc(sizeof(*hours) + n * sizeof(hours->hour[0]));
    hours->is_unfit = (size_t)PQntuples(rows) > most;
    for (size_t row = 0; row < n && !hours->is_unfit; row++)
        hours->is_unfit = !read_hour(hours, rows, (int)row);
    if (!take(hours->version, sizeof(hours->version), PQgetvalue(meta, 0, META_VERSION)) ||
        !take(hours->as_of, sizeof(hours->as_of), PQgetvalue(meta, 0, META_AS_OF)) ||
        !take(hours->run_id, sizeof(hours->run_id), PQgetvalue(meta, 0, META_RUN_ID)))
        hours->is_unfit = true;
    return hours;
}

size_t hours_size(const struct hours *hours)
{
    return sizeof(*hours) + hours->n * sizeof(hours->hour[0]);
}

size_t hours_from(const struct hours *hours, int64_t hour)
{
    size_t lo = 0;
    size_t hi = hours->n;

    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;

        if (hours->hour[middle].hour < hour)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static bool read_moment(struct moments *moments, const PGresult *rows, int row)
{
    struct moment_of *moment = &moments->moment[moments->n++];
    struct money amount;

    if (!take(moment->currency, HOURS_CURRENCY_SIZE, PQgetvalue(rows, row, MOMENT_CURRENCY)) ||
        !money_read(PQgetvalue(rows, row, MOMENT_AMOUNT), &amount) || amount.micro > INT64_MAX ||
        amount.micro < INT64_MIN)
        return false;
    moment->at = (uint32_t)db_i64(rows, row, MOMENT_AT);
    moment->micro = (int64_t)amount.micro;
    moment->scale = amount.scale;
    return true;
}

struct moments *moments_new(const PGresult *rows)
{
    size_t n = (size_t)PQntuples(rows);
    struct moments *moments;

    if (n == 1 && PQgetisnull(rows, 0, MOMENT_AT))
        n = 0;
    moments = mem_alloc(sizeof(*moments) + n * sizeof(moments->moment[0]));
    moments->is_unfit =
        !take(moments->version, sizeof(moments->version), PQgetvalue(rows, 0, MOMENT_VERSION));
    for (size_t row = 0; row < n && !moments->is_unfit; row++)
        moments->is_unfit = !read_moment(moments, rows, (int)row);
    return moments;
}

size_t moments_size(const struct moments *moments)
{
    return sizeof(*moments) + moments->n * sizeof(moments->moment[0]);
}

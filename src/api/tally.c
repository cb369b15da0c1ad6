#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "moment.h"
#include "sql.h"
#include "text.h"

#define SECOND ((int64_t)1000000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define BUCKETS 1000
#define CUT_MOST 20000 /* transactions of an hour that are held */

const char *part_key(const struct part *part, char out[PART_KEY_SIZE])
{
    if (part->what == PART_HOURS)
        (void)snprintf(out, PART_KEY_SIZE, "hours");
    else
        (void)snprintf(out, PART_KEY_SIZE, "hour\n%" PRId32 "\n%" PRId32, part->source, part->hour);
    return out;
}

static int64_t floor_to(int64_t value, int64_t unit)
{
    int64_t rest = value % unit;

    return value - (rest < 0 ? rest + unit : rest);
}

/* 2000-01-03 is a Monday. */
static int64_t bucket_start(const char *name, int64_t at)
{
    int64_t day = floor_to(at, DAY);

    if (strcmp(name, "hour") == 0)
        return floor_to(at, HOUR);
    if (strcmp(name, "week") == 0)
        return floor_to(day - 2 * DAY, 7 * DAY) + 2 * DAY;
    return strcmp(name, "month") == 0 ? text_month((int32_t)(day / DAY)) * DAY : day;
}

static int64_t bucket_end(const char *name, int64_t start)
{
    if (strcmp(name, "hour") == 0)
        return start + HOUR;
    if (strcmp(name, "week") == 0)
        return start + 7 * DAY;
    return strcmp(name, "month") == 0 ? text_next_month((int32_t)(start / DAY)) * DAY : start + DAY;
}

static bool read_time(const char *text, int64_t *ret)
{
    struct moment at;

    if (!moment_read(text, strlen(text), &at))
        return false;
    *ret = at.date * DAY + at.usec_of_day - at.offset * SECOND;
    return true;
}

/* False: it is for the database. */
static bool read_question(const struct question *question, struct tally *tally)
{
    if (question->route->stmt != &sql_api_transactions_count || question->csv ||
        strcmp(question_value(question, "tz"), "UTC") != 0 ||
        question_value(question, "group_by")[0] || question_value(question, "account")[0] ||
        question_value(question, "merchant")[0] ||
        !read_time(question_value(question, "start"), &tally->start) ||
        !read_time(question_value(question, "end"), &tally->end) || tally->start >= tally->end)
        return false;
    tally->bucket_name = question_value(question, "bucket");
    return true;
}

static bool lay_out(struct tally *tally)
{
    const char *name = tally->bucket_name;
    int64_t at = bucket_start(name, tally->start);

    tally->buckets = mem_alloc(BUCKETS * sizeof(tally->buckets[0]));
    for (; at < tally->end; at = bucket_end(name, at)) {
        if (tally->n == BUCKETS)
            return false;
        tally->buckets[tally->n++].start = at < tally->start ? tally->start : at;
    }
    return true;
}

static void tally_release(struct tally *tally)
{
    free(tally->buckets);
    free(tally->whole.sum);
    free(tally->parts.sum);
}

/* To the currency's sum behind the first ones, which are in order. */
static void sums_add(struct sums *sums, size_t first, const struct sum *more)
{
    size_t i = first;

    while (i < sums->n && strcmp(sums->sum[i].currency, more->currency) < 0)
        i++;
    if (i < sums->n && strcmp(sums->sum[i].currency, more->currency) == 0) {
        sums->sum[i].n += more->n;
        money_add(&sums->sum[i].amount, &more->amount);
        return;
    }
    if ((sums->n & (sums->n - 1)) == 0) /* a power of two: it is full */
        sums->sum = mem_resize(sums->sum, sums->n > 0 ? sums->n * 2 : 1, sizeof(sums->sum[0]));
    memmove(&sums->sum[i + 1], &sums->sum[i], (sums->n - i) * sizeof(sums->sum[0]));
    sums->sum[i] = *more;
    sums->n++;
}

/* What is at hand while the hours are gone through. */
struct count {
    struct cache *cache;
    const struct hours *hours;
    const char *source; /* "": all */
    struct tally *tally;
    size_t bucket; /* the latest that has begun */
    struct part *lacking;
};

static void add(struct count *count, const struct sum *more)
{
    sums_add(&count->tally->parts, count->tally->buckets[count->bucket].first, more);
}

static void add_moments(struct count *count, const struct moments *moments, int64_t begin)
{
    for (size_t i = 0; i < moments->n; i++) {
        const struct moment_of *moment = &moments->moment[i];
        int64_t at = begin + moment->at;
        struct sum sum = { .n = 1, .amount = { moment->micro, moment->scale } };

        if (at < count->tally->start || at >= count->tally->end)
            continue;
        memcpy(sum.currency, moment->currency, sizeof(sum.currency));
        add(count, &sum);
    }
}

/* Of an hour that start or end cuts, with the i-th row as its source's first: all its currencies.
 */
static bool add_cut(struct count *count, size_t i)
{
    const struct hours *hours = count->hours;
    const struct hour *hour = &hours->hour[i];
    struct part part = { PART_HOUR, hours->sources[hour->source].id, hour->hour, "" };
    CLEANUP(kept_releasep) struct kept *kept = NULL;
    const struct moments *moments;
    char key[PART_KEY_SIZE];
    int64_t n = 0;

    for (;
         i < hours->n && hours->hour[i].hour == hour->hour && hours->hour[i].source == hour->source;
         i++)
        n += hours->hour[i].n;
    if (n > CUT_MOST)
        return false;
    kept = cache_find_part(count->cache, part_key(&part, key));
    if (!kept) {
        memcpy(part.zone, hours->sources[hour->source].zone, sizeof(part.zone));
        *count->lacking = part;
        return false;
    }
    moments = (const struct moments *)(const void *)kept->body;
    if (moments->is_unfit || strcmp(moments->version, hours->version) != 0)
        return false;
    add_moments(count, moments, hour->hour * HOUR);
    return true;
}

/* Those that begin up to then have begun; what is added from here on is the last one's. */
static void begin_buckets(struct count *count, int64_t at)
{
    struct tally *tally = count->tally;

    while (count->bucket + 1 < tally->n && tally->buckets[count->bucket + 1].start <= at) {
        struct bucket *bucket = &tally->buckets[count->bucket++];

        bucket->n = tally->parts.n - bucket->first;
        bucket[1].first = tally->parts.n;
    }
}

static bool add_hour(struct count *count, size_t i, size_t first)
{
    const struct hour *hour = &count->hours->hour[i];
    int64_t begin = hour->hour * HOUR;
    bool is_new = i == first || hour[-1].hour != hour->hour || hour[-1].source != hour->source;
    struct sum sum = { .n = hour->n, .amount = hour->amount };

    if (count->source[0] && strcmp(count->source, count->hours->sources[hour->source].name) != 0)
        return true;
    begin_buckets(count, begin);
    if (begin < count->tally->start || begin + HOUR > count->tally->end)
        return !is_new || add_cut(count, i);
    memcpy(sum.currency, hour->currency, sizeof(sum.currency));
    add(count, &sum);
    return true;
}

static bool add_hours(struct count *count)
{
    struct tally *tally = count->tally;
    const struct hours *hours = count->hours;
    size_t first = hours_from(hours, floor_to(tally->start, HOUR) / HOUR);

    for (size_t i = first; i < hours->n && hours->hour[i].hour * HOUR < tally->end; i++)
        if (!add_hour(count, i, first))
            return false;
    begin_buckets(count, tally->end);
    tally->buckets[count->bucket].n = tally->parts.n - tally->buckets[count->bucket].first;
    for (size_t i = 0; i < tally->parts.n; i++)
        sums_add(&tally->whole, 0, &tally->parts.sum[i]);
    return true;
}

static struct kept *keep(struct cache *cache, const char *key, const struct hours *hours,
                         const struct tally *tally)
{
    const struct meta meta = { hours->as_of[0] ? hours->as_of : NULL,
                               hours->run_id[0] ? hours->run_id : NULL };
    struct kept *kept = kept_new(reply_of("application/json", json_tally(tally, &meta)));

    etag_make(key, hours->version, kept->etag);
    cache_put(cache, key, hours->version, kept);
    return kept;
}

struct kept *tally_answer(struct cache *cache, const struct question *question, const char *key,
                          struct part *ret_lacking)
{
    CLEANUP(tally_release) struct tally tally = { 0 };
    CLEANUP(kept_releasep) struct kept *kept = NULL;
    struct part hours = { .what = PART_HOURS };
    struct count count = { .cache = cache, .tally = &tally, .lacking = ret_lacking };
    char name[PART_KEY_SIZE];

    ret_lacking->what = PART_NONE;
    if (!read_question(question, &tally) || !lay_out(&tally))
        return NULL;
    kept = cache_find_part(cache, part_key(&hours, name));
    if (!kept) {
        *ret_lacking = hours;
        return NULL;
    }
    count.hours = (const struct hours *)(const void *)kept->body;
    count.source = question_value(question, "source");
    return !count.hours->is_unfit && add_hours(&count) ? keep(cache, key, count.hours, &tally)
                                                       : NULL;
}

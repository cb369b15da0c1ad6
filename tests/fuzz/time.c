#include <inttypes.h>

#include "fuzz.h"
#include "moment.h"
#include "pattern.h"
#include "text.h"

#define DAY INT64_C(86400000000)

/* Times in every format: the first line is the format, the rest the text. */
static bool is_same(const struct moment *a, const struct moment *b)
{
    return a->date == b->date && a->usec_of_day == b->usec_of_day &&
           a->has_offset == b->has_offset && a->offset == b->offset;
}

/* Written as ISO 8601 has it, the moment is read again, by both readers. */
static void reads_back(const struct moment *at)
{
    int64_t second = at->usec_of_day / 1000000;
    int offset = at->offset < 0 ? -at->offset : at->offset;
    CLEANUP(mem_freep) char *zone = NULL;
    CLEANUP(mem_freep) char *iso = NULL;
    char date[TEXT_DATE_SIZE];
    struct moment again;

    HOLDS(at->usec_of_day >= 0 && at->usec_of_day < DAY);
    HOLDS(offset < 16 * 3600 && offset % 60 == 0 && (at->has_offset || offset == 0));
    HOLDS(at->date >= text_days(1, 1, 1) && at->date <= text_days(9999, 12, 31));
    zone = mem_format("%c%02d:%02d", at->offset < 0 ? '-' : '+', offset / 3600, offset / 60 % 60);
    iso = mem_format("%s %02d:%02d:%02d.%06d%s", text_from_date(at->date, date),
                     (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60),
                     (int)(at->usec_of_day % 1000000), at->has_offset ? zone : "");
    HOLDS(moment_read(iso, strlen(iso), &again) && is_same(at, &again));
    HOLDS(pattern_read(at->has_offset ? "%F %T.%f%z" : "%F %T.%f", iso, strlen(iso), &again));
    HOLDS(is_same(at, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t len = end ? (size_t)(end - data) : 0;
    CLEANUP(mem_freep) char *formats = fuzz_text(data, len);
    size_t text_len = end ? size - len - 1 : size;
    CLEANUP(mem_freep) char *text = mem_resize(NULL, text_len + 1, 1);
    const char *bad = NULL;
    size_t bad_len = 0;
    struct moment at;
    struct moment iso;

    /* Not closed by a NUL, and nothing behind it. */
    text = mem_resize(text, text_len > 0 ? text_len : 1, 1);
    if (text_len > 0)
        memcpy(text, data + size - text_len, text_len);
    if (!pattern_check(formats, &bad, &bad_len))
        HOLDS(bad >= formats && bad + bad_len <= formats + strlen(formats));
    if (pattern_read(formats, text, text_len, &at))
        reads_back(&at);
    if (moment_read(text, text_len, &iso)) {
        reads_back(&iso);
        HOLDS(pattern_read("%s|iso", text, text_len, &at) && is_same(&at, &iso));
    }
    return 0;
}

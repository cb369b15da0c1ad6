#include "dates.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

/* Where date is, or would be. Looked for from the end: dates mostly come in order. */
static size_t place(const struct dates *dates, int32_t date)
{
    size_t i = dates->n;

    while (i > 0 && dates->date[i - 1] > date)
        i--;
    return i;
}

void dates_add(struct dates *dates, int32_t date)
{
    size_t i = place(dates, date);

    if (i > 0 && dates->date[i - 1] == date)
        return;
    if (dates->n == dates->size) {
        dates->size = dates->size * 2 + 32;
        dates->date = mem_resize(dates->date, dates->size, sizeof(dates->date[0]));
    }
    memmove(dates->date + i + 1, dates->date + i, (dates->n - i) * sizeof(dates->date[0]));
    dates->date[i] = date;
    dates->n++;
}

void dates_release(struct dates *dates)
{
    free(dates->date);
    *dates = (struct dates){ 0 };
}

char *dates_text(const struct dates *dates)
{
    char *text = mem_alloc(dates->n * TEXT_DATE_SIZE + 3);
    char *out = text;
    char date[TEXT_DATE_SIZE];

    *out++ = '{';
    for (size_t i = 0; i < dates->n; i++) {
        if (i > 0)
            *out++ = ',';
        memcpy(out, text_from_date(dates->date[i], date), 10);
        out += 10;
    }
    *out = '}';
    return text;
}

const char *dates_first(const struct dates *dates, char out[TEXT_DATE_SIZE])
{
    return dates->n > 0 ? text_from_date(dates->date[0], out) : NULL;
}

const char *dates_last(const struct dates *dates, char out[TEXT_DATE_SIZE])
{
    return dates->n > 0 ? text_from_date(dates->date[dates->n - 1], out) : NULL;
}

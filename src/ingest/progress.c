#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

#define WIDTH 20
#define LONGEST_LEFT 359999 /* seconds: 99:59:59 */
#define INTERVAL 0.2

void progress_begin(struct progress *progress, const char *name, int64_t total)
{
    *progress = (struct progress){ .on = isatty(STDERR_FILENO) == 1 && total > 0,
                                   .name = name,
                                   .total = total,
                                   .date = INT32_MIN,
                                   .started = clock_seconds(),
                                   .beat = progress->beat };
}

/* Short enough for a terminal of 80 columns. */
static void draw(const struct progress *progress)
{
    static const char hashes[WIDTH + 1] = "####################";
    double done = (double)(progress->before + progress->done);
    double total = (double)progress->total;
    double share = done < total ? done / total : 1;
    double seconds = progress->drawn - progress->started;
    double rate = seconds > 0 ? (double)progress->rows / seconds : 0;
    double rest = share > 0 ? seconds / share - seconds : LONGEST_LEFT;
    int left = rest < LONGEST_LEFT ? (int)rest : LONGEST_LEFT;
    char date[TEXT_DATE_SIZE] = "";

    if (progress->date != INT32_MIN)
        (void)text_from_date(progress->date, date);
    (void)fprintf(stderr, "\r\033[K%s [%-*.*s] %.1f of %.1f MB, %.0f rows/s, %d:%02d left, %s",
                  progress->name, WIDTH, (int)(share * WIDTH), hashes, done / 1e6, total / 1e6,
                  rate, left / 60, left % 60, date);
}

static void tell(struct progress *progress, double now)
{
    char date[TEXT_DATE_SIZE] = "";
    const struct beat_news news = { .bytes = progress->before + progress->done,
                                    .total_bytes = progress->total,
                                    .records = progress->rows,
                                    .date = date };

    if (progress->date != INT32_MIN)
        (void)text_from_date(progress->date, date);
    beat_tick(&progress->beat, &news, now);
}

void progress_tick(void *cls)
{
    struct progress *progress = cls;
    double now = clock_seconds();

    tell(progress, now);
    if (!progress->on || now - progress->drawn < INTERVAL)
        return;
    progress->drawn = now;
    draw(progress);
}

void progress_step(struct progress *progress, int64_t rows, int64_t done, int32_t date)
{
    progress->rows += rows;
    progress->date = date;
    progress->done = done;
    progress_tick(progress);
}

void progress_file(struct progress *progress, int64_t bytes)
{
    progress->before += bytes;
    progress_step(progress, 0, 0, progress->date);
}

void progress_end(struct progress *progress)
{
    beat_end(&progress->beat);
    if (progress->on)
        (void)fputs("\r\033[K", stderr);
}

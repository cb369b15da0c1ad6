#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define WIDTH 24
#define INTERVAL 0.2

double progress_clock(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_begin(struct progress *progress, const char *name, int64_t total)
{
    *progress = (struct progress){ .on = isatty(STDERR_FILENO) == 1 && total > 0,
                                   .name = name,
                                   .total = total,
                                   .started = progress_clock() };
}

static void draw(struct progress *progress, int64_t done)
{
    static const char hashes[WIDTH + 1] = "########################";
    double share = progress->total > 0 ? (double)done / (double)progress->total : 1;
    double seconds = progress->drawn - progress->started;
    int filled = (int)(share * WIDTH);
    int left = share > 0 ? (int)(seconds / share - seconds) : 0;
    char date[TEXT_DATE_SIZE];

    (void)fprintf(stderr, "\r\033[K%s [%-*.*s] %3.0f%%  %lld rows, %.0f/s  %d:%02d left  %s",
                  progress->name, WIDTH, filled, hashes, share * 100, (long long)progress->rows,
                  seconds > 0 ? (double)progress->rows / seconds : 0, left / 60, left % 60,
                  text_from_date(progress->date, date));
}

void progress_step(struct progress *progress, int64_t rows, int64_t done, int32_t date)
{
    double now;

    progress->rows += rows;
    progress->date = date;
    if (!progress->on)
        return;
    now = progress_clock();
    if (now - progress->drawn < INTERVAL)
        return;
    progress->drawn = now;
    draw(progress, progress->before + done);
}

void progress_file(struct progress *progress, int64_t bytes)
{
    progress->before += bytes;
    progress_step(progress, 0, 0, progress->date);
}

void progress_end(struct progress *progress)
{
    if (progress->on)
        (void)fputs("\r\033[K", stderr);
}

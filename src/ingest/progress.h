#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A bar on stderr, when that is a terminal: share of the bytes, rows a second, time
 * left, the date at hand. Drawn a few times a second at most; nothing is drawn on
 * anything but a terminal.
 */
struct progress {
    bool on;
    const char *name; /* of the source */
    int64_t total;    /* bytes to read */
    int64_t before;   /* bytes of the files that are done */
    int64_t rows;
    int32_t date;
    double started;
    double drawn;
};

void progress_begin(struct progress *progress, const char *name, int64_t total);

/* rows more were read; done: bytes of the file at hand that were. */
void progress_step(struct progress *progress, int64_t rows, int64_t done, int32_t date);

/* A file of that many bytes is done. */
void progress_file(struct progress *progress, int64_t bytes);

/* Clears the line, for other output. */
void progress_end(struct progress *progress);

/* Seconds of a clock that nobody sets. */
double progress_clock(void);

#endif

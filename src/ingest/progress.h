#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "beat.h"

/*
 * A bar on stderr, when that is a terminal: share of the bytes, rows a second, time
 * left, the date at hand. Drawn a few times a second at most; nothing is drawn on
 * anything but a terminal. beat_begin lets others see it, too, until progress_end.
 */
struct progress {
    bool on;
    const char *name; /* of the source */
    int64_t total;    /* bytes to read */
    int64_t before;   /* bytes of the files that are done */
    int64_t done;     /* of the file at hand */
    int64_t rows;
    int32_t date; /* of the latest row; INT32_MIN: there was none */
    double started;
    double drawn;
    struct beat beat; /* the same for those who ask from elsewhere */
};

void progress_begin(struct progress *progress, const char *name, int64_t total);

/* Shows it, if it is time to: also while the server is waited for. cls: a struct progress. */
void progress_tick(void *cls);

/* rows more were read; done: bytes of the file at hand that were. */
void progress_step(struct progress *progress, int64_t rows, int64_t done, int32_t date);

/* A file of that many bytes is done. */
void progress_file(struct progress *progress, int64_t bytes);

/* Clears the line, for other output. */
void progress_end(struct progress *progress);

#endif

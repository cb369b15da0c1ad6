#include "clock.h"

#include <stdio.h>
#include <time.h>

int64_t clock_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + 1;
}

int64_t clock_ms(void)
{
    return clock_us() / 1000 + 1;
}

double clock_seconds(void)
{
    return (double)clock_us() / 1e6;
}

const char *clock_utc(char out[CLOCK_UTC_SIZE])
{
    struct timespec now;
    struct tm tm;
    char seconds[24];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &tm);
    (void)strftime(seconds, sizeof(seconds), "%Y-%m-%d %H:%M:%S", &tm);
    (void)snprintf(out, CLOCK_UTC_SIZE, "%s.%06u+00", seconds, (unsigned)(now.tv_nsec / 1000));
    return out;
}

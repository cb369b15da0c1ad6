#ifndef COUNTDOWN_H
#define COUNTDOWN_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * How many calls there are left until one is to fail; 0: none is, -1: one has been. In a file of
 * four bytes, a test can set it while a program runs, and see there whether it came to that.
 */

static inline int *countdown_in(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *place = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (fd < 0 || place == MAP_FAILED)
        abort();
    (void)close(fd);
    return place;
}

/* Of this call: 1: it is the one; -1: it is behind it. Any thread may ask. */
static inline int countdown(int *left)
{
    int n = __atomic_load_n(left, __ATOMIC_RELAXED);

    while (n > 0 && !__atomic_compare_exchange_n(left, &n, n == 1 ? -1 : n - 1, false,
                                                 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
    return n;
}

#endif

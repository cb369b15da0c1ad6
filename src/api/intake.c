#include "intake.h"

#include <dlfcn.h>
#include <stdint.h>
#include <sys/socket.h>

#include "lines.h"

#define DESCRIPTORS 131072U /* more than [api] connections can be */

/* Of each descriptor: 0, or one more than the state. No two threads have the same connection. */
static uint8_t states[DESCRIPTORS];

static void set(int fd, uint8_t state)
{
    if (fd >= 0 && (unsigned)fd < DESCRIPTORS)
        __atomic_store_n(&states[fd], state, __ATOMIC_RELAXED);
}

void intake_open(int fd)
{
    set(fd, LINES_START + 1);
}

void intake_close(int fd)
{
    set(fd, 0);
}

static ssize_t next_recv(int fd, void *buf, size_t n, int flags)
{
    static __typeof__(recv) *next;
    __typeof__(next) known = __atomic_load_n(&next, __ATOMIC_RELAXED);

    if (!known) {
        *(void **)&known = dlsym(RTLD_NEXT, "recv");
        __atomic_store_n(&next, known, __ATOMIC_RELAXED);
    }
    return known(fd, buf, n, flags);
}

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the C library's are reserved
ssize_t recv(int fd, void *buf, size_t n, int flags)
{
    ssize_t got = next_recv(fd, buf, n, flags);
    uint8_t state =
        fd >= 0 && (unsigned)fd < DESCRIPTORS ? __atomic_load_n(&states[fd], __ATOMIC_RELAXED) : 0;

    if (got > 0 && state > 0) {
        enum lines at = state - 1;

        lines_mark(&at, buf, (size_t)got);
        set(fd, (uint8_t)(at + 1));
    }
    return got;
}

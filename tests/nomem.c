#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "countdown.h"

/*
 * LD_PRELOAD=nomem.so NOMEM_AT=N: the N-th allocation after main's start gives NULL; with
 * NOMEM_FOR_GOOD every later one does, too. NOMEM_LEFT=FILE in place of NOMEM_AT: see countdown.h.
 * NOMEM_COUNT=FILE: at the end, how many there were.
 */

typedef int main_fn(int, char **, char **);
typedef int start_fn(main_fn *, int, char **, void (*)(void), void (*)(void), void (*)(void),
                     void *);

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
start_fn __libc_start_main;

static main_fn *program;
static bool counting;
static bool for_good;
static int own_left;
static int *left = &own_left;
static atomic_long count;

static bool fails(void)
{
    int place;

    if (!counting)
        return false;
    (void)atomic_fetch_add(&count, 1);
    place = countdown(left);
    if (place != 1 && (place >= 0 || !for_good))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

/* Counted from here on: what libraries do when they are loaded is not the program's. */
static int counted_main(int argc, char **argv, char **env)
{
    const char *n = getenv("NOMEM_AT");
    const char *file = getenv("NOMEM_LEFT");

    if (file)
        left = countdown_in(file);
    else
        *left = n ? (int)strtol(n, NULL, 10) : 0;
    for_good = getenv("NOMEM_FOR_GOOD") != NULL;
    counting = true;
    return program(argc, argv, env);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("NOMEM_COUNT");
    FILE *file;

    counting = false;
    file = path ? fopen(path, "we") : NULL;
    if (!file)
        return;
    (void)fprintf(file, "%ld\n", atomic_load(&count));
    (void)fclose(file);
}

int __libc_start_main(main_fn *start, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*end)(void), void *stack)
{
    start_fn *real = (start_fn *)dlsym(RTLD_NEXT, "__libc_start_main");

    program = start;
    return real(counted_main, argc, argv, init, fini, end, stack);
}

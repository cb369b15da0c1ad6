#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/*
 * CLEANUP(fn) runs fn(&variable) when the variable leaves its scope, on every
 * path. TAKE(p) hands a pointer on: it yields p and leaves NULL behind.
 */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define TAKE(p)                                                                                    \
    ({                                                                                             \
        __typeof__(p) take_ = (p);                                                                 \
        (p) = NULL;                                                                                \
        take_;                                                                                     \
    })

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* For CLEANUP on any malloc'ed pointer. */
void mem_freep(void *pointer_to_pointer);

/*
 * As calloc, reallocarray and strndup, but out of memory ends the process: cron or
 * systemd starts it again, and the checkpoint makes that safe. The caller frees.
 */
void *mem_alloc(size_t size);
void *mem_resize(void *pointer, size_t count, size_t size);
char *mem_copy(const char *text);
char *mem_copy_n(const char *text, size_t len);
char *mem_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Ends the process as these do: for a library that says that it has no memory. */
void mem_out(void) __attribute__((noreturn));

#endif

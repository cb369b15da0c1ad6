#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

void mem_freep(void *pointer_to_pointer)
{
    free(*(void **)pointer_to_pointer);
}

void mem_out(void)
{
    log_error("out of memory");
    _Exit(EXIT_FAILURE); /* no cleanup: the server rolls back what was open */
}

static void *checked(void *pointer)
{
    if (!pointer)
        mem_out();
    return pointer;
}

void *mem_alloc(size_t size)
{
    return checked(calloc(1, size));
}

void *mem_resize(void *pointer, size_t count, size_t size)
{
    return checked(reallocarray(pointer, count, size));
}

char *mem_copy(const char *text)
{
    return checked(strdup(text));
}

char *mem_copy_n(const char *text, size_t len)
{
    return checked(strndup(text, len));
}

char *mem_format(const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    int len;

    va_start(ap, fmt);
    len = vasprintf(&text, fmt, ap);
    va_end(ap);
    return checked(len < 0 ? NULL : text);
}

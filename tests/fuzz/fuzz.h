#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * For libFuzzer's targets: each has LLVMFuzzerTestOneInput, and holds what it fuzzes to what it
 * promises, not only to not crashing. What chooses a variant stands at the input's end, so that
 * plain files can be seeds.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever the input is. */
#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The input's last byte, which is taken off; 0 when there is none. */
static inline uint8_t fuzz_choice(const uint8_t *data, size_t *size)
{
    return *size > 0 ? data[--*size] : 0;
}

/* The bytes up to a NUL as a text, which the caller frees. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    return mem_copy_n(size > 0 ? (const char *)data : "", size);
}

#endif

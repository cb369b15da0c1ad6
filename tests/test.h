#ifndef TEST_H
#define TEST_H

/* What every test needs before cmocka.h, and what several use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mem.h"

#endif

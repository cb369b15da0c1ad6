#ifndef STOP_H
#define STOP_H

#include "err.h"

/*
 * SIGINT, SIGTERM and SIGHUP are not handled but received: a program blocks them
 * at its start and looks, or polls the descriptor, where it can stop cleanly. No
 * code runs in a signal handler.
 */

/* Before the first thread, so that every thread inherits the mask. */
MUST_CHECK int stop_init(struct err *err);

/* Becomes readable when a signal has come; -1 before stop_init. */
int stop_fd(void);

/* The signal that came, or 0. Costs a system call the first times, none once one came. */
int stop_signal(void);

/* Waits so many milliseconds, or until a signal comes: returns it, or 0. */
int stop_wait(int ms);

#endif

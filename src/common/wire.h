#ifndef WIRE_H
#define WIRE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "err.h"

/*
 * libpq without blocking, below db.c: connecting, sending and receiving, each with a
 * deadline, each ended by a signal that asks the program to stop.
 */
struct wire {
    PGconn *conn;
    int timeout; /* seconds that one answer may take; 0: no limit */
    bool stoppable;
    const struct db_options *options; /* of the connection, for on_wait */
    bool lost; /* what the server did could not be cancelled: no statement can follow */
};

/* Also on failure wire->conn is the caller's to finish. */
MUST_CHECK int wire_connect(struct wire *wire, const struct db_options *options, struct err *err);

/* When an answer is overdue: by a clock that nobody sets; -1: never. */
int64_t wire_deadline(int seconds);

MUST_CHECK int wire_flush(struct wire *wire, int64_t deadline, struct err *err);

/* *ret_result NULL: there is none left. */
MUST_CHECK int wire_next_result(struct wire *wire, int64_t deadline, PGresult **ret_result,
                                struct err *err);

/* Ends what is under way on the server after we stopped waiting for it, and reads it away. */
void wire_cancel(struct wire *wire);

/* As db_fail. */
int wire_fail(const struct wire *wire, const PGresult *res, const char *doing, struct err *err);

#endif

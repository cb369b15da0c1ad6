#ifndef BEAT_H
#define BEAT_H

#include <stdint.h>

#include "db.h"

/*
 * The heartbeat of a run: each second it writes to run_progress how far the run has come, by a
 * connection of its own, since what the run's transaction writes is not seen before it ends. It
 * never waits and never fails the run: what cannot be said is left out, and a connection that is
 * lost is not made again. A run of less than a second has none.
 */
enum beat_state {
    BEAT_NONE, /* before the first one */
    BEAT_CONNECTING,
    BEAT_READY,
    BEAT_SENT, /* and not answered yet */
    BEAT_GIVEN_UP,
};

struct beat {
    enum beat_state state;
    struct db *like; /* connects as this one does */
    const char *run_id;
    PGconn *conn;
    PostgresPollingStatusType waits_for;
    double next; /* when, by clock_seconds */
};

/* What is said. */
struct beat_news {
    int64_t bytes;
    int64_t total_bytes;
    int64_t records;
    const char *date; /* "" while there is none */
};

/* The texts and the connection stay the caller's, and must live until beat_end. */
void beat_begin(struct beat *beat, struct db *like, const char *run_id, double now);
void beat_tick(struct beat *beat, const struct beat_news *news, double now);
void beat_end(struct beat *beat);

#endif

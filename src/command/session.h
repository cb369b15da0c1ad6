#ifndef SESSION_H
#define SESSION_H

#include "conf.h"
#include "db.h"
#include "detect.h"
#include "files.h"
#include "options.h"
#include "source.h"

/* One invocation: what it was told, and what its command has opened of that. */
struct session {
    const struct options *options;
    struct conf *conf;
    struct source *sources; /* those that are asked for: one, or all */
    size_t n_sources;
    struct files given; /* those that the command names */
    struct detectors *detectors;
    struct db *db;
    int status; /* how it ends when nothing fails */
};

/* Each once, in any order. */
MUST_CHECK int session_conf(struct session *session, struct err *err);
MUST_CHECK int session_sources(struct session *session, struct err *err);
MUST_CHECK int session_files(struct session *session, struct err *err); /* after the sources */
MUST_CHECK int session_detectors(struct session *session, struct err *err);

/* The sources, of which there must be one. ERR_USAGE, with the question. */
MUST_CHECK int session_source(struct session *session, const char *question, struct err *err);

/* Of the sources the one that has the run. */
MUST_CHECK int session_keep_source(struct session *session, const char *name, struct err *err);

/* A connection; with a schema that is this program's. */
MUST_CHECK int session_connect(struct session *session, struct err *err);
MUST_CHECK int session_db(struct session *session, struct err *err);

void session_release(struct session *session); /* for CLEANUP; a zeroed one is fine */

#endif

#ifndef HEALTH_H
#define HEALTH_H

#include "conf.h"
#include "db.h"

/*
 * txingest check: whether everything is as a run needs it, a line each on standard output
 * ("ok" or "problem", with what to do), so that the first night is not the first trial.
 */
struct health {
    const struct conf *conf;
    bool quiet; /* problems alone */
    int problems;
};

/* The configuration: detectors, and each source with its files. */
void health_configuration(struct health *health);

/* The server, the schema and the rights; that every detector runs. NULL: why says why there is no
 * connection. */
void health_database(struct health *health, struct db *db, const struct err *why);

/* Settings with which a commit is no promise are ERR_FAILED; tests may say that they know. */
MUST_CHECK int health_server_is_safe(struct db *db, struct err *err);

#endif

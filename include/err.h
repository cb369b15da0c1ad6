#ifndef ERR_H
#define ERR_H

/*
 * One error travels up from where it happened to the program's top, which alone
 * logs it. A function that can fail returns 0 or -1 (or a pointer or NULL) and
 * takes a struct err as its last parameter, set only on failure.
 */

/* As many as callers have reactions: txingest makes an exit status of it, txapi an HTTP status. */
enum err_code {
    ERR_NONE,
    ERR_FAILED,     /* the rest: what we were given cannot be worked on */
    ERR_USAGE,      /* command line or configuration */
    ERR_SYSTEM,     /* the operating system said no, to us or to PostgreSQL */
    ERR_DB,         /* PostgreSQL said no */
    ERR_DB_DOWN,    /* PostgreSQL cannot be reached, or the connection broke */
    ERR_TIMEOUT,    /* PostgreSQL did not answer in time */
    ERR_UNIQUE,     /* PostgreSQL: a key is there already */
    ERR_VALUE,      /* PostgreSQL can make nothing of a value */
    ERR_SCHEMA,     /* the database's schema is missing, old or too new */
    ERR_BUSY,       /* another run holds the lock */
    ERR_PERMISSION, /* PostgreSQL or the file system: not allowed */
    ERR_REJECTED,   /* more records rejected than the limit allows */
    ERR_LEDGER,     /* a file is not what the ledger says it was */
    ERR_STOPPED,    /* SIGINT or SIGTERM */
};

/* A caller must look at the result: gcc warns, and a (void) cast does not calm it. */
#define MUST_CHECK __attribute__((warn_unused_result))

struct err {
    enum err_code code;
    char msg[1024];
};

/* Sets err and returns -1, so that a caller can write: return err_set(...). */
int err_set(struct err *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "<context>: " before the message already in err and returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

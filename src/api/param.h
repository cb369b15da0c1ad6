#ifndef PARAM_H
#define PARAM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The query of a request's target: name=value pairs, percent-decoded once and strictly.
 * A plus is a plus: RFC 3339 times have them, and RFC 3986 gives it no other meaning.
 */
#define PARAM_MAX 16
#define PARAM_SIZE 2048 /* bytes of a query */
#define PARAM_LIMIT_MAX 1000

struct params {
    size_t n;
    struct {
        const char *name;
        const char *value;
    } param[PARAM_MAX];
    /* the name of the one that params_read finds fault with; NULL: it has none */
    const char *wrong;
    char text[PARAM_SIZE + 1]; /* what they point into */
};

/* NULL, or what is wrong with the query. */
const char *params_read(struct params *params, const char *query);

/* The value of that name, or NULL. */
const char *params_find(const struct params *params, const char *name);

/* What a value must look like. */
enum param_type {
    PARAM_TEXT,    /* any text of at most 255 bytes */
    PARAM_DATE,    /* YYYY-MM-DD */
    PARAM_TIME,    /* RFC 3339 with its offset, or YYYY-MM-DD */
    PARAM_ZONE,    /* a time zone's name */
    PARAM_CHOICE,  /* one of the choices */
    PARAM_CHOICES, /* some of them, with commas between */
    PARAM_LIMIT,   /* rows of a page: 1 to 1000 */
    PARAM_AFTER,   /* the next of a page before; see page.h */
    PARAM_RUN,     /* a run's number */
    PARAM_HEX,     /* an anomaly's id: 16 digits of lower case hex */
};

struct param_spec {
    const char *name;
    enum param_type type;
    const char *otherwise; /* when it is not given; NULL: it stands in the path, as {id} */
    const char *choices;   /* with blanks between */
};

/* NULL, or what it should have been. */
const char *param_check(const struct param_spec *spec, const char *value);

/* Percent-decodes in place. False: a bad escape, a control byte, or not UTF-8. */
bool param_decode(char *text);

#endif

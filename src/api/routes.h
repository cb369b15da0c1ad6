#ifndef ROUTES_H
#define ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "param.h"
#include "stmt.h"

#define ROUTE_PARAMS 16

/*
 * An endpoint: the statement's parameters are the query's, its columns the answer's. OpenAPI's
 * document is made of the same rows.
 */
struct route {
    const char *path; /* {id} stands for one segment, and is the parameter of that name */
    const char *summary;
    const struct stmt *stmt;
    enum {
        ROUTE_ONE,    /* data is the only row as an object; no row: there is no such thing */
        ROUTE_STATED, /* likewise, and behind its columns stand those of meta.sql: asked at once */
        ROUTE_LIST,   /* data is an array of the rows */
        ROUTE_LIVE,   /* likewise, but it changes between commits, too: kept for a second */
        ROUTE_PAGES,  /* likewise, of limit rows; the last column is a row's place, for after. With
                         {id}, no row: there is no such thing; one without a place: it has none */
    } shape;
    const char *rows;   /* of ROUTE_ONE: the member whose objects are the lines of CSV, or NULL */
    const char *answer; /* what an object of data is, as schema.h writes it */
    struct param_spec params[ROUTE_PARAMS];
};

/* Whether data is one object. */
bool route_is_one(const struct route *route);

/*
 * NULL: there is none. What stands in the path at {id}, still encoded, is *ret_id, of *ret_len
 * bytes.
 */
const struct route *routes_find(const char *path, const char **ret_id, size_t *ret_len);

/* The n-th route, or NULL behind the last. */
const struct route *routes_nth(size_t n);

#endif

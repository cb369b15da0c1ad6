#ifndef ANSWER_H
#define ANSWER_H

#include "cache.h"
#include "pool.h"
#include "question.h"
#include "reply.h"

/* Asks the database; what fails is a problem, too. version: of the data that the answer is of. */
struct reply answer_make(struct pool *pool, const struct question *question,
                         char version[CACHE_VERSION_SIZE]);

/* Whether the database answers and has a schema. */
struct reply answer_ready(struct pool *pool);

#endif

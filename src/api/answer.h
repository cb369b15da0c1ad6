#ifndef ANSWER_H
#define ANSWER_H

#include "pool.h"
#include "question.h"
#include "reply.h"

/* Asks the database; what fails is a problem, too. */
struct reply answer_make(struct pool *pool, const struct question *question);

/* Whether the database answers and has a schema. */
struct reply answer_ready(struct pool *pool);

#endif

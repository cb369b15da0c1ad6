#ifndef CONTENT_H
#define CONTENT_H

#include <stdint.h>

#include "err.h"
#include "row.h"

/*
 * Ids for files that have none (transaction_id = content): a record's hash, and how
 * many records with that content its file had up to it. The same record in another
 * file has the same id, and so is a duplicate; two equal ones in one file are two.
 *
 * The counts lie in a table of 16 bytes a record, which is a temporary file once it is
 * large: what is resident of it stays bounded.
 */
struct content;

struct content *content_open(void);
void content_closep(struct content **content);

/* Counts the row and sets its transaction_id, which lives until the next call. */
MUST_CHECK int content_name(struct content *content, struct row *row, struct err *err);

/* The row that was counted last waits for the next slice: it will be counted again. */
void content_take_back(struct content *content);

#endif

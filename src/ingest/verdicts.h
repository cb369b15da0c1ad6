#ifndef VERDICTS_H
#define VERDICTS_H

#include "files.h"
#include "job.h"

/*
 * What was said later of transactions: files with the columns transaction_id, verdict
 * (fraud or legitimate) and decided_on, found by name; account_id, where ids are not
 * unique without it. Loaded in one transaction, in which the dates are judged again
 * whose judgement could have known them: those after decided_on that look back as far
 * as the transaction.
 *
 * A verdict is known by its transaction and decided_on. The same again is a duplicate;
 * another one of the same date corrects the first; one of a later date is a further
 * one, and the first keeps its time, so that a replay knows what was known then.
 * One whose transaction is not there waits for it.
 */
MUST_CHECK int verdicts_work(struct job *job, const struct files *files, struct err *err);

#endif

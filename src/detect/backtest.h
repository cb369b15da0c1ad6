#ifndef BACKTEST_H
#define BACKTEST_H

#include "db.h"
#include "detect.h"

/*
 * txingest backtest: replays dates one by one, each with what was decided before it and
 * nothing written, and gives the score of every transaction as CSV: transaction_id and
 * score, then account_id, date and the detectors that spoke of it. To output, or to
 * standard output where that is NULL; a file is there only when it is whole.
 */
MUST_CHECK int backtest_write(struct db *db, const struct detectors *detectors, const char *source,
                              const char *from, const char *to, const char *output,
                              struct err *err);

#endif

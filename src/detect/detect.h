#ifndef DETECT_H
#define DETECT_H

#include <stdint.h>

#include "conf.h"
#include "dates.h"
#include "db.h"

/*
 * Detectors: one SELECT in one file each, those in sql/detect/ and those that a user has
 * put into the folder of [ingest] detectors. The head comment of a file declares its
 * parameters and how far it looks back:
 *
 *     -- param threshold = 4    what it means
 *     -- lookback = history     days: a number, or a parameter, times a number if need be
 *
 * A parameter's value comes from [detector NAME] of the configuration, else from the
 * head. :'source', :'date' and :'run' are given to every detector.
 */
struct detectors;

/* What is wrong in a head or in the configuration is ERR_USAGE. The caller frees. */
MUST_CHECK struct detectors *detectors_read(const struct conf *conf, struct err *err);
void detectors_freep(struct detectors **detectors);

/* Writes what they are into the table detector, for those who only see the database. */
MUST_CHECK int detectors_tell(const struct detectors *detectors, struct db *db, struct err *err);

/*
 * Judges dates of a source anew after their transactions changed: themselves, and the
 * loaded dates behind them as far as a detector looks back. What was found on these
 * dates before is replaced.
 */
MUST_CHECK int detectors_run(const struct detectors *detectors, struct db *db,
                             const char *source_id, const char *run_id, const struct dates *changed,
                             struct err *err);

/* The same for dates that are known, and no others. */
MUST_CHECK int detectors_judge(const struct detectors *detectors, struct db *db,
                               const char *source_id, const char *run_id, const struct dates *dates,
                               struct err *err);

/*
 * What went wrong with a detector of a user's own since this was asked last, NULL: nothing. The
 * caller frees.
 */
char *detectors_take_trouble(const struct detectors *detectors);

/* The hash of the detector of that name; NULL: none of that name runs. */
const char *detectors_hash(const struct detectors *detectors, const char *name);

/* How many days the detector that looks back farthest does. */
int64_t detectors_horizon(const struct detectors *detectors);

#endif

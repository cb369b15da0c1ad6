#ifndef DETECT_H
#define DETECT_H

#include "dates.h"
#include "db.h"
#include "detectors.h"

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

/* Dates of which something changed, and for each the date after which that is known: both as
 * PostgreSQL's date[]; after may be "{}", the day before each. */
struct changed {
    const char *dates;
    const char *after;
    const char *from; /* the first that is known of any of them */
    const char *to;   /* the last of dates */
};

/* Adds the loaded dates that are to be judged again for it. */
MUST_CHECK int detectors_reach(const struct detectors *detectors, struct db *db,
                               const char *source_id, const struct changed *changed,
                               struct dates *ret, struct err *err);

/* What is kept of accounts as they were after a date, up to the last that is judged, is not true
 * any more. */
MUST_CHECK int detectors_forget(struct db *db, const char *source_id, int32_t after,
                                const struct dates *judged, struct err *err);

#endif

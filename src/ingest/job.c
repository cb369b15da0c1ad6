#include "job.h"

#include <time.h>

#define UNIX_EPOCH INT64_C(946684800) /* 2000-01-01 in seconds since 1970 */

void tally_add(struct tally *sum, const struct tally *tally)
{
    sum->records += tally->records;
    sum->loaded += tally->loaded;
    sum->duplicate += tally->duplicate;
    sum->rejected += tally->rejected;
}

int64_t job_latest(const struct source *source)
{
    return ((int64_t)time(NULL) - UNIX_EPOCH + source->max_future) * INT64_C(1000000);
}

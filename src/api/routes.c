#include "routes.h"

#include <string.h>

#include "mem.h"
#include "sql.h"

static const struct route routes[] = {
    { "/api/v1/transactions/count",
      &sql_api_transactions_count,
      true,
      { { "start", PARAM_TIME, "" },
        { "end", PARAM_TIME, "" },
        { "bucket", PARAM_BUCKET, "day" },
        { "tz", PARAM_ZONE, "UTC" },
        { "source", PARAM_TEXT, "" } } },
    { "/api/v1/anomalies/count",
      &sql_api_anomalies_count,
      true,
      { { "start", PARAM_TIME, "" },
        { "end", PARAM_TIME, "" },
        { "tz", PARAM_ZONE, "UTC" },
        { "source", PARAM_TEXT, "" },
        { "detector", PARAM_TEXT, "" } } },
    { "/api/v1/ingestion/status",
      &sql_api_ingestion_status,
      false,
      { { NULL, PARAM_TEXT, NULL } } },
};

const struct route *routes_find(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}

#include "routes.h"

#include <string.h>

#include "mem.h"
#include "sql.h"

#define SEVERITIES "low medium high critical"
#define SUBJECTS "total account merchant channel country"
#define STATES "shown overflow suppressed"
#define STATUSES "running success partial failure interrupted undone"

/* Parameters that many routes have. */
#define START_END                                                                                  \
    { "start", PARAM_TIME, "", NULL },                                                             \
    {                                                                                              \
        "end", PARAM_TIME, "", NULL                                                                \
    }
#define ZONE                                                                                       \
    {                                                                                              \
        "tz", PARAM_ZONE, "UTC", NULL                                                              \
    }
#define TEXT(name)                                                                                 \
    {                                                                                              \
        name, PARAM_TEXT, "", NULL                                                                 \
    }
#define CHOICE(name, otherwise, choices)                                                           \
    {                                                                                              \
        name, PARAM_CHOICE, otherwise, choices                                                     \
    }
#define CHOICES(name, choices)                                                                     \
    {                                                                                              \
        name, PARAM_CHOICES, "", choices                                                           \
    }
#define PAGE                                                                                       \
    { "limit", PARAM_LIMIT, "100", NULL },                                                         \
    {                                                                                              \
        "after", PARAM_AFTER, "", NULL                                                             \
    }
#define ID(type)                                                                                   \
    {                                                                                              \
        "id", type, NULL, NULL                                                                     \
    }

/* What answers are made of. */
#define AMOUNTS "amounts:[currency n:n amount:money]"
#define ANOMALY                                                                                    \
    "id source date:date detector subject_type subject_id currency transaction_id observed:money " \
    "expected:money? lower:money? upper:money? score:money severity state reason"
#define RUN                                                                                        \
    "source run_id:id mode version status started_at:time finished_at:time? duration_seconds:x? "
#define RUN_COUNTS                                                                                 \
    "bytes:id records:n loaded:n duplicate:n rejected:n anomalies:n dropped:n first_date:date? "   \
    "last_date:date? error? totals:[currency n:n amount:money]"
#define POINTS "[date:date observed:money? expected:money? lower:money? upper:money? state]"

/* A path with {id} stands behind those that it would match, too. */
static const struct route routes[] = {
    { "/api/v1/transactions/count",
      "How many transactions, of which amounts",
      &sql_api_transactions_count,
      ROUTE_STATED,
      "buckets",
      "start:time? end:time? bucket tz total:n " AMOUNTS " group_by "
      "groups:[key n:n " AMOUNTS "] buckets:[start:time n:n " AMOUNTS " groups:[key n:n]]",
      { START_END, CHOICE("bucket", "day", "hour day week month"), ZONE,
        CHOICE("group_by", "", "source currency channel country"), TEXT("source"), TEXT("account"),
        TEXT("merchant") } },
    { "/api/v1/anomalies/count",
      "How many anomalies",
      &sql_api_anomalies_count,
      ROUTE_ONE,
      "buckets",
      "start:date? end:date? tz bucket total:n by_detector:[detector n:n] by_severity:[severity "
      "n:n] by_subject_type:[subject_type n:n] by_source:[source n:n] by_state:[state n:n] "
      "buckets:[start:date n:n by_detector:[detector n:n] by_severity:[severity n:n] "
      "by_state:[state n:n]]",
      { START_END, CHOICE("bucket", "day", "day week month"), ZONE, TEXT("source"),
        TEXT("detector"), CHOICES("severity", SEVERITIES), CHOICES("subject_type", SUBJECTS) } },
    { "/api/v1/anomalies",
      "Anomalies, the newest or the highest score first",
      &sql_api_anomalies,
      ROUTE_PAGES,
      NULL,
      ANOMALY,
      { START_END, ZONE, TEXT("source"), TEXT("detector"), CHOICES("severity", SEVERITIES),
        CHOICES("subject_type", SUBJECTS), TEXT("subject"), CHOICES("state", STATES), TEXT("q"),
        CHOICE("order", "newest", "newest score"), PAGE } },
    { "/api/v1/anomalies/{id}",
      "An anomaly, why, and its subject's days around it",
      &sql_api_anomaly,
      ROUTE_ONE,
      "series",
      ANOMALY " params:{} sql_hash run_id:id evidence:{}? compared_with? metric "
              "series:" POINTS,
      { ID(PARAM_HEX) } },
    { "/api/v1/anomalies/{id}/transactions",
      "The transactions that an anomaly is about",
      &sql_api_anomaly_transactions,
      ROUTE_PAGES,
      NULL,
      "transaction_id account_id ts:time amount:money currency merchant_id? channel? country? "
      "file? line:n",
      { ID(PARAM_HEX), PAGE } },
    { "/api/v1/ingestion/status",
      "What each source has come to",
      &sql_api_ingestion_status,
      ROUTE_LIVE,
      NULL,
      "source time_zone last_date:date? watermark:time? files:n latest_success_at:time? "
      "expected_by? due_at:time? files_waiting:n? files_seen_at:time? latest_run:{}? "
      "recent_runs:[run_id:id mode status started_at:time finished_at:time? duration_seconds:x? "
      "files:n bytes:n records:n loaded:n duplicate:n rejected:n anomalies:n first_date:date? "
      "last_date:date? error? progress:{}?] "
      "recent_days:[date:date run_id:id runs:n loaded:n rejected:n late:bool status]",
      { { NULL, PARAM_TEXT, NULL, NULL } } },
    { "/api/v1/ingestion/runs",
      "Runs, the newest first",
      &sql_api_runs,
      ROUTE_PAGES,
      NULL,
      RUN "files:n " RUN_COUNTS,
      { TEXT("source"), CHOICE("status", "", STATUSES), PAGE } },
    { "/api/v1/ingestion/runs/{id}",
      "A run with its files",
      &sql_api_run,
      ROUTE_ONE,
      "files",
      RUN "files_taken:n " RUN_COUNTS
          " files:[path size:id bytes_done:id finished:bool sha256? records:n loaded:n duplicate:n "
          "rejected:n undone:n dropped:n first_date:date? last_date:date? first_run:id "
          "last_run:id]",
      { ID(PARAM_RUN) } },
    { "/api/v1/ingestion/runs/{id}/rejects",
      "The records that a run rejected",
      &sql_api_run_rejects,
      ROUTE_PAGES,
      NULL,
      "file line:n byte_offset:id column? reason detail raw",
      { ID(PARAM_RUN), PAGE } },
    { "/api/v1/series",
      "A subject's days, and what was to be expected",
      &sql_api_series,
      ROUTE_ONE,
      "points",
      "source subject_type subject metric currency start:date? end:date? points:" POINTS,
      { CHOICE("subject_type", "total", SUBJECTS),
        TEXT("subject"),
        CHOICE("metric", "n", "n amount mean"),
        TEXT("currency"),
        TEXT("source"),
        { "start", PARAM_DATE, "", NULL },
        { "end", PARAM_DATE, "", NULL } } },
    { "/api/v1/accounts/{id}",
      "An account's days and anomalies",
      &sql_api_account,
      ROUTE_ONE,
      "days",
      "account_id days:[source date:date currency n:n amount:money] anomalies:[" ANOMALY "]",
      { ID(PARAM_TEXT), TEXT("source") } },
    { "/api/v1/risk",
      "Accounts or transactions of a date by their risk",
      &sql_api_risk,
      ROUTE_PAGES,
      NULL,
      "source date:date account_id transaction_id? risk:money anomalies:n",
      { { "date", PARAM_DATE, "", NULL },
        TEXT("source"),
        CHOICE("subject", "account", "account transaction"),
        PAGE } },
    { "/api/v1/detectors",
      "The detectors as the latest run had them",
      &sql_api_detectors,
      ROUTE_LIST,
      NULL,
      "name source sql_hash enabled:bool params:{} lookback:n summary",
      { { NULL, PARAM_TEXT, NULL, NULL } } },
    { "/api/v1/sources",
      "The sources",
      &sql_api_sources,
      ROUTE_LIST,
      NULL,
      "source time_zone leaf? expected_by? retain_days:n? kept_from:date? first_date:date? "
      "last_date:date? currencies:[text]",
      { { NULL, PARAM_TEXT, NULL, NULL } } },
};

/* {id} is one segment, and not an empty one. */
static bool matches(const char *pattern, const char *path, const char **ret_id, size_t *ret_len)
{
    size_t before = strcspn(pattern, "{");

    *ret_id = NULL;
    *ret_len = 0;
    if (pattern[before] == '\0')
        return strcmp(pattern, path) == 0;
    if (strncmp(pattern, path, before) != 0)
        return false;
    *ret_id = path + before;
    *ret_len = strcspn(*ret_id, "/");
    return *ret_len > 0 && strcmp(pattern + before + strlen("{id}"), *ret_id + *ret_len) == 0;
}

bool route_is_one(const struct route *route)
{
    return route->shape == ROUTE_ONE || route->shape == ROUTE_STATED;
}

const struct route *routes_find(const char *path, const char **ret_id, size_t *ret_len)
{
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (matches(routes[i].path, path, ret_id, ret_len))
            return &routes[i];
    return NULL;
}

const struct route *routes_nth(size_t n)
{
    return n < ARRAY_LEN(routes) ? &routes[n] : NULL;
}

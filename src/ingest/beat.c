#include "beat.h"

#include <poll.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "mem.h"
#include "sql.h"
#include "text.h"

#define INTERVAL 1.0 /* seconds */
#define MOST_OPTIONS 64

void beat_begin(struct beat *beat, struct db *like, const char *run_id, double now)
{
    *beat = (struct beat){ .like = like, .run_id = run_id, .next = now + INTERVAL };
}

void beat_end(struct beat *beat)
{
    PQfinish(beat->conn);
    *beat = (struct beat){ .state = BEAT_GIVEN_UP };
}

static void give_up(struct beat *beat)
{
    log_debug("progress is not told any more: %s",
              beat->conn ? PQerrorMessage(beat->conn) : "no connection");
    beat_end(beat);
}

/* What the server says on this connection is nobody's concern. */
static void ignore(void *cls, const PGresult *res)
{
    (void)cls;
    (void)res;
}

/* To where the run's own connection goes, as the same user. */
static void connect_like(struct beat *beat)
{
    PQconninfoOption *options = PQconninfo(db_conn(beat->like));
    const char *keys[MOST_OPTIONS + 3];
    const char *values[MOST_OPTIONS + 3];
    size_t n = 0;

    for (const PQconninfoOption *o = options; o && o->keyword && n < MOST_OPTIONS; o++)
        if (o->val && o->val[0] && strcmp(o->keyword, "application_name") != 0 &&
            strcmp(o->keyword, "options") != 0) {
            keys[n] = o->keyword;
            values[n++] = o->val;
        }
    keys[n] = "application_name";
    values[n++] = "txingest progress";
    keys[n] = "options";
    values[n++] = "-c TimeZone=UTC -c statement_timeout=10s -c synchronous_commit=off "
                  "-c idle_session_timeout=0";
    keys[n] = NULL;
    values[n] = NULL;
    beat->conn = options ? PQconnectStartParams(keys, values, 0) : NULL;
    PQconninfoFree(options);
    if (beat->conn)
        PQsetNoticeReceiver(beat->conn, ignore, NULL);
    beat->state = BEAT_CONNECTING;
    beat->waits_for = PGRES_POLLING_WRITING;
}

/* Whether the socket is ready, without waiting for it. */
static bool is_ready(const struct beat *beat, short events)
{
    struct pollfd fd = { .fd = PQsocket(beat->conn), .events = events };

    return poll(&fd, 1, 0) > 0;
}

static void go_on_connecting(struct beat *beat)
{
    if (!is_ready(beat, beat->waits_for == PGRES_POLLING_READING ? POLLIN : POLLOUT))
        return;
    beat->waits_for = PQconnectPoll(beat->conn);
    if (beat->waits_for == PGRES_POLLING_OK && PQsetnonblocking(beat->conn, 1) == 0)
        beat->state = BEAT_READY;
}

static void send_news(struct beat *beat, const struct beat_news *news)
{
    CLEANUP(bound_release) struct bound bound = { 0 };
    const char *values[STMT_MAX_PARAMS];
    char n[3][TEXT_I64_SIZE];
    char now[CLOCK_UTC_SIZE];
    const struct stmt_arg *args =
        STMT_ARGS({ "run", beat->run_id }, { "bytes", text_from_i64(news->bytes, n[0]) },
                  { "total", text_from_i64(news->total_bytes, n[1]) },
                  { "records", text_from_i64(news->records, n[2]) }, { "date", news->date },
                  { "now", clock_utc(now) });
    struct err err;

    if (stmt_bind(&sql_ingest_run_progress, args, &bound, &err) < 0)
        return;
    for (int i = 0; i < bound.n; i++)
        values[i] = stmt_arg(args, bound.names[i])->value;
    beat->state = BEAT_GIVEN_UP;
    if (PQsendQueryParams(beat->conn, bound.text, bound.n, NULL, values, NULL, NULL, 0) == 1)
        beat->state = BEAT_SENT;
}

static void take_answer(struct beat *beat)
{
    PGresult *res;

    if (PQflush(beat->conn) < 0 || (is_ready(beat, POLLIN) && PQconsumeInput(beat->conn) == 0)) {
        beat->state = BEAT_GIVEN_UP;
        return;
    }
    while (!PQisBusy(beat->conn)) {
        res = PQgetResult(beat->conn);
        if (!res) {
            beat->state = BEAT_READY;
            return;
        }
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            log_debug("progress: %s", PQresultErrorMessage(res));
        PQclear(res);
    }
}

void beat_tick(struct beat *beat, const struct beat_news *news, double now)
{
    if (beat->state == BEAT_GIVEN_UP || now < beat->next)
        return;
    if (beat->state == BEAT_NONE && beat->like)
        connect_like(beat);
    if (beat->state == BEAT_CONNECTING && PQstatus(beat->conn) != CONNECTION_BAD)
        go_on_connecting(beat);
    if (beat->state == BEAT_SENT)
        take_answer(beat);
    if (beat->state == BEAT_READY) {
        beat->next = now + INTERVAL;
        send_news(beat, news);
    }
    if (beat->state == BEAT_GIVEN_UP || PQstatus(beat->conn) == CONNECTION_BAD)
        give_up(beat);
}

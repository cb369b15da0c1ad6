#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
    const char *name;
    int priority; /* syslog's, as systemd reads it */
} levels[] = {
    [LOG_ACCESS] = { "info", 6 }, [LOG_ERROR] = { "error", 3 }, [LOG_WARN] = { "warn", 4 },
    [LOG_INFO] = { "info", 6 },   [LOG_DEBUG] = { "debug", 7 },
};

static const char *log_program = "txmon";
static enum log_level log_least = LOG_WARN;
static bool log_journal;

void log_init(const char *program, enum log_level least)
{
    log_program = program;
    log_least = least;
    log_journal = getenv("JOURNAL_STREAM") != NULL; // NOLINT(concurrency-mt-unsafe): before threads
}

bool log_is_on(enum log_level level)
{
    return level <= log_least;
}

/* A line under construction; what does not fit is cut. */
struct line {
    size_t len;
    char text[4096];
};

static void put(struct line *line, const char *text, size_t len)
{
    size_t room = sizeof(line->text) - 1 - line->len; /* 1: the line break */

    if (len > room)
        len = room;
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* A value as logfmt wants it: bare where it can be, else quoted with control bytes escaped. */
static void put_value(struct line *line, const char *value)
{
    static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-._/:+%,@";

    if (value[0] && value[strspn(value, bare)] == '\0') {
        put_text(line, value);
        return;
    }
    put(line, "\"", 1);
    for (const char *c = value; *c; c++) {
        char escaped[8] = { *c };

        if (*c == '"' || *c == '\\')
            (void)snprintf(escaped, sizeof(escaped), "\\%c", *c);
        else if (*c == '\n')
            (void)snprintf(escaped, sizeof(escaped), "\\n");
        else if ((unsigned char)*c < 0x20 || *c == 0x7f)
            (void)snprintf(escaped, sizeof(escaped), "\\x%02x", (unsigned char)*c);
        put_text(line, escaped);
    }
    put(line, "\"", 1);
}

static void put_field(struct line *line, const char *name, const char *value)
{
    if (line->len > 0 && line->text[line->len - 1] != '>')
        put(line, " ", 1);
    put_text(line, name);
    put(line, "=", 1);
    put_value(line, value);
}

static void put_time(struct line *line)
{
    struct timespec now;
    struct tm tm;
    char seconds[32];
    char stamp[48];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &tm);
    (void)strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(stamp, sizeof(stamp), "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
    put_field(line, "ts", stamp);
}

void log_event(enum log_level level, const struct log_field *fields, const char *fmt, ...)
{
    struct line line;
    char msg[2048];
    va_list ap;

    if (!log_is_on(level))
        return;
    line.len = 0;
    va_start(ap, fmt);
    (void)vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);

    if (log_journal) {
        char priority[8];

        (void)snprintf(priority, sizeof(priority), "<%d>", levels[level].priority);
        put_text(&line, priority);
    } else {
        put_time(&line);
    }
    put_field(&line, "level", levels[level].name);
    put_field(&line, "program", log_program);
    put_field(&line, "msg", msg);
    for (; fields && fields->name; fields++)
        if (fields->value)
            put_field(&line, fields->name, fields->value);
    line.text[line.len++] = '\n';

    /* One write for one line: threads and processes do not mix within it. A log that
     * cannot be written must change neither what is committed nor the exit status. */
    if (write(STDERR_FILENO, line.text, line.len) < 0)
        return;
}

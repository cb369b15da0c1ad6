#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

/*
 * One event, one line on stderr, as logfmt:
 *
 *     ts=2026-01-02T03:04:05.678Z level=info program=txingest msg="slice committed" rows=9488
 *
 * Under systemd (JOURNAL_STREAM is set) the line starts with a priority, <3> to
 * <7>, and carries no time: the journal has its own.
 */

/* LOG_ACCESS is always written: who calls it was told to by the configuration. */
enum log_level { LOG_ACCESS, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* One more name=value of an event; value NULL leaves it out. */
struct log_field {
    const char *name;
    const char *value;
};
#define LOG_FIELDS(...) ((const struct log_field[]){ __VA_ARGS__, { NULL, NULL } })

/* program is kept, not copied. Events less urgent than least are not written. */
void log_init(const char *program, enum log_level least);

/* Whether an event of that level is written. */
bool log_is_on(enum log_level level);

/* fields ends with a NULL name, or is NULL. */
void log_event(enum log_level level, const struct log_field *fields, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(...) log_event(LOG_ERROR, NULL, __VA_ARGS__)
#define log_warn(...) log_event(LOG_WARN, NULL, __VA_ARGS__)
#define log_info(...) log_event(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...) log_event(LOG_DEBUG, NULL, __VA_ARGS__)

#endif

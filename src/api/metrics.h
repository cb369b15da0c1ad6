#ifndef METRICS_H
#define METRICS_H

#include <stdint.h>
#include <stdio.h>

/* What has been answered, counted without a lock. */
struct metrics;

struct metrics *metrics_new(void);
void metrics_freep(struct metrics **metrics);

/* A request that was answered. route: its path in routes[], NULL: none of the API's. */
void metrics_count(struct metrics *metrics, const char *route, unsigned status, int64_t us);
void metrics_connection(struct metrics *metrics, int more);

/* In Prometheus' text format. */
void metrics_write(const struct metrics *metrics, FILE *out);

#endif

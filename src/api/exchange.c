#include "exchange.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "gzip.h"
#include "log.h"
#include "mem.h"
#include "text.h"

struct exchange *exchange_new(const char *target, struct MHD_Connection *connection)
{
    size_t size = strlen(target) + 1;
    struct exchange *exchange = mem_alloc(sizeof(*exchange) + size);

    memcpy(exchange->target, target, size);
    exchange->connection = connection;
    exchange->started = clock_us();
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    kept_release(exchange->kept);
    head_release(&exchange->head);
    free(exchange);
}

static char *put_hex(char *out, uint64_t value)
{
    for (int shift = 60; shift >= 0; shift -= 4)
        *out++ = "0123456789abcdef"[value >> shift & 15];
    return out;
}

void exchange_give_id(struct exchange *exchange, uint64_t prefix, uint64_t number)
{
    char *end = put_hex(exchange->id, prefix);

    *end++ = '-';
    *put_hex(end, number) = '\0';
}

void exchange_take_id(struct exchange *exchange)
{
    static const char sane[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789._-";
    const char *id = exchange->head.request_id;

    if (id && id[0] && strlen(id) <= EXCHANGE_ID_MAX && id[strspn(id, sane)] == '\0')
        (void)snprintf(exchange->id, sizeof(exchange->id), "%s", id);
}

struct request exchange_request(const struct exchange *exchange)
{
    return (struct request){ .method = exchange->method,
                             .target = exchange->target,
                             .if_none_match = exchange->head.if_none_match,
                             .accept = exchange->head.accept,
                             .takes_gzip = gzip_is_accepted(exchange->head.accept_encoding) };
}

void exchange_log(const struct exchange *exchange, bool access_log, uint32_t address)
{
    struct in_addr in = { .s_addr = htonl(address) };
    char client[INET_ADDRSTRLEN] = "";
    char status[TEXT_I64_SIZE];
    char bytes[TEXT_I64_SIZE];
    char us[TEXT_I64_SIZE];

    if (!access_log && !log_is_on(LOG_INFO))
        return;
    (void)inet_ntop(AF_INET, &in, client, sizeof(client));
    log_event(access_log ? LOG_ACCESS : LOG_INFO,
              LOG_FIELDS({ "client", client }, { "id", exchange->id },
                         { "method", exchange->method }, { "target", exchange->target },
                         { "status", text_from_i64(exchange->status, status) },
                         { "bytes", text_from_i64((int64_t)exchange->bytes, bytes) },
                         { "us", text_from_i64(clock_us() - exchange->started, us) }),
              "request");
}

uint64_t exchange_prefix(void)
{
    uint64_t prefix;

    if (getrandom(&prefix, sizeof(prefix), 0) != (ssize_t)sizeof(prefix))
        prefix = (uint64_t)clock_us();
    return prefix;
}

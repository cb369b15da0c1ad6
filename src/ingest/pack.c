#include "pack.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* numeric's binary form: four int16 (groups, weight, sign, scale), then the groups. */
#define NUMERIC_NEGATIVE 0x4000

void pack_release(struct pack *pack)
{
    free(pack->data);
    *pack = (struct pack){ 0 };
}

char *pack_room(struct pack *pack, size_t len)
{
    if (pack->len + len > pack->size) {
        pack->size = (pack->len + len) * 2;
        pack->data = mem_resize(pack->data, pack->size, 1);
    }
    pack->len += len;
    return pack->data + pack->len - len;
}

static char *put_16(char *out, uint16_t value)
{
    uint16_t big = htobe16(value);

    memcpy(out, &big, sizeof(big));
    return out + sizeof(big);
}

static char *put_32(char *out, uint32_t value)
{
    uint32_t big = htobe32(value);

    memcpy(out, &big, sizeof(big));
    return out + sizeof(big);
}

void pack_row(struct pack *pack, int16_t n)
{
    (void)put_16(pack_room(pack, 2), (uint16_t)n);
}

void pack_null(struct pack *pack)
{
    (void)put_32(pack_room(pack, 4), UINT32_MAX); /* length -1 */
}

void pack_i32(struct pack *pack, int32_t value)
{
    char *out = pack_room(pack, 8);

    (void)put_32(put_32(out, 4), (uint32_t)value);
}

void pack_i64(struct pack *pack, int64_t value)
{
    uint64_t big = htobe64((uint64_t)value);
    char *out = pack_room(pack, 12);

    memcpy(put_32(out, 8), &big, sizeof(big));
}

void pack_bytes(struct pack *pack, const char *bytes, size_t len)
{
    char *out = pack_room(pack, 4 + len);

    memcpy(put_32(out, (uint32_t)len), bytes, len);
}

void pack_number(struct pack *pack, const struct number *number)
{
    size_t len = 8 + 2 * (size_t)number->n;
    char *out = put_32(pack_room(pack, 4 + len), (uint32_t)len);

    out = put_16(out, (uint16_t)number->n);
    out = put_16(out, (uint16_t)number->weight);
    out = put_16(out, number->negative ? NUMERIC_NEGATIVE : 0);
    out = put_16(out, (uint16_t)number->scale);
    for (int i = 0; i < number->n; i++)
        out = put_16(out, (uint16_t)number->groups[i]);
}

void pack_raw(struct pack *pack, const char *packed, size_t len)
{
    memcpy(pack_room(pack, len), packed, len);
}

void pack_header(struct pack *pack)
{
    static const char signature[11] = "PGCOPY\n\377\r\n"; /* and its NUL */
    char *out = pack_room(pack, sizeof(signature) + 8);

    memcpy(out, signature, sizeof(signature));
    (void)put_32(put_32(out + sizeof(signature), 0), 0); /* no flags, no extension */
}

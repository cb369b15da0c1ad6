#include "decode.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* UTF-8 takes four bytes a character at most, and each came from a byte at least. */
#define GROWTH 4

#define NO_ICONV ((iconv_t)-1) // NOLINT(performance-no-int-to-ptr): as iconv_open(3) has it

struct decoder {
    iconv_t iconv;
    char *text;
    size_t text_size;
    struct csv_field *fields;
    size_t n_size;
};

static bool convert(struct decoder *decoder, struct csv_field field, char *out, size_t *ret_len)
{
    size_t left = field.len;
    size_t room = field.len * GROWTH;
    size_t size = room;
    char *in;

    memcpy(&in, &field.text, sizeof(in)); /* iconv's argument is not const, but it does not write */
    (void)iconv(decoder->iconv, NULL, NULL, NULL, NULL);
    if (iconv(decoder->iconv, &in, &left, &out, &room) == (size_t)-1 || left > 0)
        return false;
    *ret_len = size - room;
    return true;
}

static bool keeps_ascii(struct decoder *decoder)
{
    char ascii[127];
    char out[sizeof(ascii) * GROWTH];
    size_t len;

    for (size_t i = 0; i < sizeof(ascii); i++)
        ascii[i] = (char)(i + 1);
    return convert(decoder, (struct csv_field){ ascii, sizeof(ascii) }, out, &len) &&
           len == sizeof(ascii) && memcmp(ascii, out, len) == 0;
}

struct decoder *decoder_open(const char *encoding, struct err *err)
{
    CLEANUP(decoder_closep) struct decoder *decoder = mem_alloc(sizeof(*decoder));

    decoder->iconv = iconv_open("UTF-8", encoding);
    if (decoder->iconv == NO_ICONV) {
        err_set(err, ERR_USAGE, "'%s' is no encoding that iconv knows (iconv -l lists them)",
                encoding);
        return NULL;
    }
    if (!keeps_ascii(decoder)) {
        err_set(err, ERR_USAGE,
                "'%s' has other bytes for ASCII: convert such files (iconv -f %s -t UTF-8)",
                encoding, encoding);
        return NULL;
    }
    return TAKE(decoder);
}

void decoder_closep(struct decoder **decoder)
{
    if (!*decoder)
        return;
    if ((*decoder)->iconv != NO_ICONV)
        (void)iconv_close((*decoder)->iconv);
    free((*decoder)->text);
    free((*decoder)->fields);
    free(*decoder);
}

bool decode_record(struct decoder *decoder, const struct csv_record *record, struct csv_record *ret,
                   size_t *ret_bad)
{
    size_t most = record->n;
    char *out;

    for (size_t i = 0; i < record->n; i++)
        most += record->fields[i].len * GROWTH;
    if (most > decoder->text_size) {
        decoder->text_size = most * 2;
        decoder->text = mem_resize(decoder->text, decoder->text_size, 1);
    }
    if (record->n > decoder->n_size) {
        decoder->n_size = record->n * 2;
        decoder->fields = mem_resize(decoder->fields, decoder->n_size, sizeof(decoder->fields[0]));
    }
    out = decoder->text;
    for (size_t i = 0; i < record->n; i++) {
        struct csv_field *field = &decoder->fields[i];

        field->text = out;
        if (!convert(decoder, record->fields[i], out, &field->len)) {
            *ret_bad = i;
            return false;
        }
        out += field->len;
        *out++ = '\0';
    }
    *ret = *record;
    ret->fields = decoder->fields;
    return true;
}

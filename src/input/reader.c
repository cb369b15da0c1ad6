#include "reader.h"

#include <unistd.h>

#include "hash.h"
#include "mem.h"

int reader_open(const struct source *source, const struct file *file, struct reader *ret,
                bool *ret_empty, struct err *err)
{
    struct csv_record first;
    int got;

    *ret = (struct reader){ .file = *file };
    if (files_open(&ret->file, &ret->fd, err) < 0)
        return -1;
    ret->csv = csv_open(ret->fd, source->separator, source->quote);
    csv_pass_blank(ret->csv);
    got = csv_next(ret->csv, &first, err);
    *ret_empty = got == 0;
    if (got <= 0)
        return got;
    if (source->header)
        ret->header = hash_hex(first.raw, first.raw_len);
    else
        csv_again(ret->csv);
    return layout_read(source, &first, &ret->layout, err);
}

void reader_release(struct reader *reader)
{
    csv_closep(&reader->csv);
    layout_release(&reader->layout);
    mem_freep(&reader->header);
    if (reader->fd > 0)
        (void)close(reader->fd);
    *reader = (struct reader){ 0 };
}

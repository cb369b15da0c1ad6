#include "page.h"

#include "fuzz.h"
#include "text.h"

/* Places in lists: the first line is the query, the rest a key, and then a place that a client made
 * up. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_freep) char *text = fuzz_text(data, size);
    char *rest = text;
    const char *query = strsep(&rest, "\n");
    const char *key = rest ? rest : "";
    CLEANUP(mem_freep) char *token = page_write(query, key);
    CLEANUP(mem_freep) char *other = mem_format("%sx", query);
    bool can = strlen(key) <= PAGE_KEY_MAX && text_is_utf8(key, strlen(key));
    char got[PAGE_KEY_MAX + 1];

    HOLDS(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          strlen(token));
    HOLDS(page_read(query, token, got) == can);
    HOLDS(!can || strcmp(got, key) == 0);
    HOLDS(!page_read(other, token, got));
    if (page_read(query, key, got)) {
        CLEANUP(mem_freep) char *same = page_write(query, got);

        HOLDS(strcmp(same, key) == 0);
    }
    return 0;
}

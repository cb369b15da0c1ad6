#include "accept.h"

#include "fuzz.h"

/* Accept headers: CSV only where there is CSV, and what a header says first and exactly counts
 * whatever follows it. */
static enum accept choose(const char *before, const char *accept)
{
    CLEANUP(mem_freep) char *whole = mem_format("%s%s", before, accept);

    return accept_choose(whole, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(mem_freep) char *accept = fuzz_text(data, size);
    enum accept both = accept_choose(accept, true);
    enum accept json = accept_choose(accept, false);

    HOLDS(json == ACCEPT_JSON || json == ACCEPT_NONE);
    HOLDS(both != ACCEPT_NONE || json == ACCEPT_NONE);
    HOLDS(both != ACCEPT_JSON || json == ACCEPT_JSON);
    HOLDS(choose("application/json,text/csv;q=0.1,", accept) == ACCEPT_JSON);
    HOLDS(choose("text/csv,application/json;q=0.9,", accept) == ACCEPT_CSV);
    HOLDS(choose("text/csv;q=0,application/json;q=0.0,", accept) == ACCEPT_NONE);
    HOLDS(choose(" ,", accept) == both || both == ACCEPT_JSON);
    return 0;
}

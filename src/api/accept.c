#include "accept.h"

#include <string.h>
#include <strings.h>

/* What a range says of a type: how exactly it names it, and its weight in thousandths. */
struct weight {
    int exactness; /* 0: not at all, 1: any type, 2: any of the kind, 3: it alone */
    int q;
};

static int exactness(const char *range, size_t len, const char *type)
{
    size_t kind = strcspn(type, "/") + 1;

    if (len == 3 && strncmp(range, "*/*", 3) == 0)
        return 1;
    if (len == kind + 1 && range[kind] == '*' && strncasecmp(range, type, kind) == 0)
        return 2;
    return len == strlen(type) && strncasecmp(range, type, len) == 0 ? 3 : 0;
}

/* 0.5 as 500; what is no weight counts as one. */
static int read_q(const char *text, size_t len)
{
    int q = 0;
    int scale = 100;

    if (len == 0 || (text[0] != '0' && text[0] != '1'))
        return 1000;
    q = (text[0] - '0') * 1000;
    for (size_t i = 2; i < len && i < 5 && text[1] == '.'; i++, scale /= 10)
        q += text[i] >= '0' && text[i] <= '9' ? (text[i] - '0') * scale : 0;
    return q > 1000 ? 1000 : q;
}

/* The weight among a range's parameters: ";q=0.5". */
static int weight_of(const char *params, size_t len)
{
    const char *end = params + len;

    while (params < end) {
        size_t n;

        params += strspn(params, "; \t");
        n = strcspn(params, ";,");
        if (params < end && (params[0] == 'q' || params[0] == 'Q') && params[1] == '=')
            return read_q(params + 2, (size_t)(n - 2));
        params += n;
    }
    return 1000;
}

/* What the header's most exact range for the type gives it. */
static int quality(const char *accept, const char *type)
{
    struct weight best = { 0, 0 };

    for (const char *c = accept; *c;) {
        size_t range;
        size_t whole;

        c += strspn(c, ", \t");
        whole = strcspn(c, ",");
        range = strcspn(c, ",; \t");
        if (exactness(c, range, type) > best.exactness)
            best =
                (struct weight){ exactness(c, range, type), weight_of(c + range, whole - range) };
        c += whole;
    }
    return best.q;
}

enum accept accept_choose(const char *accept, bool has_csv)
{
    int json;
    int csv;

    if (!accept || accept[strspn(accept, " \t")] == '\0')
        return ACCEPT_JSON;
    json = quality(accept, "application/json");
    csv = has_csv ? quality(accept, "text/csv") : 0;
    if (json == 0 && csv == 0)
        return ACCEPT_NONE;
    return csv > json ? ACCEPT_CSV : ACCEPT_JSON;
}

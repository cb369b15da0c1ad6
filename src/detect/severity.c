#include "severity.h"

#include <string.h>

#include "mem.h"

/* "0.95": digits behind "0.", not all of them zeros. Such texts sort as their values do. */
static bool is_share(const char *text)
{
    const char *digits = text + 2;
    size_t len = strncmp(text, "0.", 2) == 0 ? strspn(digits, "0123456789") : 0;

    return len > 0 && len < 10 && digits[len] == '\0' && strspn(digits, "0") < len;
}

int severity_read(const struct conf *conf, struct severity *ret, struct err *err)
{
    const struct {
        const char *key;
        const char **value;
    } bounds[] = { { "medium", &ret->medium },
                   { "high", &ret->high },
                   { "critical", &ret->critical } };
    const char *before = "0";

    for (size_t i = 0; i < ARRAY_LEN(bounds); i++) {
        const char *text = conf_get(conf, "severity", bounds[i].key);

        if (!is_share(text))
            return conf_fail(conf, "severity", bounds[i].key, err,
                             "'%s' is not a score between 0 and 1, as 0.8", text);
        if (strcmp(text, before) <= 0)
            return conf_fail(conf, "severity", bounds[i].key, err, "%s is not above %s", text,
                             before);
        *bounds[i].value = before = text;
    }
    return 0;
}

bool severity_is(const char *name)
{
    static const char *const names[] = { "low", "medium", "high", "critical" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

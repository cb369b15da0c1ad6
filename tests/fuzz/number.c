#include "number.h"

#include "fuzz.h"

/* The digits alone, without zeros before them. */
static size_t significant(const char *text, size_t len, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        if (text[i] >= '0' && text[i] <= '9' && (n > 0 || text[i] != '0'))
            out[n++] = text[i];
    out[n] = '\0';
    return n;
}

/* As PostgreSQL wants it: no group beyond four digits, none of zero at either end. */
static void is_numeric(const struct number *number)
{
    HOLDS(number->n >= 0 && number->n <= NUMBER_GROUPS);
    HOLDS(number->scale >= 0 && number->scale <= NUMBER_FRACTION_DIGITS);
    for (int i = 0; i < number->n; i++)
        HOLDS(number->groups[i] >= 0 && number->groups[i] <= 9999);
    if (number->n > 0)
        HOLDS(number->groups[0] != 0 && number->groups[number->n - 1] != 0);
    else
        HOLDS(!number->negative && number->weight == 0);
}

/* Written and read again it is the same number; its digits and its point are those of the text. */
static void is_the_text(const struct number *number, const char *text, size_t len)
{
    static const struct number_style plain = { '.', '\0' };
    struct number_sum sum = { 0 };
    struct number_sum twice = { 0 };
    struct number again;
    char out[NUMBER_SUM_SIZE];
    char wanted[128];
    char got[NUMBER_SUM_SIZE];
    const char *point;

    number_add(&sum, number);
    number_sum_text(&sum, out);
    HOLDS(number_read(&plain, out, strlen(out), &again) == NUMBER_GOOD);
    number_add(&twice, &again);
    HOLDS(number_sum_is_equal(&sum, &twice) && again.scale == number->scale &&
          again.negative == number->negative);
    HOLDS(significant(out, strlen(out), got) == significant(text, len, wanted));
    HOLDS(strcmp(got, wanted) == 0);
    point = strchr(out, '.');
    HOLDS((point ? strlen(point + 1) : 0) == (size_t)number->scale);
    HOLDS(number->negative == (len > 0 && text[0] == '-' && got[0] != '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct number_style styles[] = { { '.', '\0' }, { ',', '\0' }, { '.', ',' },
                                                  { ',', '.' },  { ',', ' ' },  { '.', '\'' } };
    uint8_t choice = fuzz_choice(data, &size);
    const struct number_style *style = &styles[choice % ARRAY_LEN(styles)];
    CLEANUP(mem_freep) char *text = mem_resize(NULL, size + 1, 1);
    struct number number;

    /* Longer ones have zeros alone before the 24 digits that count. */
    if (size > 100)
        return 0;
    memcpy(text, data, size);
    if (number_read(style, text, size, &number) != NUMBER_GOOD)
        return 0;
    is_numeric(&number);
    is_the_text(&number, text, size);
    return 0;
}

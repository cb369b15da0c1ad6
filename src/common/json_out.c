#include "json_out.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "text.h"

void json_init(void)
{
    cJSON_Hooks hooks = { .malloc_fn = mem_alloc, .free_fn = free };

    cJSON_InitHooks(&hooks);
}

void json_i64(cJSON *object, const char *name, int64_t value)
{
    char text[TEXT_I64_SIZE];

    (void)cJSON_AddRawToObject(object, name, text_from_i64(value, text));
}

void json_text(cJSON *object, const char *name, const char *text)
{
    if (text && text[0])
        (void)cJSON_AddStringToObject(object, name, text);
    else
        (void)cJSON_AddNullToObject(object, name);
}

void json_print(cJSON *object)
{
    CLEANUP(mem_freep) char *text = cJSON_PrintUnformatted(object);

    if (text)
        (void)puts(text);
    cJSON_Delete(object);
}

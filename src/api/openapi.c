#include "openapi.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "mem.h"
#include "routes.h"
#include "schema.h"

static cJSON *reference(const char *to)
{
    cJSON *object = cJSON_CreateObject();

    (void)cJSON_AddStringToObject(object, "$ref", to);
    return object;
}

static cJSON *choices_array(const char *choices)
{
    cJSON *array = cJSON_CreateArray();

    for (const char *c = choices; *c; c += strspn(c, " ")) {
        size_t len = strcspn(c, " ");
        CLEANUP(mem_freep) char *word = mem_copy_n(c, len);

        (void)cJSON_AddItemToArray(array, cJSON_CreateString(word));
        c += len;
    }
    return array;
}

static cJSON *limit_schema(void)
{
    cJSON *schema = schema_of_type("n");

    (void)cJSON_AddNumberToObject(schema, "minimum", 1);
    (void)cJSON_AddNumberToObject(schema, "maximum", PARAM_LIMIT_MAX);
    return schema;
}

static cJSON *some_of(const char *choices)
{
    cJSON *schema = cJSON_CreateObject();
    cJSON *items;

    (void)cJSON_AddStringToObject(schema, "type", "array");
    items = cJSON_AddObjectToObject(schema, "items");
    (void)cJSON_AddStringToObject(items, "type", "string");
    (void)cJSON_AddItemToObject(items, "enum", choices_array(choices));
    return schema;
}

static cJSON *param_schema(const struct param_spec *spec)
{
    cJSON *schema;

    switch (spec->type) {
    case PARAM_CHOICE:
        schema = schema_of_type("text");
        (void)cJSON_AddItemToObject(schema, "enum", choices_array(spec->choices));
        return schema;
    case PARAM_CHOICES:
        return some_of(spec->choices);
    case PARAM_LIMIT:
        return limit_schema();
    case PARAM_DATE:
        return schema_of_type("date");
    case PARAM_RUN:
        return schema_of_type("id");
    case PARAM_HEX:
        schema = schema_of_type("text");
        (void)cJSON_AddStringToObject(schema, "pattern", "^[0-9a-f]{16}$");
        return schema;
    case PARAM_TEXT:
    case PARAM_TIME:
    case PARAM_ZONE:
    case PARAM_AFTER:
        break;
    }
    return schema_of_type("text");
}

static cJSON *parameter(const struct param_spec *spec)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *schema = param_schema(spec);

    (void)cJSON_AddStringToObject(object, "name", spec->name);
    (void)cJSON_AddStringToObject(object, "in", spec->otherwise ? "query" : "path");
    (void)cJSON_AddBoolToObject(object, "required", !spec->otherwise);
    if (spec->type == PARAM_TIME)
        (void)cJSON_AddStringToObject(object, "description",
                                      "a date, or RFC 3339 with its offset; start is included, end "
                                      "is not");
    if (spec->type == PARAM_AFTER)
        (void)cJSON_AddStringToObject(object, "description", "meta.next of the page before");
    if (spec->type == PARAM_CHOICES) {
        (void)cJSON_AddStringToObject(object, "style", "form");
        (void)cJSON_AddFalseToObject(object, "explode");
    }
    if (spec->otherwise && spec->otherwise[0] && spec->type == PARAM_LIMIT)
        (void)cJSON_AddRawToObject(schema, "default", spec->otherwise);
    else if (spec->otherwise && spec->otherwise[0])
        (void)cJSON_AddStringToObject(schema, "default", spec->otherwise);
    (void)cJSON_AddItemToObject(object, "schema", schema);
    return object;
}

/* {"data": …, "meta": …} */
static cJSON *answer_schema(const struct route *route)
{
    cJSON *schema = schema_of("data meta");
    cJSON *members = cJSON_GetObjectItem(schema, "properties");
    cJSON *data = schema_of(route->answer);
    cJSON *array;

    if (!route_is_one(route)) {
        array = cJSON_CreateObject();
        (void)cJSON_AddStringToObject(array, "type", "array");
        (void)cJSON_AddItemToObject(array, "items", data);
        data = array;
    }
    (void)cJSON_ReplaceItemInObject(members, "data", data);
    (void)cJSON_ReplaceItemInObject(members, "meta",
                                    schema_of(route->shape == ROUTE_PAGES
                                                  ? "as_of:time? run_id:id? next?"
                                                  : "as_of:time? run_id:id?"));
    return schema;
}

static cJSON *good_response(const struct route *route)
{
    cJSON *response = cJSON_CreateObject();
    cJSON *content;

    (void)cJSON_AddStringToObject(response, "description", route->summary);
    content = cJSON_AddObjectToObject(response, "content");
    (void)cJSON_AddItemToObject(cJSON_AddObjectToObject(content, "application/json"), "schema",
                                answer_schema(route));
    if (!route_is_one(route) || route->rows)
        (void)cJSON_AddItemToObject(cJSON_AddObjectToObject(content, "text/csv"), "schema",
                                    schema_of_type("text"));
    return response;
}

static cJSON *operation(const struct route *route)
{
    cJSON *get = cJSON_CreateObject();
    cJSON *parameters;
    cJSON *responses;

    (void)cJSON_AddStringToObject(get, "operationId", route->stmt->name + strlen("sql_api_"));
    (void)cJSON_AddStringToObject(get, "summary", route->summary);
    parameters = cJSON_AddArrayToObject(get, "parameters");
    for (size_t i = 0; i < ROUTE_PARAMS && route->params[i].name; i++)
        (void)cJSON_AddItemToArray(parameters, parameter(&route->params[i]));
    responses = cJSON_AddObjectToObject(get, "responses");
    (void)cJSON_AddItemToObject(responses, "200", good_response(route));
    (void)cJSON_AddItemToObject(responses, "default", reference("#/components/responses/Problem"));
    return get;
}

/* The document's own path, which is no row of the table. */
static void add_itself(cJSON *paths)
{
    cJSON *get = cJSON_AddObjectToObject(cJSON_AddObjectToObject(paths, OPENAPI_PATH), "get");
    cJSON *good;

    (void)cJSON_AddStringToObject(get, "operationId", "openapi");
    (void)cJSON_AddStringToObject(get, "summary", "This document");
    good = cJSON_AddObjectToObject(cJSON_AddObjectToObject(get, "responses"), "200");
    (void)cJSON_AddStringToObject(good, "description", "This document");
    (void)cJSON_AddItemToObject(
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(good, "content"), "application/json"),
        "schema", schema_of_type("{}"));
}

static cJSON *components(void)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *problem =
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(object, "responses"), "Problem");
    cJSON *schema = schema_of("type title status:n detail parameter");
    cJSON *token;

    cJSON_DeleteItemFromArray(cJSON_GetObjectItem(schema, "required"), 4); /* parameter */
    cJSON_DeleteItemFromArray(cJSON_GetObjectItem(schema, "required"), 3); /* detail */
    (void)cJSON_AddStringToObject(problem, "description", "A problem by RFC 9457");
    (void)cJSON_AddItemToObject(cJSON_AddObjectToObject(cJSON_AddObjectToObject(problem, "content"),
                                                        "application/problem+json"),
                                "schema", reference("#/components/schemas/Problem"));
    (void)cJSON_AddItemToObject(cJSON_AddObjectToObject(object, "schemas"), "Problem", schema);
    token = cJSON_AddObjectToObject(cJSON_AddObjectToObject(object, "securitySchemes"), "token");
    (void)cJSON_AddStringToObject(token, "type", "http");
    (void)cJSON_AddStringToObject(token, "scheme", "bearer");
    return object;
}

/* Either nothing, or a token: which of them is the configuration's. */
static cJSON *security(void)
{
    cJSON *array = cJSON_CreateArray();
    cJSON *token = cJSON_CreateObject();

    (void)cJSON_AddArrayToObject(token, "token");
    (void)cJSON_AddItemToArray(array, cJSON_CreateObject());
    (void)cJSON_AddItemToArray(array, token);
    return array;
}

char *openapi_document(void)
{
    cJSON *document = cJSON_CreateObject();
    const struct route *route;
    cJSON *info;
    cJSON *paths;
    char *text;

    (void)cJSON_AddStringToObject(document, "openapi", "3.1.0");
    info = cJSON_AddObjectToObject(document, "info");
    (void)cJSON_AddStringToObject(info, "title", "txmon");
    (void)cJSON_AddStringToObject(info, "version", VERSION);
    paths = cJSON_AddObjectToObject(document, "paths");
    for (size_t n = 0; (route = routes_nth(n)) != NULL; n++)
        (void)cJSON_AddItemToObject(cJSON_AddObjectToObject(paths, route->path), "get",
                                    operation(route));
    add_itself(paths);
    (void)cJSON_AddItemToObject(document, "components", components());
    (void)cJSON_AddItemToObject(document, "security", security());
    text = cJSON_PrintUnformatted(document);
    cJSON_Delete(document);
    return text ? text : mem_copy("{}");
}

#ifndef OPENAPI_H
#define OPENAPI_H

#define OPENAPI_PATH "/api/v1/openapi.json"

/* The API's description by OpenAPI 3.1, made of routes[]: the two cannot differ. The caller frees.
 */
char *openapi_document(void);

#endif

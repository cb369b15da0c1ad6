#include "assets.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"

#define ASSET_MAX ((size_t)4 << 20)

struct assets {
    struct asset *asset;
    size_t n;
};

static const char *type_of(const char *name)
{
    static const struct {
        const char *end;
        const char *type;
    } types[] = { { ".html", "text/html; charset=utf-8" },
                  { ".css", "text/css; charset=utf-8" },
                  { ".js", "text/javascript; charset=utf-8" },
                  { ".svg", "image/svg+xml" } };
    const char *end = strrchr(name, '.');

    for (size_t i = 0; end && i < ARRAY_LEN(types); i++)
        if (strcmp(types[i].end, end) == 0)
            return types[i].type;
    return NULL;
}

static void set_etag(struct asset *asset)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = { 0 };

    (void)EVP_Digest(asset->body, asset->len, digest, NULL, EVP_sha256(), NULL);
    (void)snprintf(asset->etag, sizeof(asset->etag), "\"%02x%02x%02x%02x%02x%02x%02x%02x\"",
                   digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6],
                   digest[7]);
}

static int add(struct assets *assets, const char *folder, const char *name, const char *type,
               struct err *err)
{
    CLEANUP(mem_freep) char *path = mem_format("%s/%s", folder, name);
    struct asset asset = { .type = type };

    asset.body = file_read(path, ASSET_MAX, &asset.len, err);
    if (!asset.body)
        return -1;
    asset.name = mem_copy(name);
    set_etag(&asset);
    assets->asset = mem_resize(assets->asset, assets->n + 1, sizeof(assets->asset[0]));
    assets->asset[assets->n++] = asset;
    return 0;
}

static void dir_closep(DIR **dir)
{
    if (*dir)
        (void)closedir(*dir);
}

struct assets *assets_read(const char *folder, struct err *err)
{
    CLEANUP(dir_closep) DIR *dir = opendir(folder);
    CLEANUP(assets_freep) struct assets *assets = mem_alloc(sizeof(*assets));
    const struct dirent *entry;

    if (!dir) {
        err_set(err, ERR_USAGE, "the dashboard's folder %s: %m", folder);
        return NULL;
    }
    while ((entry = readdir(dir)) != NULL) { // NOLINT(concurrency-mt-unsafe): before any thread
        const char *type = type_of(entry->d_name);

        if (type && add(assets, folder, entry->d_name, type, err) < 0)
            return NULL;
    }
    if (!assets_find(assets, "")) {
        err_set(err, ERR_USAGE, "the dashboard's folder %s has no index.html", folder);
        return NULL;
    }
    return TAKE(assets);
}

void assets_freep(struct assets **assets)
{
    if (!*assets)
        return;
    for (size_t i = 0; i < (*assets)->n; i++) {
        free((*assets)->asset[i].name);
        free((*assets)->asset[i].body);
    }
    free((*assets)->asset);
    free(*assets);
}

const struct asset *assets_find(const struct assets *assets, const char *name)
{
    if (name[0] == '\0')
        name = "index.html";
    for (size_t i = 0; i < assets->n; i++)
        if (strcmp(assets->asset[i].name, name) == 0)
            return &assets->asset[i];
    return NULL;
}

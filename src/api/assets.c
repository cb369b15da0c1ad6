#include "assets.h"

#include <dirent.h>
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

void assets_add(struct assets *assets, const char *name, struct reply reply)
{
    struct asset asset = { .name = mem_copy(name), .kept = kept_new(reply) };

    etag_of(asset.kept->body, asset.kept->len, asset.kept->etag);
    assets->asset = mem_resize(assets->asset, assets->n + 1, sizeof(assets->asset[0]));
    assets->asset[assets->n++] = asset;
}

static int add(struct assets *assets, const char *folder, const char *name, const char *type,
               struct err *err)
{
    CLEANUP(mem_freep) char *path = mem_format("%s/%s", folder, name);
    struct reply reply = { .status = 200, .type = type, .is_owned = true };

    reply.body = file_read(path, ASSET_MAX, &reply.len, err);
    if (!reply.body)
        return -1;
    assets_add(assets, name, reply);
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
        kept_release((*assets)->asset[i].kept);
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

#include "tokens.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "file.h"
#include "hash.h"
#include "mem.h"

#define FILE_MAX ((size_t)64 << 10)
#define TOKEN_MAX 512

struct hashes {
    size_t n;
    unsigned char (*hash)[HASH_BYTES];
};

struct tokens {
    char *path;
    pthread_rwlock_t lock;
    struct hashes hashes;
};

static int add_line(struct hashes *hashes, const char *path, int number, char *line,
                    struct err *err)
{
    size_t len;

    line += strspn(line, " \t");
    len = strcspn(line, " \t\r");
    if (len == 0 || line[0] == '#')
        return 0;
    if (len < TOKENS_LEAST || len > TOKEN_MAX || line[len + strspn(line + len, " \t\r")] != '\0')
        return err_set(err, ERR_USAGE, "%s:%d: a token is one word of %d to %d characters", path,
                       number, TOKENS_LEAST, TOKEN_MAX);
    hashes->hash = mem_resize(hashes->hash, hashes->n + 1, sizeof(hashes->hash[0]));
    hash_of(line, len, hashes->hash[hashes->n++]);
    return 0;
}

static void hashes_release(struct hashes *hashes)
{
    free(hashes->hash);
}

static int read_hashes(const char *path, struct hashes *ret, struct err *err)
{
    CLEANUP(hashes_release) struct hashes hashes = { 0 };
    CLEANUP(mem_freep) char *text = NULL;
    size_t len;
    char *next;
    char *line;
    int number = 0;
    int rc = 0;

    text = file_read(path, FILE_MAX, &len, err);
    if (!text)
        return -1;
    next = text;
    while (rc == 0 && (line = strsep(&next, "\n")) != NULL)
        rc = add_line(&hashes, path, ++number, line, err);
    OPENSSL_cleanse(text, len);
    if (rc < 0)
        return -1;
    if (hashes.n == 0)
        return err_set(err, ERR_USAGE, "%s: there is no token in it", path);
    *ret = hashes;
    hashes = (struct hashes){ 0 };
    return 0;
}

struct tokens *tokens_read(const char *path, struct err *err)
{
    struct hashes hashes;
    struct tokens *tokens;

    if (read_hashes(path, &hashes, err) < 0)
        return NULL;
    tokens = mem_alloc(sizeof(*tokens));
    tokens->path = mem_copy(path);
    tokens->hashes = hashes;
    (void)pthread_rwlock_init(&tokens->lock, NULL);
    return tokens;
}

void tokens_freep(struct tokens **tokens)
{
    if (!*tokens)
        return;
    hashes_release(&(*tokens)->hashes);
    (void)pthread_rwlock_destroy(&(*tokens)->lock);
    free((*tokens)->path);
    free(*tokens);
}

int tokens_reload(struct tokens *tokens, struct err *err)
{
    struct hashes hashes;
    struct hashes before;

    if (read_hashes(tokens->path, &hashes, err) < 0)
        return -1;
    (void)pthread_rwlock_wrlock(&tokens->lock);
    before = tokens->hashes;
    tokens->hashes = hashes;
    (void)pthread_rwlock_unlock(&tokens->lock);
    hashes_release(&before);
    return 0;
}

/* All of them are compared, and each to its end: the time says nothing about any. */
bool tokens_know(struct tokens *tokens, const char *authorization)
{
    static const char scheme[] = "Bearer ";
    unsigned char hash[HASH_BYTES];
    const char *token;
    int known = 0;

    if (!tokens)
        return true;
    if (!authorization || strncasecmp(authorization, scheme, strlen(scheme)) != 0)
        return false;
    token = authorization + strlen(scheme);
    token += strspn(token, " ");
    hash_of(token, strlen(token), hash);
    (void)pthread_rwlock_rdlock(&tokens->lock);
    for (size_t i = 0; i < tokens->hashes.n; i++)
        known |= CRYPTO_memcmp(hash, tokens->hashes.hash[i], HASH_BYTES) == 0;
    (void)pthread_rwlock_unlock(&tokens->lock);
    return known != 0;
}

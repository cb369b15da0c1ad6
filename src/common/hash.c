#include "hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "mem.h"

struct hash {
    EVP_MD_CTX *md;
};

/* libcrypto's calls fail here for want of memory alone. */
static void check(int rc)
{
    if (rc != 1)
        mem_out();
}

/* What libcrypto makes at its first use it goes on without when that had failed, and crashes. */
static const EVP_MD *sha256(void)
{
    check(OSSL_LIB_CTX_get0_global_default() != NULL);
    return EVP_sha256();
}

struct hash *hash_open(void)
{
    struct hash *hash = mem_alloc(sizeof(*hash));

    hash->md = EVP_MD_CTX_new();
    check(hash->md && EVP_DigestInit_ex(hash->md, sha256(), NULL) == 1);
    return hash;
}

void hash_closep(struct hash **hash)
{
    if (!*hash)
        return;
    EVP_MD_CTX_free((*hash)->md);
    free(*hash);
}

void hash_add(struct hash *hash, const void *bytes, size_t len)
{
    check(EVP_DigestUpdate(hash->md, bytes, len));
}

void hash_text(const struct hash *hash, char out[HASH_SIZE])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *copy = EVP_MD_CTX_new();

    check(copy && EVP_MD_CTX_copy_ex(copy, hash->md) == 1 &&
          EVP_DigestFinal_ex(copy, bytes, NULL) == 1);
    EVP_MD_CTX_free(copy);
    hash_to_hex(bytes, out);
}

void hash_of(const void *bytes, size_t len, unsigned char out[HASH_BYTES])
{
    check(EVP_Digest(bytes, len, out, NULL, sha256(), NULL));
}

static void put_hex(const unsigned char *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

void hash_to_hex(const unsigned char hash[HASH_BYTES], char out[HASH_SIZE])
{
    put_hex(hash, HASH_BYTES, out);
}

char *hash_hex(const void *bytes, size_t len)
{
    char *hex = mem_alloc(2 * len + 1);

    put_hex(bytes, len, hex);
    return hex;
}

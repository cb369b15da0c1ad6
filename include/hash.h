#ifndef HASH_H
#define HASH_H

#include <stddef.h>

/* SHA-256 (FIPS 180-4), by libcrypto. Nothing here fails but for want of memory, which aborts. */
struct hash;

#define HASH_BYTES 32
#define HASH_SIZE 65 /* in hex, and NUL */

struct hash *hash_open(void);
void hash_closep(struct hash **hash);

void hash_add(struct hash *hash, const void *bytes, size_t len);

/* Of what was added so far; more may be added afterwards. */
void hash_text(const struct hash *hash, char out[HASH_SIZE]);

/* Of these bytes alone. */
void hash_of(const void *bytes, size_t len, unsigned char out[HASH_BYTES]);

/* A hash in lower case hex. */
void hash_to_hex(const unsigned char hash[HASH_BYTES], char out[HASH_SIZE]);

/* Any bytes likewise; the caller frees what is returned. */
char *hash_hex(const void *bytes, size_t len);

#endif

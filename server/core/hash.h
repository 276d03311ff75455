/* SHA-256 (FIPS 180-4), by libcrypto. */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include "core/str.h"

#define SHA256_SIZE 32

/* 0, or -ENOMEM when libcrypto cannot get what it needs. */
int hash_sha256(struct str s, unsigned char ret[SHA256_SIZE]);
const char *hash_library_version(void);

#endif

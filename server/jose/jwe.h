/* Encrypted tokens: JWE in compact serialization (RFC 7516). Errors are those of jose/jose.h.
 *
 * "zip" and "crit" are refused: compression before encryption tells of the text by its length, and
 * we know no extension. Whatever is wrong with an encrypted key, with RSA1_5 decryption goes on
 * with a random content key, so that neither answer nor time tells of the padding (RFC 7516 section
 * 11.5); all failures to decrypt are one error with one reason. */
#ifndef JOSE_JWE_H
#define JOSE_JWE_H

#include "core/arena.h"
#include "core/rand.h"
#include "jose/jose.h"
#include "jose/jwk.h"

/* PBES2 counts. A token with the highest costs some 0.3 s of processor time, so it is the least
 * that lets the usual advice (600,000 for SHA-256) pass. */
#define JWE_P2C_MIN 1000 /* RFC 7518 section 4.8.1.2 */
#define JWE_P2C_MAX 1000000
/* What we write: of the size of RFC 7520's example and below what npm's jose accepts unless told
 * (10,000). The passwords here are client secrets, which gain nothing from a larger one. */
#define JWE_P2C_DEFAULT 8192

/* A token taken apart. Everything lives in the arena, or in the token. */
struct jwe {
	const struct cJSON *header;
	enum jose_alg alg, enc; /* JOSE_UNSET when the header's is not one that we know */
	struct str kid;         /* STR_NONE when absent */
	struct str aad, encrypted_key, iv, text, tag;
};

/* Looks at the form only. The token must live as long as *ret. */
int jwe_parse(struct arena *a, struct str token, struct jwe *ret, const char **ret_why);

/* What the caller accepts. */
struct jwe_rules {
	uint64_t algs, encs; /* bits of algorithms; 0 accepts nothing */
	uint32_t p2c_max;    /* 0: JWE_P2C_MAX */
};

/* The plain text, in the arena. -ENOTSUP and -EPERM: not by accepted algorithms; -ENOKEY: the key
 * is not for them; -EBADMSG: it cannot be decrypted; -EINVAL: the header lacks what alg needs. */
int jwe_decrypt_key(struct arena *a, const struct jwe *jwe, const struct jwe_rules *rules,
	const struct jwk *key, struct str *ret, const char **ret_why);
/* The same with the key of the set that fits (jwk_set_select with the token's kid). */
int jwe_decrypt(struct arena *a, const struct jwe *jwe, const struct jwe_rules *rules,
	const struct jwk_set *keys, struct str *ret, const char **ret_why);

/* How to encrypt. */
struct jwe_how {
	enum jose_alg alg, enc;
	const struct jwk *key;
	struct str
		members; /* the header's besides alg, enc and alg's own: JSON without the braces */
	struct str apu, apv; /* ECDH-ES: bytes, STR_NONE to leave them out */
	uint32_t p2c;        /* PBES2: 0 for JWE_P2C_DEFAULT */
};

/* Makes a token in the arena. Content keys, IVs, salts and ephemeral keys come from r; only the
 * padding of RSA comes from libcrypto's own randomness. */
int jwe_encrypt(struct arena *a, struct rand *r, const struct jwe_how *how, struct str plain,
	struct str *ret, const char **ret_why);

#endif

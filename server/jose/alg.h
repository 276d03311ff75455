/* What one algorithm is made of. Each row of the table in jose.c names a family, which does the
 * work for all its algorithms, one family to a file. Private to server/jose/. */
#ifndef JOSE_ALG_H
#define JOSE_ALG_H

#include "core/json.h"
#include "core/rand.h"
#include "jose/crypto.h"
#include "jose/jose.h"
#include "jose/jwk.h"

struct alg;

/* alg_*.c. The key has been found to fit the algorithm. */
struct sign_family {
	/* The signature, in the arena. 0, -ENOMEM, -EIO. */
	int (*sign)(struct arena *a, const struct alg *alg, const struct jwk *key, struct str input,
		struct str *ret);
	/* 0 when it is right, -EBADMSG, -ENOMEM. */
	int (*verify)(const struct alg *alg, const struct jwk *key, struct str input,
		struct str signature);
};

/* One content key on its way into a token or out of it. */
struct wrap {
	struct arena *arena;
	struct rand *rand; /* wrap only */
	const struct alg *alg, *enc;
	const struct jwk *key;      /* fits alg */
	const struct cJSON *header; /* unwrap: the token's */
	struct json_writer members; /* wrap: header members of the algorithm's own go here */
	struct str apu, apv;        /* wrap with ECDH-ES: PartyUInfo and PartyVInfo */
	uint32_t p2c;               /* wrap: PBES2's count; unwrap: the highest accepted */
	struct str encrypted_key;   /* unwrap: from the token; wrap: the outcome, in the arena */
	struct secret *cek;         /* n is what enc needs; wrap: filled unless alg->direct */
	const char *why;            /* the sentence for a failure */
};

/* wrap_*.c */
struct wrap_family {
	int (*wrap)(struct wrap *w);
	/* -EBADMSG when the encrypted key cannot be decrypted. */
	int (*unwrap)(struct wrap *w);
};

/* enc_*.c */
struct enc_family {
	/* n bytes of plain become as many (GCM) or up to 16 more (CBC) at out, and a tag. Returns
	 * the length, -ENOMEM or -EIO. */
	ptrdiff_t (*seal)(const struct alg *enc, const struct secret *cek, struct str iv,
		struct str aad, struct str plain, unsigned char *out, unsigned char *tag);
	/* text becomes at most as many bytes at out. Returns the length, or -EBADMSG. */
	ptrdiff_t (*open)(const struct alg *enc, const struct secret *cek, struct str iv,
		struct str aad, struct str text, struct str tag, unsigned char *out);
};

struct alg {
	const char *name, *api_name;
	/* oct: least length for a signature, else the exact one; 0: any. JOSE_CONTENT: length of
	 * the content key */
	size_t key_bytes;
	size_t iv_bytes, tag_bytes; /* JOSE_CONTENT */
	const struct sign_family *sign;
	const struct wrap_family *wrap;
	const struct enc_family *enc;
	enum jose_kind kind;
	enum jwk_type key_type;
	unsigned curves; /* bits of enum jwk_curve, of EC and OKP; 0: key_type says all */
	enum crypto_hash hash;
	enum crypto_aes aes;
	bool direct; /* the content key is agreed on: wrap() makes it, and none is sent */
};

extern const struct sign_family family_hmac, family_rsa, family_rsa_pss, family_ec, family_okp;
extern const struct wrap_family family_rsa1_5, family_rsa_oaep, family_ecdh, family_aes_kw,
	family_aes_gcmkw, family_dir, family_pbes2;
extern const struct enc_family family_enc_gcm, family_enc_cbc;

/* NULL for JOSE_UNSET. */
const struct alg *alg_of(enum jose_alg alg);

/* AES key wrap (RFC 3394), which ECDH-ES and PBES2 use too. */
int aes_wrap(struct arena *a, enum crypto_aes aes, struct str key, const struct secret *cek,
	struct str *ret);
int aes_unwrap(enum crypto_aes aes, struct str key, struct str wrapped, struct secret *cek);

/* --- texts (text.c) --- */

static inline int refuse(const char **ret_why, int error, const char *why)
{
	*ret_why = why;
	return error;
}

/* base64url to bytes in the arena. -EINVAL, -ENOMEM. */
int text_decode(struct arena *a, struct str text, struct str *ret);
/* Bytes to base64url at the end of out. */
void text_encode(struct buf *out, struct str bytes);
/* The member of that name as a string. 0 with STR_NONE when there is none; -EINVAL when it is no
 * string; -ENOMEM. */
int text_member(struct arena *a, const struct cJSON *object, const char *name, struct str *ret);
/* The member as base64url, decoded: as text_member. */
int text_member_decoded(
	struct arena *a, const struct cJSON *object, const char *name, struct str *ret);
/* Reads a token's header and refuses what every token is refused for: no object, "crit"
 * (RFC 7515 section 4.1.11), "b64" (RFC 7797). */
int text_header(
	struct arena *a, struct str encoded, const struct cJSON **ret, const char **ret_why);
/* {"alg":…,"enc":…, and the caller's members; what follows must begin with a comma. */
void text_begin_header(
	struct buf *out, const struct alg *alg, const struct alg *enc, struct str members);
/* Looks at a header that was made with members of a caller's. -EINVAL when they are not JSON, name
 * what is there already, or would change how the token is read. */
int text_check_header(struct arena *a, struct str header, const char **ret_why);

#endif

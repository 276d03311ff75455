/* Keys as JSON: JWK and JWK sets (RFC 7517, 7518 section 6, 8037, 8812), thumbprints (RFC 7638).
 * Errors are those of jose/jose.h. */
#ifndef JOSE_JWK_H
#define JOSE_JWK_H

#include "core/buf.h"
#include "core/hash.h"
#include "jose/jose.h"

struct cJSON;
struct evp_pkey_st;
struct evp_pkey_ctx_st;

#define JWK_SET_KEYS_MAX 100
#define JWK_RSA_BITS_MAX 8192 /* larger ones take libcrypto more than 0.1 s */
#define JWK_RSA_BITS_MIN 2048 /* for use; smaller ones can be read (RFC 7518 sections 3.3, 4.2) */

enum jwk_type { JWK_EC, JWK_RSA, JWK_OKP, JWK_OCT };

enum jwk_curve {
	JWK_P256,
	JWK_P384,
	JWK_P521,
	JWK_SECP256K1,
	JWK_ED25519,
	JWK_ED448,
	JWK_X25519,
	JWK_X448,
	JWK_CURVES /* none */
};

/* What a key is wanted for. */
enum jwk_purpose { JWK_SIGN, JWK_VERIFY, JWK_ENCRYPT, JWK_DECRYPT };

/* One key. Its texts live in the arena it was read into. */
struct jwk {
	enum jwk_type type;
	enum jwk_curve curve; /* EC and OKP */
	size_t bits;          /* RSA: of the modulus; oct: of the secret */
	bool is_private;      /* it holds a private key; always of oct */
	struct str kid;       /* STR_NONE when absent, as use and alg_name */
	struct str use;
	struct str alg_name;
	enum jose_alg alg; /* JOSE_UNSET: absent or unknown */
	bool has_ops;
	unsigned ops;                          /* bits of key_ops, private to server/jose/ */
	struct str x, y;                       /* EC, OKP: as they came, base64url */
	struct str n, e;                       /* RSA: the same */
	struct str x5c, x5t, x5t_s256, x5u;    /* x5c: the array as JSON text */
	struct str secret;                     /* oct: the bytes */
	unsigned char thumbprint[SHA256_SIZE]; /* SHA-256; an oct key's tells of its secret */
	struct evp_pkey_st *pkey;              /* all but oct */
	struct evp_pkey_ctx_st *signer; /* private EC: ready to sign; copied for each signature */
};

/* Reads a key from a JSON tree, or from its text, into *ret, which jwk_clear must give back on
 * success. A private key must belong to its public part, a point be on its curve, all numbers be
 * in their one form. */
int jwk_read(struct arena *a, const struct cJSON *object, struct jwk *ret, const char **ret_why);
int jwk_parse(struct arena *a, struct str text, struct jwk *ret, const char **ret_why);
/* A secret that did not come as a JWK, such as a client secret or a password; copied into the
 * arena. */
int jwk_from_secret(struct arena *a, struct str secret, struct jwk *ret, const char **ret_why);
/* Wipes the secret, frees libcrypto's part. A cleared or zeroed key may be cleared again. */
void jwk_clear(struct jwk *key);

/* May the key do this by its type, curve, size, "use", "key_ops" and "alg"? 0, or -ENOKEY with the
 * reason. enc is the content encryption where alg is dir, else JOSE_UNSET. */
int jwk_fits(const struct jwk *key, enum jose_alg alg, enum jose_alg enc, enum jwk_purpose purpose,
	const char **ret_why);

/* The public part as a JWK, with kid, use, alg and the x5 members; key_ops is left out, as it
 * speaks of the private key. -EINVAL for an oct key, which has no public part. */
int jwk_write_public(struct buf *out, const struct jwk *key, const char **ret_why);

/* --- sets --- */

/* Parsed once, never changed, shared by threads and given back by whoever holds it last. */
struct jwk_set;

/* Why a member of "keys" is not in the set. */
struct jwk_bad {
	size_t index;    /* in the text, from 0 */
	const char *why; /* static */
};

/* Reads {"keys": […]}. Keys that cannot be read are left out and noted; whether a set with bad
 * keys will do is the caller's choice (RFC 7517 section 5 asks to ignore them). scratch holds what
 * is needed meanwhile. -EINVAL also for more than JWK_SET_KEYS_MAX keys. */
int jwk_set_parse(
	struct arena *scratch, struct str text, struct jwk_set **ret, const char **ret_why);
struct jwk_set *jwk_set_ref(struct jwk_set *set);
void jwk_set_unref(struct jwk_set *set); /* NULL is fine */

size_t jwk_set_count(const struct jwk_set *set);
const struct jwk *jwk_set_at(const struct jwk_set *set, size_t i);
size_t jwk_set_bad_count(const struct jwk_set *set);
const struct jwk_bad *jwk_set_bad_at(const struct jwk_set *set, size_t i);

/* What to look for in a set. */
struct jwk_wanted {
	struct str kid;         /* STR_NONE: any */
	enum jose_alg alg, enc; /* as jwk_fits */
	enum jwk_purpose purpose;
};

/* The one key that fits. -ENOKEY: none does, and *ret_why says why not when just one key has the
 * kid; -ENOTUNIQ: several do. The key lives as long as the set. */
int jwk_set_select(const struct jwk_set *set, const struct jwk_wanted *wanted,
	const struct jwk **ret, const char **ret_why);
/* The next key that fits, from *at on, which starts at 0; NULL after the last. */
const struct jwk *jwk_set_next(
	const struct jwk_set *set, const struct jwk_wanted *wanted, size_t *at);

/* {"keys": […]} of the public parts; oct keys are left out. */
int jwk_set_write_public(struct buf *out, const struct jwk_set *set);

/* --- sets by their text --- */

/* Keeps the sets that were asked for last, so that a text is parsed once. Safe for threads. */
struct jwk_cache;

/* Room for so many, whose texts have so many bytes together. NULL without memory. */
struct jwk_cache *jwk_cache_new(size_t max_sets, size_t max_bytes);
void jwk_cache_free(
	struct jwk_cache *cache); /* sets that are held elsewhere live on; NULL is fine */
/* The set of that text, with a reference for the caller; else as jwk_set_parse. */
int jwk_cache_get(struct jwk_cache *cache, struct arena *scratch, struct str text,
	struct jwk_set **ret, const char **ret_why);

#endif

#include "jose/jose.h"

#include "jose/alg.h"

#define CURVE(name) (1U << JWK_##name)
#define CURVES_EDDSA (CURVE(ED25519) | CURVE(ED448))
/* RFC 8812 gives secp256k1 to signatures only */
#define CURVES_ECDH (CURVE(P256) | CURVE(P384) | CURVE(P521) | CURVE(X25519) | CURVE(X448))

#define SAME(text) .name = (text), .api_name = (text)
#define SIGN(text, type, hash_, family)                                                            \
	SAME(text), .kind = JOSE_SIGNATURE, .key_type = (type), .hash = (hash_), .sign = &(family)
#define EC(text, curve, hash_) SIGN(text, JWK_EC, hash_, family_ec), .curves = CURVE(curve)
#define KEY(text, api, type, family)                                                               \
	.name = (text), .api_name = (api), .kind = JOSE_KEY_MANAGEMENT, .key_type = (type),        \
	.wrap = &(family)
#define AES(text, size, family)                                                                    \
	KEY(text, text, JWK_OCT, family), .aes = (size), .key_bytes = 16 + 8 * (size)
#define ECDH(text, api) KEY(text, api, JWK_EC, family_ecdh), .curves = CURVES_ECDH
#define PBES2(text, api, hash_, size)                                                              \
	KEY(text, api, JWK_OCT, family_pbes2), .hash = (hash_), .aes = (size)
#define CBC(text, api, hash_, size)                                                                \
	.name = (text), .api_name = (api), .kind = JOSE_CONTENT, .hash = (hash_), .aes = (size),   \
	.key_bytes = 2 * (16 + 8 * (size)), .iv_bytes = 16, .tag_bytes = 16 + 8 * (size),          \
	.enc = &family_enc_cbc
#define GCM(text, size)                                                                            \
	SAME(text), .kind = JOSE_CONTENT, .aes = (size), .key_bytes = 16 + 8 * (size),             \
		    .iv_bytes = 12, .tag_bytes = 16, .enc = &family_enc_gcm

/* RFC 7518 sections 3.1, 4.1 and 5.1, RFC 8037 (EdDSA), RFC 8812 (ES256K). */
static const struct alg table[JOSE_ALGS] = {
	/* a secret is at least as long as the hash (RFC 7518 section 3.2) */
	[JOSE_HS256] = {SIGN("HS256", JWK_OCT, HASH_SHA256, family_hmac), .key_bytes = 32},
	[JOSE_HS384] = {SIGN("HS384", JWK_OCT, HASH_SHA384, family_hmac), .key_bytes = 48},
	[JOSE_HS512] = {SIGN("HS512", JWK_OCT, HASH_SHA512, family_hmac), .key_bytes = 64},
	[JOSE_RS256] = {SIGN("RS256", JWK_RSA, HASH_SHA256, family_rsa)},
	[JOSE_RS384] = {SIGN("RS384", JWK_RSA, HASH_SHA384, family_rsa)},
	[JOSE_RS512] = {SIGN("RS512", JWK_RSA, HASH_SHA512, family_rsa)},
	[JOSE_PS256] = {SIGN("PS256", JWK_RSA, HASH_SHA256, family_rsa_pss)},
	[JOSE_PS384] = {SIGN("PS384", JWK_RSA, HASH_SHA384, family_rsa_pss)},
	[JOSE_PS512] = {SIGN("PS512", JWK_RSA, HASH_SHA512, family_rsa_pss)},
	[JOSE_ES256] = {EC("ES256", P256, HASH_SHA256)},
	[JOSE_ES384] = {EC("ES384", P384, HASH_SHA384)},
	[JOSE_ES512] = {EC("ES512", P521, HASH_SHA512)},
	[JOSE_ES256K] = {EC("ES256K", SECP256K1, HASH_SHA256)},
	[JOSE_EDDSA] = {SIGN("EdDSA", JWK_OKP, HASH_SHA512, family_okp), .curves = CURVES_EDDSA},
	[JOSE_RSA1_5] = {KEY("RSA1_5", "RSA1_5", JWK_RSA, family_rsa1_5)},
	[JOSE_RSA_OAEP] = {KEY("RSA-OAEP", "RSA_OAEP", JWK_RSA, family_rsa_oaep),
		.hash = HASH_SHA1},
	[JOSE_RSA_OAEP_256] = {KEY("RSA-OAEP-256", "RSA_OAEP_256", JWK_RSA, family_rsa_oaep),
		.hash = HASH_SHA256},
	[JOSE_A128KW] = {AES("A128KW", AES_128, family_aes_kw)},
	[JOSE_A192KW] = {AES("A192KW", AES_192, family_aes_kw)},
	[JOSE_A256KW] = {AES("A256KW", AES_256, family_aes_kw)},
	[JOSE_DIR] = {KEY("dir", "DIR", JWK_OCT, family_dir), .direct = true},
	[JOSE_ECDH_ES] = {ECDH("ECDH-ES", "ECDH_ES"), .direct = true},
	[JOSE_ECDH_ES_A128KW] = {ECDH("ECDH-ES+A128KW", "ECDH_ES_A128KW"), .aes = AES_128},
	[JOSE_ECDH_ES_A192KW] = {ECDH("ECDH-ES+A192KW", "ECDH_ES_A192KW"), .aes = AES_192},
	[JOSE_ECDH_ES_A256KW] = {ECDH("ECDH-ES+A256KW", "ECDH_ES_A256KW"), .aes = AES_256},
	[JOSE_A128GCMKW] = {AES("A128GCMKW", AES_128, family_aes_gcmkw)},
	[JOSE_A192GCMKW] = {AES("A192GCMKW", AES_192, family_aes_gcmkw)},
	[JOSE_A256GCMKW] = {AES("A256GCMKW", AES_256, family_aes_gcmkw)},
	[JOSE_PBES2_HS256_A128KW] = {PBES2(
		"PBES2-HS256+A128KW", "PBES2_HS256_A128KW", HASH_SHA256, AES_128)},
	[JOSE_PBES2_HS384_A192KW] = {PBES2(
		"PBES2-HS384+A192KW", "PBES2_HS384_A192KW", HASH_SHA384, AES_192)},
	[JOSE_PBES2_HS512_A256KW] = {PBES2(
		"PBES2-HS512+A256KW", "PBES2_HS512_A256KW", HASH_SHA512, AES_256)},
	[JOSE_A128CBC_HS256] = {CBC("A128CBC-HS256", "A128CBC_HS256", HASH_SHA256, AES_128)},
	[JOSE_A192CBC_HS384] = {CBC("A192CBC-HS384", "A192CBC_HS384", HASH_SHA384, AES_192)},
	[JOSE_A256CBC_HS512] = {CBC("A256CBC-HS512", "A256CBC_HS512", HASH_SHA512, AES_256)},
	[JOSE_A128GCM] = {GCM("A128GCM", AES_128)},
	[JOSE_A192GCM] = {GCM("A192GCM", AES_192)},
	[JOSE_A256GCM] = {GCM("A256GCM", AES_256)},
};
_Static_assert(JOSE_ALGS <= 64, "a set of algorithms is 64 bits");

const struct alg *alg_of(enum jose_alg alg)
{
	return alg > JOSE_UNSET && alg < JOSE_ALGS ? &table[alg] : NULL;
}

enum jose_alg jose_find(enum jose_kind kind, struct str name)
{
	for (enum jose_alg alg = JOSE_UNSET + 1; alg < JOSE_ALGS; alg++)
		if (table[alg].kind == kind && str_eq(name, str_of(table[alg].name)))
			return alg;
	return JOSE_UNSET;
}

enum jose_alg jose_find_api(enum jose_kind kind, struct str api_name)
{
	for (enum jose_alg alg = JOSE_UNSET + 1; alg < JOSE_ALGS; alg++)
		if (table[alg].kind == kind && str_eq(api_name, str_of(table[alg].api_name)))
			return alg;
	return JOSE_UNSET;
}

const char *jose_name(enum jose_alg alg)
{
	const struct alg *row = alg_of(alg);
	return row ? row->name : NULL;
}

bool jose_is_symmetric(enum jose_alg alg)
{
	const struct alg *row = alg_of(alg);
	return row && row->kind != JOSE_CONTENT && row->key_type == JWK_OCT;
}

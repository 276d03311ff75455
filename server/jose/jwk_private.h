/* What the files of jwk_*.c share. */
#ifndef JOSE_JWK_PRIVATE_H
#define JOSE_JWK_PRIVATE_H

#include "jose/alg.h"

struct curve {
	const char *name;  /* "crv" */
	const char *group; /* libcrypto's */
	enum jwk_type type;
	size_t bytes; /* of a coordinate, and of d */
};

const struct curve *curve_of(enum jwk_curve curve);

/* "kty" by "kty". They fill type, curve, bits, is_private, the public members and pkey or
 * secret. -EINVAL and -ENOTSUP with a reason. */
int jwk_read_rsa(
	struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why);
int jwk_read_ec(struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why);
int jwk_read_okp(
	struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why);

/* key_ops (RFC 7517 section 4.3) */
enum jwk_op {
	OP_SIGN = 1,
	OP_VERIFY = 2,
	OP_ENCRYPT = 4,
	OP_DECRYPT = 8,
	OP_WRAP_KEY = 16,
	OP_UNWRAP_KEY = 32,
	OP_DERIVE_KEY = 64,
	OP_DERIVE_BITS = 128,
};

/* Builds the key in libcrypto: an EVP_PKEY of the type from what was pushed. -EINVAL when
 * libcrypto does not take it. */
int jwk_build(
	const char *type, OSSL_PARAM_BLD *parameters, bool is_private, struct evp_pkey_st **ret);

/* An EC key from numbers of the curve's length; d STR_NONE: a public one. As jwk_build. */
int jwk_build_ec(const struct curve *curve, struct str x, struct str y, struct str d,
	struct evp_pkey_st **ret);

/* RFC 7638, from the members that were read. k: an oct key's, as it came. */
int jwk_make_thumbprint(struct arena *a, struct jwk *key, struct str k);

#endif

/* The algorithms of JOSE (RFC 7518, 8037, 8812): one table, and what all of server/jose/ shares.
 *
 * Everything here is pure: bytes in, a decision out. Functions return 0 or a negative errno value,
 * and leave their outputs alone on failure:
 *   -EINVAL    not well formed
 *   -ENOTSUP   well formed, but of an algorithm or with a feature that is not known
 *   -EPERM     known, but not what the caller accepts, or not what the key is for
 *   -ENOKEY    none of the keys fits
 *   -ENOTUNIQ  several keys fit
 *   -EBADMSG   a signature is wrong or a text cannot be decrypted
 *   -ENOMEM    no memory
 *   -EIO       libcrypto failed, or there is no randomness
 * With all but the last two, *ret_why is a static sentence for the user. It holds nothing secret
 * and nothing of what was given. */
#ifndef JOSE_JOSE_H
#define JOSE_JOSE_H

#include "core/str.h"

/* What a token may measure, in bytes. More is -EINVAL. */
#define JOSE_TOKEN_MAX ((size_t)4 << 20)
#define JOSE_HEADER_MAX ((size_t)64 << 10) /* its header, encoded */

enum jose_alg {
	JOSE_UNSET, /* no algorithm; "none" has no number, so that nothing can ask for it */
	JOSE_HS256,
	JOSE_HS384,
	JOSE_HS512,
	JOSE_RS256,
	JOSE_RS384,
	JOSE_RS512,
	JOSE_PS256,
	JOSE_PS384,
	JOSE_PS512,
	JOSE_ES256,
	JOSE_ES384,
	JOSE_ES512,
	JOSE_ES256K,
	JOSE_EDDSA,
	JOSE_RSA1_5,
	JOSE_RSA_OAEP,
	JOSE_RSA_OAEP_256,
	JOSE_A128KW,
	JOSE_A192KW,
	JOSE_A256KW,
	JOSE_DIR,
	JOSE_ECDH_ES,
	JOSE_ECDH_ES_A128KW,
	JOSE_ECDH_ES_A192KW,
	JOSE_ECDH_ES_A256KW,
	JOSE_A128GCMKW,
	JOSE_A192GCMKW,
	JOSE_A256GCMKW,
	JOSE_PBES2_HS256_A128KW,
	JOSE_PBES2_HS384_A192KW,
	JOSE_PBES2_HS512_A256KW,
	JOSE_A128CBC_HS256,
	JOSE_A192CBC_HS384,
	JOSE_A256CBC_HS512,
	JOSE_A128GCM,
	JOSE_A192GCM,
	JOSE_A256GCM,
	JOSE_ALGS
};

enum jose_kind {
	JOSE_SIGNATURE,      /* "alg" of a JWS */
	JOSE_KEY_MANAGEMENT, /* "alg" of a JWE */
	JOSE_CONTENT,        /* "enc" of a JWE */
};

/* Sets of algorithms are bits. */
#define JOSE_BIT(alg) ((uint64_t)1 << (alg))
#define JOSE_RANGE(from, to) ((JOSE_BIT(to) << 1) - JOSE_BIT(from))
#define JOSE_SIGNATURES JOSE_RANGE(JOSE_HS256, JOSE_EDDSA)
#define JOSE_SIGNATURES_ASYMMETRIC JOSE_RANGE(JOSE_RS256, JOSE_EDDSA)
#define JOSE_KEY_MANAGEMENTS JOSE_RANGE(JOSE_RSA1_5, JOSE_PBES2_HS512_A256KW)
#define JOSE_CONTENTS JOSE_RANGE(JOSE_A128CBC_HS256, JOSE_A256GCM)

/* The algorithm of that name and kind, JOSE_UNSET when there is none. Case matters. */
enum jose_alg jose_find(enum jose_kind kind, struct str name);
/* The same by the name that Authlete's API has for it: "RSA_OAEP_256", "DIR". */
enum jose_alg jose_find_api(enum jose_kind kind, struct str api_name);
/* "RSA-OAEP-256"; NULL for JOSE_UNSET. */
const char *jose_name(enum jose_alg alg);
/* Its key is a secret that both sides share. */
bool jose_is_symmetric(enum jose_alg alg);

#endif

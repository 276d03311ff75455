#include "jose/digest.h"

#include <errno.h>

#include "jose/crypto.h"

int digest(unsigned bits, struct str s, unsigned char ret[DIGEST_MAX])
{
	const struct crypto *lib = crypto();
	enum crypto_hash hash = bits == 256   ? HASH_SHA256
				: bits == 384 ? HASH_SHA384
				: bits == 512 ? HASH_SHA512
					      : HASHES;
	if (hash == HASHES)
		return -EINVAL;
	if (!lib)
		return -ENOMEM;
	return EVP_Digest(s.p ? s.p : "", s.n, ret, NULL, lib->md[hash], NULL) == 1
		       ? 0
		       : crypto_error(-EIO);
}

unsigned digest_bits(enum jose_alg alg)
{
	switch (alg) {
	case JOSE_HS384:
	case JOSE_RS384:
	case JOSE_PS384:
	case JOSE_ES384:
		return 384;
	case JOSE_HS512:
	case JOSE_RS512:
	case JOSE_PS512:
	case JOSE_ES512:
	case JOSE_EDDSA:
		return 512;
	default:
		return 256;
	}
}

#include "jose/jwk.h"

#include <errno.h>

#include "core/b64.h"
#include "jose/jwk_private.h"

static const struct curve curves[JWK_CURVES] = {
	[JWK_P256] = {"P-256", "P-256", JWK_EC, 32},
	[JWK_P384] = {"P-384", "P-384", JWK_EC, 48},
	[JWK_P521] = {"P-521", "P-521", JWK_EC, 66},
	[JWK_SECP256K1] = {"secp256k1", "secp256k1", JWK_EC, 32},
	[JWK_ED25519] = {"Ed25519", "ED25519", JWK_OKP, 32},
	[JWK_ED448] = {"Ed448", "ED448", JWK_OKP, 57},
	[JWK_X25519] = {"X25519", "X25519", JWK_OKP, 32},
	[JWK_X448] = {"X448", "X448", JWK_OKP, 56},
};

const struct curve *curve_of(enum jwk_curve curve)
{
	return &curves[curve];
}

int jwk_build(
	const char *type, OSSL_PARAM_BLD *parameters, bool is_private, struct evp_pkey_st **ret)
{
	CLEANUP(OSSL_PARAM) *list = OSSL_PARAM_BLD_to_param(parameters);
	CLEANUP(EVP_PKEY_CTX) *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;
	if (!list || !context || EVP_PKEY_fromdata_init(context) != 1)
		return crypto_error(-ENOMEM);
	if (EVP_PKEY_fromdata(
		    context, &pkey, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, list) != 1)
		return crypto_error(-EINVAL);
	*ret = pkey;
	return 0;
}

static int read_secret(
	struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	key->type = JWK_OCT;
	key->curve = JWK_CURVES;
	key->is_private = true;
	int e = text_member_decoded(a, object, "k", &key->secret);
	if (e == -ENOMEM)
		return e;
	if (e < 0 || !key->secret.n)
		return refuse(ret_why, -EINVAL, "\"k\" is not some bytes in base64url.");
	key->bits = key->secret.n * 8;
	return 0;
}

static int read_by_type(
	struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	static const struct {
		const char *name;
		int (*read)(struct arena *a, const struct cJSON *object, struct jwk *key,
			const char **ret_why);
	} types[] = {
		{"EC", jwk_read_ec},
		{"RSA", jwk_read_rsa},
		{"OKP", jwk_read_okp},
		{"oct", read_secret},
	};
	const struct cJSON *kty = json_get(object, "kty");
	if (!kty || json_kind(kty) != JSON_STRING)
		return refuse(ret_why, -EINVAL, "The key has no \"kty\".");
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (str_eq(json_raw(kty), str_of(types[i].name)))
			return types[i].read(a, object, key, ret_why);
	return refuse(ret_why, -ENOTSUP, "\"kty\" is none of EC, RSA, OKP and oct.");
}

/* Operations without a bit are kept out: they allow nothing that we do. */
static unsigned op_of(struct str name)
{
	static const char *const names[] = {"sign", "verify", "encrypt", "decrypt", "wrapKey",
		"unwrapKey", "deriveKey", "deriveBits"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(name, str_of(names[i])))
			return 1U << i;
	return 0;
}

static int read_ops(const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	const struct cJSON *ops = json_get(object, "key_ops");
	if (!ops)
		return 0;
	if (json_kind(ops) != JSON_ARRAY)
		return refuse(ret_why, -EINVAL, "\"key_ops\" is not an array.");
	key->has_ops = true;
	json_each (item, ops) {
		if (json_kind(item) != JSON_STRING)
			return refuse(ret_why, -EINVAL, "\"key_ops\" holds what is no string.");
		unsigned op = op_of(json_raw(item));
		if (op & key->ops)
			return refuse(ret_why, -EINVAL, "\"key_ops\" names an operation twice.");
		key->ops |= op;
	}
	return 0;
}

static int read_x5c(
	struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	const struct cJSON *x5c = json_get(object, "x5c");
	if (!x5c)
		return 0;
	if (json_kind(x5c) != JSON_ARRAY || !json_first(x5c))
		return refuse(ret_why, -EINVAL, "\"x5c\" is not an array of certificates.");
	json_each (item, x5c) {
		struct str text = json_kind(item) == JSON_STRING ? json_raw(item) : STR_NONE;
		unsigned char *der = arena_alloc(a, text.n / 4 * 3 + 1);
		if (!der)
			return -ENOMEM;
		if (b64_decode(text, der) <= 0)
			return refuse(ret_why, -EINVAL, "\"x5c\" holds what is not base64.");
	}
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, x5c);
	key->x5c = buf_str(&out);
	return out.failed ? -ENOMEM : 0;
}

static int read_common(
	struct arena *a, const struct cJSON *object, struct jwk *key, const char **ret_why)
{
	const struct {
		const char *name;
		struct str *text;
	} texts[] = {
		{"kid", &key->kid},
		{"use", &key->use},
		{"alg", &key->alg_name},
		{"x5t", &key->x5t},
		{"x5t#S256", &key->x5t_s256},
		{"x5u", &key->x5u},
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		int e = text_member(a, object, texts[i].name, texts[i].text);
		if (e == -EINVAL)
			return refuse(ret_why, e,
				"One of \"kid\", \"use\", \"alg\" and the x5 members is no "
				"string.");
		if (e < 0)
			return e;
	}
	for (enum jose_kind kind = JOSE_SIGNATURE; kind <= JOSE_CONTENT && !key->alg; kind++)
		key->alg = jose_find(kind, key->alg_name);
	int e = read_ops(object, key, ret_why);
	return e < 0 ? e : read_x5c(a, object, key, ret_why);
}

int jwk_read(struct arena *a, const struct cJSON *object, struct jwk *ret, const char **ret_why)
{
	struct jwk key = {0};
	if (json_kind(object) != JSON_OBJECT)
		return refuse(ret_why, -EINVAL, "The key is not a JSON object.");
	int e = read_common(a, object, &key, ret_why);
	if (e < 0)
		return e;
	e = read_by_type(a, object, &key, ret_why);
	if (e == 0) {
		const struct cJSON *k = json_get(object, "k");
		e = jwk_make_thumbprint(a, &key, key.type == JWK_OCT ? json_raw(k) : STR_NONE);
	}
	if (e < 0) {
		jwk_clear(&key);
		return e;
	}
	*ret = key;
	return 0;
}

int jwk_parse(struct arena *a, struct str text, struct jwk *ret, const char **ret_why)
{
	struct cJSON *object;
	struct json_fault fault;
	int e = json_parse(a, text, &object, &fault);
	if (e == -EINVAL)
		return refuse(ret_why, e, "The key is not JSON, or names a member twice.");
	return e < 0 ? e : jwk_read(a, object, ret, ret_why);
}

int jwk_from_secret(struct arena *a, struct str secret, struct jwk *ret, const char **ret_why)
{
	struct jwk key = {
		.type = JWK_OCT, .curve = JWK_CURVES, .is_private = true, .bits = secret.n * 8};
	struct buf k = buf_make(a, SIZE_MAX);
	if (!secret.n)
		return refuse(ret_why, -EINVAL, "The secret is empty.");
	key.secret = arena_copy(a, secret);
	text_encode(&k, secret);
	if (!key.secret.p || k.failed)
		return -ENOMEM;
	int e = jwk_make_thumbprint(a, &key, buf_str(&k));
	OPENSSL_cleanse(k.p, k.n);
	if (e < 0)
		return e;
	*ret = key;
	return 0;
}

void jwk_clear(struct jwk *key)
{
	if (key->secret.n)
		OPENSSL_cleanse((void *)(uintptr_t)key->secret.p, key->secret.n);
	EVP_PKEY_CTX_free(key->signer);
	EVP_PKEY_free(key->pkey);
	*key = (struct jwk){0};
}

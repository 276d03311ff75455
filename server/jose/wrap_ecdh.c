/* ECDH-ES, alone and with AES key wrap (RFC 7518 section 4.6), on the NIST curves, X25519 and X448
 * (RFC 8037 section 3.2).
 *
 * The ephemeral key's private number is drawn from the caller's source and its public part made
 * here, as libcrypto's own key generation cannot be told where to take its randomness: a seeded
 * server writes the same tokens each time. */
#include <errno.h>

#include "jose/jwe.h"
#include "jose/jwk_private.h"

#define ORDER_EXTRA 8 /* more random bytes than the order has: what is modulo it then is even */

/* Z (NIST SP 800-56A): what both sides compute. */
static int agree(const struct jwk *own, const struct jwk *peer, struct secret *ret)
{
	CLEANUP(EVP_PKEY_CTX) *context = EVP_PKEY_CTX_new_from_pkey(NULL, own->pkey, NULL);
	ret->n = sizeof ret->bytes;
	if (!context)
		return crypto_error(-ENOMEM);
	if (EVP_PKEY_derive_init(context) != 1 ||
		EVP_PKEY_derive_set_peer(context, peer->pkey) != 1 ||
		EVP_PKEY_derive(context, ret->bytes, &ret->n) != 1)
		return crypto_error(-EBADMSG); /* of X25519 and X448: a point of small order */
	return 0;
}

static void add_u32(struct buf *out, size_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_add_char(out, (char)(value >> shift));
}

static void add_counted(struct buf *out, struct str s)
{
	add_u32(out, s.n);
	buf_add(out, s);
}

/* One round of the Concat KDF: SHA-256 of a counter, Z and what the key is for. libcrypto has it as
 * SSKDF, but dies in 3.0 when memory gives out, and it is little more than this. */
static int hash_round(
	size_t counter, const struct secret *z, struct str info, unsigned char out[SHA256_SIZE])
{
	const unsigned char number[] = {0, 0, 0, (unsigned char)counter};
	CLEANUP(EVP_MD_CTX) *context = EVP_MD_CTX_new();
	if (!context || !crypto())
		return crypto_error(-ENOMEM);
	if (EVP_DigestInit_ex2(context, crypto()->md[HASH_SHA256], NULL) != 1 ||
		EVP_DigestUpdate(context, number, sizeof number) != 1 ||
		EVP_DigestUpdate(context, z->bytes, z->n) != 1 ||
		EVP_DigestUpdate(context, info.p, info.n) != 1 ||
		EVP_DigestFinal_ex(context, out, NULL) != 1)
		return crypto_error(-EIO);
	return 0;
}

/* RFC 7518 section 4.6.2. */
static int derive(const struct wrap *w, const struct secret *z, struct str apu, struct str apv,
	struct secret *ret)
{
	const struct alg *purpose = w->alg->direct ? w->enc : w->alg;
	const size_t n = w->alg->direct ? w->enc->key_bytes : 16 + 8 * w->alg->aes;
	struct buf info = buf_make(w->arena, SIZE_MAX);
	struct secret block CLEANUP_SECRET = {0};
	add_counted(&info, str_of(purpose->name));
	add_counted(&info, apu);
	add_counted(&info, apv);
	add_u32(&info, n * 8);
	if (info.failed)
		return -ENOMEM;
	for (ret->n = 0; ret->n < n;) {
		size_t part = n - ret->n < SHA256_SIZE ? n - ret->n : SHA256_SIZE;
		int e = hash_round(ret->n / SHA256_SIZE + 1, z, buf_str(&info), block.bytes);
		if (e < 0)
			return e;
		memcpy(ret->bytes + ret->n, block.bytes, part);
		ret->n += part;
	}
	return 0;
}

/* A number from 1 to below the order, and the point that it makes. */
static int make_point(struct rand *r, const EC_GROUP *group, size_t bytes, struct secret *d,
	unsigned char *x, unsigned char *y)
{
	CLEANUP(BN_CTX) *context = BN_CTX_secure_new();
	CLEANUP(EC_POINT) *point = EC_POINT_new(group);
	CLEANUP(BIGNUM) *most = BN_dup(EC_GROUP_get0_order(group));
	CLEANUP(BIGNUM) *px = BN_new();
	CLEANUP(BIGNUM) *py = BN_new();
	int e = rand_bytes(r, d->bytes, bytes + ORDER_EXTRA);
	if (e < 0)
		return e;
	CLEANUP(BIGNUM) *number = BN_bin2bn(d->bytes, (int)(bytes + ORDER_EXTRA), NULL);
	if (!context || !point || !most || !px || !py || !number || !BN_sub_word(most, 1))
		return crypto_error(-ENOMEM);
	d->n = bytes;
	if (!BN_mod(number, number, most, context) || !BN_add_word(number, 1) ||
		!EC_POINT_mul(group, point, number, NULL, NULL, context) ||
		!EC_POINT_get_affine_coordinates(group, point, px, py, context) ||
		BN_bn2binpad(number, d->bytes, (int)bytes) < 0 ||
		BN_bn2binpad(px, x, (int)bytes) < 0 || BN_bn2binpad(py, y, (int)bytes) < 0)
		return crypto_error(-EIO);
	return 0;
}

static int make_ec(struct rand *r, const struct curve *curve, unsigned char *x, unsigned char *y,
	EVP_PKEY **ret)
{
	struct secret d CLEANUP_SECRET = {0};
	EC_GROUP *group = EC_GROUP_new_by_curve_name(EC_curve_nist2nid(curve->group));
	if (!group)
		return crypto_error(-ENOMEM);
	int e = make_point(r, group, curve->bytes, &d, x, y);
	EC_GROUP_free(group);
	return e < 0 ? e
		     : jwk_build_ec(curve, str_bytes(x, curve->bytes), str_bytes(y, curve->bytes),
			       secret_str(&d), ret);
}

static int make_okp(struct rand *r, const struct curve *curve, unsigned char *x, EVP_PKEY **ret)
{
	struct secret d CLEANUP_SECRET = {.n = curve->bytes};
	size_t n = curve->bytes;
	int e = rand_bytes(r, d.bytes, d.n);
	if (e < 0)
		return e;
	CLEANUP(EVP_PKEY) *pkey = EVP_PKEY_new_raw_private_key_ex(
		NULL, curve->group, NULL, d.bytes, d.n);
	if (!pkey || EVP_PKEY_get_raw_public_key(pkey, x, &n) != 1)
		return crypto_error(-ENOMEM);
	*ret = pkey;
	pkey = NULL;
	return 0;
}

/* A fresh key on the curve, with as much of a JWK as "epk" has. */
static int make_ephemeral(struct wrap *w, struct jwk *ret)
{
	const struct curve *curve = curve_of(w->key->curve);
	unsigned char x[SECRET_MAX], y[SECRET_MAX];
	struct buf texts[2] = {buf_make(w->arena, SIZE_MAX), buf_make(w->arena, SIZE_MAX)};
	struct jwk key = {.type = w->key->type, .curve = w->key->curve};
	int e = key.type == JWK_EC ? make_ec(w->rand, curve, x, y, &key.pkey)
				   : make_okp(w->rand, curve, x, &key.pkey);
	if (e < 0)
		return e;
	text_encode(&texts[0], str_bytes(x, curve->bytes));
	if (key.type == JWK_EC)
		text_encode(&texts[1], str_bytes(y, curve->bytes));
	key.x = buf_str(&texts[0]);
	key.y = buf_str(&texts[1]);
	*ret = key;
	return texts[0].failed || texts[1].failed ? -ENOMEM : 0;
}

static void put_header(struct wrap *w, const struct jwk *epk)
{
	struct buf text = buf_make(w->arena, SIZE_MAX);
	struct str *const infos[] = {&w->apu, &w->apv};
	static const char *const names[] = {"apu", "apv"};
	jwk_write_public(&text, epk, &w->why);
	json_put_name(&w->members, "epk");
	json_put_raw(&w->members, buf_str(&text));
	for (size_t i = 0; i < 2; i++) {
		if (!infos[i]->p)
			continue;
		struct buf info = buf_make(w->arena, SIZE_MAX);
		text_encode(&info, *infos[i]);
		json_member_str(&w->members, names[i], buf_str(&info));
	}
}

static int wrap_with(struct wrap *w, const struct jwk *epk)
{
	struct secret z CLEANUP_SECRET = {0}, key CLEANUP_SECRET = {0};
	int e = agree(epk, w->key, &z);
	if (e == 0)
		e = derive(w, &z, w->apu, w->apv, &key);
	if (e == -EBADMSG)
		return refuse(&w->why, -EINVAL, "The key's point gives nothing to agree on.");
	if (e < 0)
		return e;
	if (!w->alg->direct)
		return aes_wrap(w->arena, w->alg->aes, secret_str(&key), w->cek, &w->encrypted_key);
	*w->cek = key;
	return 0;
}

static int wrap(struct wrap *w)
{
	struct jwk epk = {0};
	int e = make_ephemeral(w, &epk);
	if (e == 0) {
		put_header(w, &epk);
		e = wrap_with(w, &epk);
	}
	jwk_clear(&epk);
	return e;
}

static int unwrap_with(struct wrap *w, const struct jwk *epk)
{
	struct secret z CLEANUP_SECRET = {0}, key CLEANUP_SECRET = {0};
	struct str apu = STR_NONE, apv = STR_NONE;
	if (epk->type != w->key->type || epk->curve != w->key->curve || epk->is_private)
		return refuse(
			&w->why, -EINVAL, "\"epk\" is not a public key on the curve of the key.");
	int e = text_member_decoded(w->arena, w->header, "apu", &apu);
	if (e == 0)
		e = text_member_decoded(w->arena, w->header, "apv", &apv);
	if (e == -EINVAL)
		return refuse(&w->why, e, "\"apu\" or \"apv\" is not base64url.");
	if (e == 0)
		e = agree(w->key, epk, &z);
	if (e == 0)
		e = derive(w, &z, apu, apv, &key);
	if (e < 0)
		return e;
	if (!w->alg->direct)
		return aes_unwrap(w->alg->aes, secret_str(&key), w->encrypted_key, w->cek);
	*w->cek = key;
	return 0;
}

static int unwrap(struct wrap *w)
{
	struct jwk epk = {0};
	const struct cJSON *object = json_get(w->header, "epk");
	const char *why;
	int e = object ? jwk_read(w->arena, object, &epk, &why) : -EINVAL;
	if (e == -EINVAL || e == -ENOTSUP)
		return refuse(&w->why, -EINVAL, "\"epk\" in the header is missing or no key.");
	if (e == 0)
		e = unwrap_with(w, &epk);
	jwk_clear(&epk);
	return e;
}

const struct wrap_family family_ecdh = {wrap, unwrap};

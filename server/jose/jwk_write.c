/* Keys to text, and their thumbprints. */
#include <errno.h>

#include "jose/jwk_private.h"

static const char *type_name(enum jwk_type type)
{
	static const char *const names[] = {
		[JWK_EC] = "EC", [JWK_RSA] = "RSA", [JWK_OKP] = "OKP", [JWK_OCT] = "oct"};
	return names[type];
}

/* The members that make the key, in the order of their names (RFC 7638 section 3.2). k only for
 * the thumbprint of an oct key. */
static void put_required(struct json_writer *w, const struct jwk *key, struct str k)
{
	bool on_curve = key->type == JWK_EC || key->type == JWK_OKP;
	if (on_curve)
		json_member_str(w, "crv", str_of(curve_of(key->curve)->name));
	if (key->type == JWK_RSA)
		json_member_str(w, "e", key->e);
	if (key->type == JWK_OCT)
		json_member_str(w, "k", k);
	json_member_str(w, "kty", str_of(type_name(key->type)));
	if (key->type == JWK_RSA)
		json_member_str(w, "n", key->n);
	if (on_curve)
		json_member_str(w, "x", key->x);
	if (key->type == JWK_EC)
		json_member_str(w, "y", key->y);
}

int jwk_make_thumbprint(struct arena *a, struct jwk *key, struct str k)
{
	struct buf text = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&text);
	json_open(&w, '{');
	put_required(&w, key, k);
	json_close(&w, '}');
	if (text.failed)
		return -ENOMEM;
	int e = hash_sha256(buf_str(&text), key->thumbprint);
	if (key->type == JWK_OCT)
		OPENSSL_cleanse(text.p, text.n);
	return e;
}

static void put_if_there(struct json_writer *w, const char *name, struct str text)
{
	if (text.p)
		json_member_str(w, name, text);
}

static void put_public(struct json_writer *w, const struct jwk *key)
{
	json_open(w, '{');
	put_required(w, key, STR_NONE);
	put_if_there(w, "kid", key->kid);
	put_if_there(w, "use", key->use);
	put_if_there(w, "alg", key->alg_name);
	if (key->x5c.p) {
		json_put_name(w, "x5c");
		json_put_raw(w, key->x5c);
	}
	put_if_there(w, "x5t", key->x5t);
	put_if_there(w, "x5t#S256", key->x5t_s256);
	put_if_there(w, "x5u", key->x5u);
	json_close(w, '}');
}

int jwk_write_public(struct buf *out, const struct jwk *key, const char **ret_why)
{
	struct json_writer w = json_writer(out);
	if (key->type == JWK_OCT)
		return refuse(ret_why, -EINVAL, "A secret key has no public part.");
	put_public(&w, key);
	return out->failed ? -ENOMEM : 0;
}

int jwk_set_write_public(struct buf *out, const struct jwk_set *set)
{
	struct json_writer w = json_writer(out);
	json_open(&w, '{');
	json_put_name(&w, "keys");
	json_open(&w, '[');
	for (size_t i = 0; i < jwk_set_count(set); i++)
		if (jwk_set_at(set, i)->type != JWK_OCT)
			put_public(&w, jwk_set_at(set, i));
	json_close(&w, ']');
	json_close(&w, '}');
	return out->failed ? -ENOMEM : 0;
}

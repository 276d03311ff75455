#include "oauth/service_key.h"

#include <errno.h>

#include "jose/jws.h"

/* Whether the key of that id is on a curve that the algorithm cannot use. */
static bool has_other_curve(const struct jwk_set *set, enum jose_alg alg, struct str kid)
{
	bool elliptic = alg == JOSE_ES256 || alg == JOSE_ES384 || alg == JOSE_ES512 ||
			alg == JOSE_ES256K;
	for (size_t i = 0; elliptic && kid.n && i < jwk_set_count(set); i++) {
		const struct jwk *key = jwk_set_at(set, i);
		if (key->type == JWK_EC && key->is_private && str_eq(key->kid, kid))
			return true;
	}
	return false;
}

static int select_key(const struct oauth *o, const struct jwk_set *set, enum jose_alg alg,
	const char *setting, const struct jwk **ret, struct refusal *why)
{
	struct str kid = oauth_text(o->arena, o->service, setting);
	struct jwk_wanted wanted = {.alg = alg, .purpose = JWK_SIGN, .kid = kid.n ? kid : STR_NONE};
	const char *reason = NULL;
	int r = jwk_set_select(set, &wanted, ret, &reason);
	if (r == -ENOKEY && kid.n) {
		/* the id is there to choose among several; one alone needs no choice */
		wanted.kid = STR_NONE;
		r = jwk_set_select(set, &wanted, ret, &reason);
		if (r == -ENOTUNIQ)
			r = -ENOKEY;
	}
	if (r == -ENOKEY && has_other_curve(set, alg, kid))
		return refusal_set(o->arena, why, NULL, "A046114", NULL,
			"The key '%.*s' of the service is on a curve that %s cannot use.",
			STR_ARGS(kid), jose_name(alg));
	if (r == -ENOTUNIQ)
		return refusal_set(o->arena, why, NULL, "A046204", NULL,
			"Several private keys of the service fit %s; name one by %s.",
			jose_name(alg), setting);
	if (r == -ENOKEY)
		return refusal_set(o->arena, why, NULL, "A046203", NULL,
			"No private key of the service fits %s (%s is '%.*s').", jose_name(alg),
			setting, STR_ARGS(kid.p ? kid : STR("")));
	return r;
}

int service_key(const struct oauth *o, enum jose_alg alg, const char *setting,
	struct jwk_set **ret_set, const struct jwk **ret, struct refusal *why)
{
	struct jwk_set *set;
	const char *reason = NULL;
	int r = oauth_keys(o, o->service, "jwks", &set, &reason);
	if (r == -ENOENT && oauth_text(o->arena, o->service, "jwksUri").n)
		return refusal_set(o->arena, why, NULL, "A046202", NULL,
			"%s needs a private key, but the service has only a jwksUri.",
			jose_name(alg));
	if (r == -ENOENT)
		return refusal_set(o->arena, why, NULL, "A046201", NULL,
			"%s needs a private key, but the service has no jwks.", jose_name(alg));
	if (r == -EINVAL)
		return refusal_set(o->arena, why, NULL, "A046203", NULL,
			"The jwks of the service is no JWK set: %s", reason ? reason : "");
	if (r < 0)
		return r;
	r = select_key(o, set, alg, setting, ret, why);
	if (r < 0 || REFUSED(why))
		jwk_set_unref(set);
	else
		*ret_set = set;
	return r;
}

int service_sign(const struct oauth *o, enum jose_alg alg, const char *setting, struct str members,
	struct str payload, struct str *ret, struct refusal *why)
{
	struct jwk_set *set = NULL;
	const struct jwk *key = NULL;
	const char *reason = NULL;
	int r = service_key(o, alg, setting, &set, &key, why);
	if (r < 0 || REFUSED(why) || !key)
		return r;
	struct buf header = buf_make(o->arena, JOSE_HEADER_MAX);
	struct json_writer w = json_writer(&header);
	buf_reserve(&header, 1);
	if (key->kid.p)
		json_member_str(&w, "kid", key->kid);
	if (members.n)
		json_put_raw(&w, members);
	r = header.failed ? -ENOMEM
			  : jws_sign(o->arena, alg, key, buf_str(&header), payload, ret, &reason);
	jwk_set_unref(set);
	if (r < 0 && r != -ENOMEM && r != -EIO)
		return refusal_set(o->arena, why, NULL, "A046203", NULL,
			"The service's key cannot sign the token: %s", reason ? reason : "");
	return r;
}

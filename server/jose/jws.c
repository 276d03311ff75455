#include "jose/jws.h"

#include <errno.h>

#include "jose/alg.h"

int jws_parse(struct arena *a, struct str token, struct jws *ret, const char **ret_why)
{
	struct jws jws = {0};
	struct str header, payload, signature, rest, alg = STR_NONE;
	if (token.n > JOSE_TOKEN_MAX)
		return refuse(ret_why, -EINVAL, "The token is too long.");
	if (!str_cut(token, '.', &header, &rest) || !str_cut(rest, '.', &payload, &signature) ||
		str_cut(signature, '.', &signature, &rest))
		return refuse(ret_why, -EINVAL, "A JWS has three parts with dots between them.");
	int e = text_header(a, header, &jws.header, ret_why);
	if (e < 0)
		return e;
	e = text_member(a, jws.header, "alg", &alg);
	if (e == -EINVAL || (e == 0 && !alg.p))
		return refuse(ret_why, -EINVAL, "The header has no \"alg\".");
	if (e == 0)
		e = text_member(a, jws.header, "kid", &jws.kid);
	if (e == -EINVAL)
		return refuse(ret_why, e, "\"kid\" in the header is no string.");
	if (e == 0)
		e = text_decode(a, payload, &jws.payload);
	if (e == 0)
		e = text_decode(a, signature, &jws.signature);
	if (e == -EINVAL)
		return refuse(ret_why, e, "The payload or the signature is not base64url.");
	if (e < 0)
		return e;
	jws.alg = jose_find(JOSE_SIGNATURE, alg);
	jws.input = (struct str){token.p, header.n + 1 + payload.n};
	*ret = jws;
	return 0;
}

static int check_alg(const struct jws *jws, const struct jws_rules *rules, const char **ret_why)
{
	if (jws->alg == JOSE_UNSET)
		return refuse(ret_why, -ENOTSUP,
			"\"alg\" in the header is no signature algorithm that is supported.");
	if (!(rules->algs & JOSE_SIGNATURES & JOSE_BIT(jws->alg)))
		return refuse(ret_why, -EPERM, "\"alg\" in the header is not accepted here.");
	return 0;
}

static int verify(const struct jws *jws, const struct jwk *key, const char **ret_why)
{
	const struct alg *alg = alg_of(jws->alg);
	int e = alg->sign->verify(alg, key, jws->input, jws->signature);
	return e == -EBADMSG ? refuse(ret_why, e, "The signature is wrong.") : e;
}

int jws_verify_key(const struct jws *jws, const struct jws_rules *rules, const struct jwk *key,
	const char **ret_why)
{
	int e = check_alg(jws, rules, ret_why);
	if (e == 0)
		e = jwk_fits(key, jws->alg, JOSE_UNSET, JWK_VERIFY, ret_why);
	return e < 0 ? e : verify(jws, key, ret_why);
}

/* Several fit: the first by which the signature is right. */
static int verify_by_each(const struct jws *jws, const struct jwk_set *keys,
	const struct jwk_wanted *wanted, const struct jwk **ret, const char **ret_why)
{
	size_t at = 0;
	int e = -EBADMSG;
	while (e == -EBADMSG) {
		const struct jwk *key = jwk_set_next(keys, wanted, &at);
		if (!key)
			break;
		e = verify(jws, key, ret_why);
		if (e == 0)
			*ret = key;
	}
	return e;
}

int jws_verify(const struct jws *jws, const struct jws_rules *rules, const struct jwk_set *keys,
	const struct jwk **ret, const char **ret_why)
{
	const struct jwk *key;
	int e = check_alg(jws, rules, ret_why);
	if (e < 0)
		return e;
	const struct jwk_wanted wanted = {.kid = jws->kid, .alg = jws->alg, .purpose = JWK_VERIFY};
	e = jwk_set_select(keys, &wanted, &key, ret_why);
	if (e == 0)
		e = verify(jws, key, ret_why);
	else if (e == -ENOTUNIQ && rules->try_each)
		e = verify_by_each(jws, keys, &wanted, &key, ret_why);
	if (e == 0 && ret)
		*ret = key;
	return e;
}

int jws_sign(struct arena *a, enum jose_alg alg, const struct jwk *key, struct str members,
	struct str payload, struct str *ret, const char **ret_why)
{
	const struct alg *row = alg_of(alg);
	struct str signature;
	int e = jwk_fits(key, alg, JOSE_UNSET, JWK_SIGN, ret_why);
	if (e < 0)
		return e;
	if (payload.n > JOSE_TOKEN_MAX / 2 || members.n > JOSE_HEADER_MAX)
		return refuse(ret_why, -EINVAL, "The token would be too long.");
	struct buf text = buf_make(a, SIZE_MAX);
	text_begin_header(&text, row, NULL, members);
	buf_add_char(&text, '}');
	if (text.failed)
		return -ENOMEM;
	struct str header = buf_str(&text);
	e = text_check_header(a, header, ret_why);
	if (e < 0)
		return e;
	struct buf out = buf_make(a, SIZE_MAX);
	buf_reserve(&out, (header.n + payload.n) / 3 * 4 + 1500); /* the largest signature too */
	text_encode(&out, header);
	buf_add_char(&out, '.');
	text_encode(&out, payload);
	if (out.failed)
		return -ENOMEM;
	e = row->sign->sign(a, row, key, buf_str(&out), &signature);
	if (e < 0)
		return e;
	buf_add_char(&out, '.');
	text_encode(&out, signature);
	if (out.failed)
		return -ENOMEM;
	*ret = buf_str(&out);
	return 0;
}

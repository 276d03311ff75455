#include "jose/jwe.h"

#include <errno.h>

#include "jose/alg.h"

#define IV_MAX 16
#define TAG_MAX 32
#define BLOCK 16 /* CBC adds up to that much */

/* Five parts with dots between them. */
static bool split(struct str token, struct str parts[5])
{
	for (size_t i = 0; i < 4; i++)
		if (!str_cut(token, '.', &parts[i], &token))
			return false;
	parts[4] = token;
	return !str_cut(token, '.', &parts[4], &token);
}

static int read_header(struct arena *a, struct str encoded, struct jwe *jwe, const char **ret_why)
{
	struct str alg = STR_NONE, enc = STR_NONE;
	int e = text_header(a, encoded, &jwe->header, ret_why);
	if (e < 0)
		return e;
	if (json_get(jwe->header, "zip"))
		return refuse(ret_why, -ENOTSUP, "\"zip\" is not supported.");
	if ((e = text_member(a, jwe->header, "alg", &alg)) == -ENOMEM ||
		(e == 0 && (e = text_member(a, jwe->header, "enc", &enc)) == -ENOMEM))
		return e;
	if (e < 0 || !alg.p || !enc.p)
		return refuse(ret_why, -EINVAL, "The header has no \"alg\" or no \"enc\".");
	e = text_member(a, jwe->header, "kid", &jwe->kid);
	if (e == -EINVAL)
		return refuse(ret_why, e, "\"kid\" in the header is no string.");
	jwe->alg = jose_find(JOSE_KEY_MANAGEMENT, alg);
	jwe->enc = jose_find(JOSE_CONTENT, enc);
	return e;
}

int jwe_parse(struct arena *a, struct str token, struct jwe *ret, const char **ret_why)
{
	struct jwe jwe = {0};
	struct str parts[5];
	if (token.n > JOSE_TOKEN_MAX)
		return refuse(ret_why, -EINVAL, "The token is too long.");
	if (!split(token, parts))
		return refuse(ret_why, -EINVAL, "A JWE has five parts with dots between them.");
	int e = read_header(a, parts[0], &jwe, ret_why);
	if (e < 0)
		return e;
	struct str *const decoded[] = {&jwe.encrypted_key, &jwe.iv, &jwe.text, &jwe.tag};
	for (size_t i = 0; i < sizeof decoded / sizeof decoded[0]; i++) {
		e = text_decode(a, parts[i + 1], decoded[i]);
		if (e == -EINVAL)
			return refuse(ret_why, e, "A part of the JWE is not base64url.");
		if (e < 0)
			return e;
	}
	jwe.aad = parts[0];
	*ret = jwe;
	return 0;
}

static int check_algs(const struct jwe *jwe, const struct jwe_rules *rules, const char **ret_why)
{
	if (!jwe->alg)
		return refuse(ret_why, -ENOTSUP,
			"\"alg\" in the header is no key management that is supported.");
	if (!jwe->enc)
		return refuse(ret_why, -ENOTSUP,
			"\"enc\" in the header is no content encryption that is supported.");
	if (!(rules->algs & JOSE_KEY_MANAGEMENTS & JOSE_BIT(jwe->alg)))
		return refuse(ret_why, -EPERM, "\"alg\" in the header is not accepted here.");
	if (!(rules->encs & JOSE_CONTENTS & JOSE_BIT(jwe->enc)))
		return refuse(ret_why, -EPERM, "\"enc\" in the header is not accepted here.");
	return 0;
}

/* IV, tag and encrypted key have the lengths that the algorithms give them. */
static int check_lengths(const struct jwe *jwe, const char **ret_why)
{
	const struct alg *alg = alg_of(jwe->alg), *enc = alg_of(jwe->enc);
	if (alg->direct && jwe->encrypted_key.n)
		return refuse(ret_why, -EINVAL,
			"There is an encrypted key, and \"alg\" does not have one.");
	if (jwe->iv.n != enc->iv_bytes || jwe->tag.n != enc->tag_bytes)
		return refuse(ret_why, -EINVAL,
			"The IV or the tag does not have the length that \"enc\" demands.");
	return 0;
}

static int cannot_decrypt(const char **ret_why)
{
	return refuse(ret_why, -EBADMSG, "The token cannot be decrypted with that key.");
}

int jwe_decrypt_key(struct arena *a, const struct jwe *jwe, const struct jwe_rules *rules,
	const struct jwk *key, struct str *ret, const char **ret_why)
{
	int e = check_algs(jwe, rules, ret_why);
	if (e == 0)
		e = jwk_fits(key, jwe->alg, jwe->enc, JWK_DECRYPT, ret_why);
	if (e == 0)
		e = check_lengths(jwe, ret_why);
	if (e < 0)
		return e;
	const struct alg *alg = alg_of(jwe->alg), *enc = alg_of(jwe->enc);
	struct secret cek CLEANUP_SECRET = {.n = enc->key_bytes};
	struct wrap w = {.arena = a,
		.alg = alg,
		.enc = enc,
		.key = key,
		.header = jwe->header,
		.p2c = rules->p2c_max ? rules->p2c_max : JWE_P2C_MAX,
		.encrypted_key = jwe->encrypted_key,
		.cek = &cek};
	unsigned char *out = arena_alloc(a, jwe->text.n + 1);
	if (!out)
		return -ENOMEM;
	e = alg->wrap->unwrap(&w);
	if (e == -EBADMSG)
		return cannot_decrypt(ret_why);
	if (e < 0)
		return refuse(ret_why, e, w.why);
	ptrdiff_t n = enc->enc->open(enc, &cek, jwe->iv, jwe->aad, jwe->text, jwe->tag, out);
	if (n == -EBADMSG)
		return cannot_decrypt(ret_why);
	if (n < 0)
		return (int)n;
	*ret = str_bytes(out, (size_t)n);
	return 0;
}

int jwe_decrypt(struct arena *a, const struct jwe *jwe, const struct jwe_rules *rules,
	const struct jwk_set *keys, struct str *ret, const char **ret_why)
{
	const struct jwk *key = NULL;
	const struct jwk_wanted wanted = {
		.kid = jwe->kid, .alg = jwe->alg, .enc = jwe->enc, .purpose = JWK_DECRYPT};
	int e = check_algs(jwe, rules, ret_why);
	if (e == 0)
		e = jwk_set_select(keys, &wanted, &key, ret_why);
	return e < 0 ? e : jwe_decrypt_key(a, jwe, rules, key, ret, ret_why);
}

/* The header, with what the algorithm adds to it; the content key comes about on the way. */
static int make_header(struct wrap *w, const struct jwe_how *how, struct buf *header)
{
	text_begin_header(header, w->alg, w->enc, how->members);
	w->members = json_writer(header);
	w->members.comma = true;
	int e = w->alg->direct ? 0 : rand_bytes(w->rand, w->cek->bytes, w->cek->n);
	if (e == 0)
		e = w->alg->wrap->wrap(w);
	if (e < 0)
		return e;
	buf_add_char(header, '}');
	/* a member that could not be written may have left a gap */
	if (header->failed || w->arena->failed)
		return -ENOMEM;
	return text_check_header(w->arena, buf_str(header), &w->why);
}

/* All of the token after the content key is known. */
static int seal(const struct wrap *w, struct str header, struct str plain, struct str *ret)
{
	unsigned char iv[IV_MAX], tag[TAG_MAX];
	const struct alg *enc = w->enc;
	struct buf out = buf_make(w->arena, SIZE_MAX);
	unsigned char *text = arena_alloc(w->arena, plain.n + BLOCK);
	int e = rand_bytes(w->rand, iv, enc->iv_bytes);
	if (!text || e < 0)
		return text ? e : -ENOMEM;
	buf_reserve(&out, (header.n + w->encrypted_key.n + plain.n) / 3 * 4 + 200);
	text_encode(&out, header);
	if (out.failed)
		return -ENOMEM;
	ptrdiff_t n = enc->enc->seal(
		enc, w->cek, str_bytes(iv, enc->iv_bytes), buf_str(&out), plain, text, tag);
	if (n < 0)
		return (int)n;
	const struct str parts[] = {w->encrypted_key, str_bytes(iv, enc->iv_bytes),
		str_bytes(text, (size_t)n), str_bytes(tag, enc->tag_bytes)};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		buf_add_char(&out, '.');
		text_encode(&out, parts[i]);
	}
	if (out.failed)
		return -ENOMEM;
	*ret = buf_str(&out);
	return 0;
}

int jwe_encrypt(struct arena *a, struct rand *r, const struct jwe_how *how, struct str plain,
	struct str *ret, const char **ret_why)
{
	const struct alg *alg = alg_of(how->alg), *enc = alg_of(how->enc);
	if (!enc || enc->kind != JOSE_CONTENT)
		return refuse(ret_why, -ENOTSUP, "The content encryption is not one.");
	int e = jwk_fits(how->key, how->alg, how->enc, JWK_ENCRYPT, ret_why);
	if (e < 0)
		return e;
	if (plain.n > JOSE_TOKEN_MAX / 2 || how->members.n > JOSE_HEADER_MAX)
		return refuse(ret_why, -EINVAL, "The token would be too long.");
	struct secret cek CLEANUP_SECRET = {.n = enc->key_bytes};
	struct wrap w = {.arena = a,
		.rand = r,
		.alg = alg,
		.enc = enc,
		.key = how->key,
		.apu = how->apu,
		.apv = how->apv,
		.p2c = how->p2c ? how->p2c : JWE_P2C_DEFAULT,
		.cek = &cek};
	struct buf header = buf_make(a, SIZE_MAX);
	e = make_header(&w, how, &header);
	return e < 0 ? refuse(ret_why, e, w.why) : seal(&w, buf_str(&header), plain, ret);
}

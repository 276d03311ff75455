#include <errno.h>

#include "core/b64.h"
#include "jose/alg.h"

int text_decode(struct arena *a, struct str text, struct str *ret)
{
	unsigned char *out = arena_alloc(a, text.n / 4 * 3 + 2);
	if (!out)
		return -ENOMEM;
	ptrdiff_t n = b64url_decode(text, out);
	if (n < 0)
		return -EINVAL;
	*ret = str_bytes(out, (size_t)n);
	return 0;
}

void text_encode(struct buf *out, struct str bytes)
{
	if (!buf_reserve(out, bytes.n / 3 * 4 + 4))
		return;
	out->n += b64url_encode(bytes_of(bytes), bytes.n, out->p + out->n);
}

int text_member(struct arena *a, const struct cJSON *object, const char *name, struct str *ret)
{
	const struct cJSON *member = json_get(object, name);
	*ret = STR_NONE;
	if (!member)
		return 0;
	if (json_kind(member) != JSON_STRING)
		return -EINVAL;
	*ret = json_text(a, member);
	return ret->p ? 0 : -ENOMEM;
}

int text_member_decoded(
	struct arena *a, const struct cJSON *object, const char *name, struct str *ret)
{
	struct str text;
	int e = text_member(a, object, name, &text);
	*ret = STR_NONE;
	return e < 0 || !text.p ? e : text_decode(a, text, ret);
}

/* Names that "crit" must not hold, as every implementation knows them (RFC 7515, 7516, 7518). */
static bool is_registered(struct str name)
{
	static const char *const names[] = {"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t",
		"x5t#S256", "typ", "cty", "crit", "enc", "zip", "epk", "apu", "apv", "iv", "tag",
		"p2s", "p2c"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(name, str_of(names[i])))
			return true;
	return false;
}

static bool is_repeated(const struct cJSON *list, const struct cJSON *item)
{
	json_each (other, list) {
		if (other == item)
			return false;
		if (str_eq(json_raw(other), json_raw(item)))
			return true;
	}
	return false;
}

/* RFC 7515 section 4.1.11. We know no extension: what is well formed is refused all the same. */
static int check_crit(const struct cJSON *header, const struct cJSON *crit, const char **ret_why)
{
	if (json_kind(crit) != JSON_ARRAY || !json_first(crit))
		return refuse(ret_why, -EINVAL, "\"crit\" is not an array of one name or more.");
	json_each (item, crit) {
		if (json_kind(item) != JSON_STRING)
			return refuse(
				ret_why, -EINVAL, "\"crit\" holds something that is no name.");
		if (is_registered(json_raw(item)))
			return refuse(ret_why, -EINVAL,
				"\"crit\" names a header member that every implementation knows.");
		if (is_repeated(crit, item))
			return refuse(ret_why, -EINVAL, "\"crit\" names a member twice.");
		if (!json_get(header, json_raw(item).p))
			return refuse(ret_why, -EINVAL,
				"\"crit\" names a member that the header does not have.");
	}
	return refuse(ret_why, -ENOTSUP, "\"crit\" asks for an extension that is not supported.");
}

static int check_header(const struct cJSON *header, const char **ret_why)
{
	if (json_kind(header) != JSON_OBJECT)
		return refuse(ret_why, -EINVAL, "The header is not a JSON object.");
	const struct cJSON *crit = json_get(header, "crit");
	if (crit)
		return check_crit(header, crit, ret_why);
	/* without "crit" it has no meaning, but whoever wrote it thought it had */
	const struct cJSON *b64 = json_get(header, "b64");
	if (b64 && !(json_kind(b64) == JSON_BOOL && json_true(b64)))
		return refuse(ret_why, -ENOTSUP,
			"\"b64\" asks for a payload that is not encoded, which is not supported.");
	return 0;
}

int text_header(struct arena *a, struct str encoded, const struct cJSON **ret, const char **ret_why)
{
	struct str text;
	struct cJSON *header;
	struct json_fault fault;
	if (encoded.n > JOSE_HEADER_MAX)
		return refuse(ret_why, -EINVAL, "The header is too long.");
	int e = text_decode(a, encoded, &text);
	if (e == -EINVAL)
		return refuse(ret_why, e, "The header is not base64url.");
	if (e < 0)
		return e;
	e = json_parse(a, text, &header, &fault);
	if (e == -EINVAL)
		return refuse(ret_why, e, "The header is not JSON, or names a member twice.");
	if (e < 0)
		return e;
	e = check_header(header, ret_why);
	if (e == 0)
		*ret = header;
	return e;
}

void text_begin_header(
	struct buf *out, const struct alg *alg, const struct alg *enc, struct str members)
{
	buf_add(out, STR("{\"alg\":\""));
	buf_add(out, str_of(alg->name));
	if (enc) {
		buf_add(out, STR("\",\"enc\":\""));
		buf_add(out, str_of(enc->name));
	}
	buf_add_char(out, '"');
	if (members.n)
		buf_add_char(out, ',');
	buf_add(out, members);
}

int text_check_header(struct arena *a, struct str header, const char **ret_why)
{
	struct cJSON *tree;
	struct json_fault fault;
	if (header.n > JOSE_HEADER_MAX / 4 * 3)
		return refuse(ret_why, -EINVAL, "The header is too long.");
	int e = json_parse(a, header, &tree, &fault);
	if (e == -EINVAL)
		return refuse(
			ret_why, e, "The header members are not JSON, or one is there already.");
	if (e < 0)
		return e;
	if (json_get(tree, "crit") || json_get(tree, "b64") || json_get(tree, "zip"))
		return refuse(ret_why, -EINVAL, "The header members change how a token is read.");
	return 0;
}

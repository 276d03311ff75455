#include "oauth/dpop.h"

#include <errno.h>
#include <string.h>

#include "core/b64.h"
#include "core/hash.h"
#include "jose/jws.h"

#define WINDOW_S 300         /* how far the iat of a proof may be from now */
#define NONCE_DURATION_S 300 /* where the service sets none */
#define SECOND_MS 1000

struct proof {
	const struct oauth *o;
	const struct dpop_request *request;
	const struct dpop_codes *codes;
	struct refusal *why;
	struct jws jws;
	const struct cJSON *claims;
};

static int refuse(const struct proof *p, const char *code, const char *message)
{
	return refusal_set(p->o->arena, p->why, NULL, code, "invalid_dpop_proof", "%s", message);
}

static int invalid(const struct proof *p, const char *message)
{
	return refuse(p, p->codes->invalid, message);
}

/* SHA-256 in base64url; STR_NONE without memory. */
static struct str hash_text(struct arena *a, struct str s)
{
	unsigned char hash[SHA256_SIZE];
	char *text = arena_alloc(a, DPOP_THUMBPRINT_SIZE + 1);
	if (!text || hash_sha256(s, hash) < 0)
		return STR_NONE;
	size_t n = b64url_encode(hash, sizeof hash, text);
	text[n] = '\0';
	return (struct str){text, n};
}

/* ---- Header and signature ---- */

/* Whether what is no JWS for us is one but for its alg. */
static int look_for_alg(const struct proof *p)
{
	struct str part, rest;
	struct cJSON *header = NULL;
	struct json_fault fault;
	int r = -EINVAL;
	if (str_cut(p->request->proof, '.', &part, &rest)) {
		unsigned char *text = arena_alloc(p->o->arena, part.n / 4 * 3 + 2);
		ptrdiff_t n = text ? b64url_decode(part, text) : 0;
		if (!text)
			return -ENOMEM;
		if (n > 0)
			r = json_parse(p->o->arena, (struct str){(const char *)text, (size_t)n},
				&header, &fault);
	}
	if (r == -ENOMEM)
		return r;
	if (r == 0 && json_kind(header) == JSON_OBJECT && !json_get(header, "alg"))
		return refuse(p, p->codes->no_alg, "The header of the DPoP proof has no alg.");
	return invalid(p, "The DPoP proof is no JWT of three parts.");
}

static int check_header(const struct proof *p)
{
	const struct cJSON *header = p->jws.header;
	if (p->jws.alg == JOSE_UNSET || jose_is_symmetric(p->jws.alg))
		return refuse(p, p->codes->wrong_alg,
			"The alg of the DPoP proof is none for signatures that anybody can check.");
	struct str type = oauth_text(p->o->arena, header, "typ");
	if (!str_eq_nocase(type, STR("dpop+jwt")))
		return invalid(p, "The typ of the DPoP proof is not dpop+jwt.");
	const struct cJSON *jwk = json_get(header, "jwk");
	if (!jwk || json_kind(jwk) != JSON_OBJECT)
		return refuse(p, p->codes->no_key,
			"The header of the DPoP proof has no public key in jwk.");
	return 0;
}

static int check_signature(const struct proof *p, struct str *ret_thumbprint)
{
	const struct jws_rules rules = {.algs = JOSE_SIGNATURES_ASYMMETRIC};
	const char *why;
	struct jwk key = {0};
	int r = jwk_read(p->o->arena, json_get(p->jws.header, "jwk"), &key, &why);
	if (r == -ENOMEM || r == -EIO)
		return r;
	if (r < 0 || key.is_private) {
		jwk_clear(&key);
		return refuse(p, p->codes->no_key, "The jwk of the DPoP proof is no public key.");
	}
	r = jws_verify_key(&p->jws, &rules, &key, &why);
	char *text = arena_alloc(p->o->arena, DPOP_THUMBPRINT_SIZE + 1);
	if (text) {
		size_t n = b64url_encode(key.thumbprint, sizeof key.thumbprint, text);
		text[n] = '\0';
		*ret_thumbprint = (struct str){text, n};
	}
	jwk_clear(&key);
	if (!text || r == -ENOMEM || r == -EIO)
		return r < 0 ? r : -ENOMEM;
	return r < 0 ? invalid(p, "The signature of the DPoP proof is wrong.") : 0;
}

/* ---- Claims ---- */

static struct str claim(const struct proof *p, const char *name)
{
	return oauth_text(p->o->arena, p->claims, name);
}

/* Without query and fragment (RFC 9449 section 4.3). */
static struct str without_query(struct str url)
{
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] == '?' || url.p[i] == '#')
			return (struct str){url.p, i};
	return url;
}

/* How long scheme and authority are, in which case does not matter. */
static size_t origin_size(struct str url)
{
	const char *at = memmem(url.p, url.n, "://", 3);
	size_t i = at ? (size_t)(at - url.p) + 3 : 0;
	while (i < url.n && url.p[i] != '/')
		i++;
	return i;
}

static bool same_url(struct str one, struct str other)
{
	one = without_query(one);
	other = without_query(other);
	size_t n = origin_size(one);
	if (one.n != other.n || n != origin_size(other))
		return false;
	return str_eq_nocase((struct str){one.p, n}, (struct str){other.p, n}) &&
	       memcmp(one.p + n, other.p + n, one.n - n) == 0;
}

static bool is_recent(const struct proof *p)
{
	int64_t issued, now = p->o->now / SECOND_MS;
	int64_t slack = WINDOW_S + oauth_number(p->o->service, "allowableClockSkew", 0);
	const struct cJSON *item = json_get(p->claims, "iat");
	if (!item || json_kind(item) != JSON_NUMBER || !json_int(item, &issued))
		return false;
	return issued >= now - slack && issued <= now + slack;
}

static struct str nonce_of(const struct oauth *o, int64_t step)
{
	int64_t duration = oauth_number(o->service, "dpopNonceDuration", 0);
	int64_t slot = o->now / SECOND_MS / (duration > 0 ? duration : NONCE_DURATION_S) + step;
	struct str text = arena_printf(o->arena, "dpop nonce %lld of %lld: %.*s", (long long)slot,
		(long long)o->row.service_id, STR_ARGS(o->row.api_secret));
	return text.p ? hash_text(o->arena, text) : STR_NONE;
}

struct str dpop_nonce(const struct oauth *o)
{
	return nonce_of(o, 0);
}

static int check_nonce(const struct proof *p)
{
	struct str given = claim(p, "nonce"), now = nonce_of(p->o, 0), before = nonce_of(p->o, -1);
	if (!now.p || !before.p)
		return -ENOMEM;
	if (given.p && (str_eq(given, now) || str_eq(given, before)))
		return 0;
	return refusal_set(p->o->arena, p->why, NULL, p->codes->no_nonce, "use_dpop_nonce",
		"The DPoP proof must have the current nonce of the authorization server.");
}

static int check_claims(const struct proof *p)
{
	const struct dpop_request *q = p->request;
	if (!claim(p, "jti").n)
		return invalid(p, "The DPoP proof has no jti.");
	struct str method = claim(p, "htm"), url = claim(p, "htu");
	if (!method.n || (q->method.p && !str_eq(method, q->method)))
		return invalid(p, "The htm of the DPoP proof is not the method of the request.");
	if (!url.n || (q->url.p && !same_url(url, q->url)))
		return invalid(p, "The htu of the DPoP proof is not the URL of the request.");
	if (!is_recent(p))
		return invalid(p, "The iat of the DPoP proof is missing or too far from now.");
	if (q->access_token.p) {
		struct str wanted = hash_text(p->o->arena, q->access_token), hash = claim(p, "ath");
		if (!wanted.p)
			return -ENOMEM;
		if (!str_eq(wanted, hash))
			return invalid(
				p, "The ath of the DPoP proof is not for this access token.");
	}
	return q->nonce_required ? check_nonce(p) : 0;
}

int dpop_verify(const struct oauth *o, const struct dpop_request *request,
	const struct dpop_codes *codes, struct str *ret_thumbprint, struct refusal *why)
{
	struct proof p = {.o = o, .request = request, .codes = codes, .why = why};
	struct json_fault fault;
	struct cJSON *claims = NULL;
	const char *reason;
	struct str thumbprint = STR_NONE;
	*why = (struct refusal){0};
	int r = jws_parse(o->arena, request->proof, &p.jws, &reason);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return look_for_alg(&p);
	r = check_header(&p);
	if (r == 0 && !REFUSED(why))
		r = check_signature(&p, &thumbprint);
	if (r < 0 || REFUSED(why))
		return r;
	r = json_parse(o->arena, p.jws.payload, &claims, &fault);
	if (r == -EINVAL || (r == 0 && json_kind(claims) != JSON_OBJECT))
		return invalid(&p, "The payload of the DPoP proof is not a JSON object.");
	if (r < 0)
		return r;
	p.claims = claims;
	r = check_claims(&p);
	if (r == 0 && o->arena->failed)
		r = -ENOMEM;
	if (r == 0)
		*ret_thumbprint = thumbprint;
	return r;
}

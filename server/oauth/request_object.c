#include "oauth/request_object.h"

#include <errno.h>

#include "oauth/jwt.h"

#define SECOND_MS 1000
#define SHOWN_MAX 200

static int refuse(const struct oauth *o, struct refusal *why, const char *code, const char *message)
{
	return refusal_set(o->arena, why, "BAD_REQUEST", code, "invalid_request", "%s", message);
}

static int refuse_claim(const struct oauth *o, struct refusal *why, const char *code,
	const char *claim, const char *what)
{
	return refusal_set(o->arena, why, "BAD_REQUEST", code, "invalid_request",
		"%s in the request object %s.", claim, what);
}

/* ---- Before anything is verified ---- */

/* What must be inside when there is a request object (CIBA Core section 7.1.1). */
static const char *const inside_only[] = {"scope", "client_notification_token", "acr_values",
	"login_hint_token", "id_token_hint", "login_hint", "binding_message", "user_code",
	"requested_expiry", "request_context", "resource", "authorization_details"};

static int check_outside(const struct oauth *o, const struct params *p, struct refusal *why)
{
	for (size_t i = 0; i < sizeof inside_only / sizeof inside_only[0]; i++)
		if (params_get(p, inside_only[i], NULL) != PARAM_ABSENT)
			return refusal_set(o->arena, why, "BAD_REQUEST", "A167301",
				"invalid_request",
				"The request has both request and %s, which belongs inside the "
				"request object.",
				inside_only[i]);
	return 0;
}

static bool is_unsigned(const struct jws *jws)
{
	return oauth_has_value(jws->header, "alg", "none");
}

static int read_issuer(const struct oauth *o, struct request_object *object, struct refusal *why)
{
	enum jwt_claim state = jwt_text(o->arena, object->claims, "iss", &object->issuer);
	if (state == CLAIM_WRONG)
		return refuse_claim(o, why, "A167323", "iss", "is no text");
	if (object->issuer.n)
		return 0;
	return refuse_claim(o, why, "A167306", "iss", "is missing or empty");
}

int request_object_read(const struct oauth *o, const struct params *p, struct request_object *ret,
	struct refusal *why)
{
	struct request_object object = {0};
	const char *reason;
	struct str token = params_one(p, "request");
	int r = check_outside(o, p, why);
	if (r < 0 || REFUSED(why))
		return r;
	if (jwt_is_encrypted(token))
		return refuse(o, why, "A167304",
			"The request object is encrypted; CIBA takes signed ones only.");
	r = jws_parse(o->arena, token, &object.jws, &reason);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return refusal_set(o->arena, why, "BAD_REQUEST", "A167302", "invalid_request",
			"The request object is no signed JWT: %s", reason);
	if (is_unsigned(&object.jws))
		return refuse(o, why, "A167303", "The request object is not signed.");
	r = jwt_claims(o->arena, object.jws.payload, &object.claims);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return refuse(
			o, why, "A167305", "The payload of the request object is no JSON object.");
	r = read_issuer(o, &object, why);
	*ret = object;
	return r;
}

/* ---- Algorithm and signature ---- */

static int check_alg(const struct oauth *o, const struct oauth_client *client,
	struct request_object *object, struct refusal *why)
{
	enum jose_alg alg = object->jws.alg;
	struct str setting = oauth_text(o->arena, client->document, "bcRequestSignAlg");
	struct str came = jwt_show(o->arena, object->jws.header, "alg");
	if (alg != JOSE_UNSET && jose_is_symmetric(alg))
		return refuse(o, why, "A167308",
			"The request object is signed by a secret; CIBA wants a private key.");
	if (!setting.n)
		return refuse(o, why, "A167309",
			"The client may not use request objects, as its bcRequestSignAlg is not "
			"set.");
	if (alg == JOSE_UNSET || alg != jose_find_api(JOSE_SIGNATURE, setting))
		return refusal_set(o->arena, why, "BAD_REQUEST", "A167310", "invalid_request",
			"alg of the request object is %.*s, but bcRequestSignAlg of the client is "
			"%.*s.",
			STR_ARGS(came), STR_ARGS(setting));
	object->alg = jose_name(alg);
	return 0;
}

static int refuse_key(const struct oauth *o, const struct request_object *object,
	const struct jwk_set *keys, struct refusal *why)
{
	struct str kid = str_prefix(object->jws.kid, SHOWN_MAX);
	if (jwk_set_bad_count(keys))
		return refusal_set(o->arena, why, "INTERNAL_SERVER_ERROR", "A167103",
			"server_error", "A key in the client's jwks is unusable: %s",
			jwk_set_bad_at(keys, 0)->why);
	return refusal_set(o->arena, why, "BAD_REQUEST", "A167312", "invalid_request",
		"The client's jwks has no key for the request object (alg %s, kid %.*s).",
		object->alg, kid.p ? (int)kid.n : 6, kid.p ? kid.p : "absent");
}

static int verify_by_set(const struct oauth *o, const struct request_object *object,
	const struct jwk_set *keys, struct refusal *why)
{
	const char *reason;
	const struct jws_rules rules = {.algs = JOSE_BIT(object->jws.alg)};
	int r = jws_verify(&object->jws, &rules, keys, NULL, &reason);
	if (r == 0 || r == -ENOMEM || r == -EIO)
		return r;
	if (r == -EBADMSG)
		return refuse(o, why, "A167314", "The signature of the request object is wrong.");
	if (r == -ENOTUNIQ)
		return refuse(o, why, "A167313",
			"Several keys in the client's jwks fit the request object; give them kids "
			"and name one in its header.");
	return refuse_key(o, object, keys, why);
}

static int check_signature(const struct oauth *o, const struct oauth_client *client,
	const struct request_object *object, struct refusal *why)
{
	struct jwk_set *keys;
	const char *reason = "";
	int r = oauth_keys(o, client->document, "jwks", &keys, &reason);
	if (r == -ENOENT && json_get(client->document, "jwksUri"))
		return refusal_set(o->arena, why, "INTERNAL_SERVER_ERROR", "A167101",
			"server_error",
			"The client's keys are at its jwksUri, which is not fetched; register its "
			"jwks.");
	if (r == -ENOENT)
		return refuse(o, why, "A167311",
			"The request object cannot be verified, as the client has no jwks.");
	if (r == -ENOMEM || r == -EIO)
		return r;
	if (r < 0)
		return refusal_set(o->arena, why, "INTERNAL_SERVER_ERROR", "A167103",
			"server_error", "The client's jwks is unusable: %s", reason);
	r = verify_by_set(o, object, keys, why);
	jwk_set_unref(keys);
	return r;
}

/* ---- Claims ---- */

static int check_present(
	const struct oauth *o, const struct request_object *object, struct refusal *why)
{
	static const char *const required[] = {"aud", "exp", "iat", "nbf", "jti"};
	for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
		const struct cJSON *item = json_get(object->claims, required[i]);
		if (!item)
			return refuse_claim(o, why, "A167315", required[i], "is missing");
		if (json_kind(item) == JSON_NULL)
			return refuse_claim(o, why, "A167316", required[i], "is null");
	}
	return 0;
}

static int check_times(const struct oauth *o, struct request_object *object, struct refusal *why)
{
	static const char *const names[] = {"exp", "iat", "nbf"};
	int64_t at[3], skew = jwt_skew(o);
	for (size_t i = 0; i < 3; i++)
		if (jwt_time(object->claims, names[i], true, &at[i]) != CLAIM_GOOD)
			return refuse_claim(o, why, "A167317", names[i], "is no whole number");
	object->lifetime = (at[0] - at[2]) / SECOND_MS;
	if (o->now >= at[0] + skew)
		return refuse(o, why, "A167318", "The request object has expired.");
	if (at[1] > o->now + skew)
		return refuse_claim(o, why, "A167319", "iat", "is in the future");
	if (at[2] > o->now + skew)
		return refuse_claim(o, why, "A167320", "nbf", "is in the future");
	return 0;
}

static int check_audience(
	const struct oauth *o, const struct request_object *object, struct refusal *why)
{
	const struct cJSON *aud = json_get(object->claims, "aud");
	struct str issuer = oauth_text(o->arena, o->service, "issuer");
	if (jwt_is_for(object->claims, issuer))
		return 0;
	if (json_kind(aud) == JSON_STRING)
		return refuse_claim(o, why, "A167321", "aud", "is not the issuer of the service");
	if (json_kind(aud) == JSON_ARRAY)
		return refuse_claim(
			o, why, "A167324", "aud", "is a list without the issuer of the service");
	return refuse_claim(o, why, "A167323", "aud", "is no text and no list of texts");
}

static int check_types(const struct oauth *o, struct request_object *object, struct refusal *why)
{
	static const char *const outside_only[] = {
		"client_assertion", "client_assertion_type", "client_secret"};
	static const char *const texts[] = {"jti", "scope", "client_notification_token",
		"acr_values", "login_hint_token", "id_token_hint", "login_hint", "binding_message",
		"user_code"};
	struct str ignored;
	int64_t number;
	const struct cJSON *claims = object->claims, *item;
	for (size_t i = 0; i < sizeof outside_only / sizeof outside_only[0]; i++)
		if (json_get(claims, outside_only[i]))
			return refuse_claim(o, why, "A167322", outside_only[i],
				"belongs outside of it, as a parameter");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (jwt_text(o->arena, claims, texts[i], &ignored) == CLAIM_WRONG)
			return refuse_claim(o, why, "A167323", texts[i], "is no text");
	/* a number, or a text like that of the parameter */
	item = json_get(claims, "requested_expiry");
	if (item && json_kind(item) != JSON_STRING && json_kind(item) != JSON_NULL &&
		!(json_kind(item) == JSON_NUMBER && json_int(item, &number)))
		return refuse_claim(o, why, "A167317", "requested_expiry", "is no whole number");
	item = json_get(claims, "request_context");
	if (item && json_kind(item) != JSON_OBJECT)
		return refuse_claim(o, why, "A167326", "request_context", "is no JSON object");
	return 0;
}

static struct str text_of(struct arena *a, const struct cJSON *item)
{
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	if (json_kind(item) == JSON_STRING)
		return json_text(a, item);
	json_put_tree(&w, item);
	return buf_str(&out);
}

int request_object_verify(const struct oauth *o, const struct oauth_client *client,
	struct request_object *object, struct refusal *why)
{
	int r = check_alg(o, client, object, why);
	if (r == 0 && !REFUSED(why))
		r = check_signature(o, client, object, why);
	if (r == 0 && !REFUSED(why))
		r = check_present(o, object, why);
	if (r == 0 && !REFUSED(why))
		r = check_times(o, object, why);
	if (r == 0 && !REFUSED(why))
		r = check_audience(o, object, why);
	if (r == 0 && !REFUSED(why))
		r = check_types(o, object, why);
	const struct cJSON *context = json_get(object->claims, "request_context");
	if (r == 0 && !REFUSED(why) && context)
		object->context = text_of(o->arena, context);
	return o->arena->failed ? -ENOMEM : r;
}

/* ---- As parameters ---- */

/* Claims of the JWT itself, and parameters that count outside alone. */
static bool is_parameter(struct str name)
{
	static const char *const others[] = {"iss", "aud", "exp", "iat", "nbf", "jti", "sub",
		"client_id", "request", "request_uri"};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (str_eq(name, str_of(others[i])))
			return false;
	return true;
}

static size_t count_values(const struct cJSON *claims)
{
	size_t n = 0;
	json_each (item, claims)
		n += json_kind(item) == JSON_ARRAY ? json_count(item) + 1 : 1;
	return n;
}

int request_object_params(
	const struct oauth *o, const struct request_object *object, struct params *ret)
{
	struct params p = {0};
	size_t most = count_values(object->claims);
	p.at = arena_alloc(o->arena, (most ? most : 1) * sizeof *p.at);
	if (!p.at)
		return -ENOMEM;
	json_each (item, object->claims) {
		struct str name = json_decode(o->arena, json_name(item));
		if (!is_parameter(name) || json_kind(item) == JSON_NULL)
			continue;
		if (json_kind(item) == JSON_ARRAY && str_eq(name, STR("resource"))) {
			json_each (value, item)
				p.at[p.n++] = (struct param){name, text_of(o->arena, value)};
			continue;
		}
		p.at[p.n++] = (struct param){name, text_of(o->arena, item)};
	}
	if (o->arena->failed)
		return -ENOMEM;
	*ret = p;
	return 0;
}

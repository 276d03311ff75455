/* What the authorization server tells of the user's decision. */
#include <errno.h>

#include "oauth/ciba.h"

#define SUBJECT_MAX 100 /* characters, as for the other operations that take a subject */

struct reading {
	const struct oauth *o;
	const struct cJSON *in;
	bool authorized;
	struct ciba_result *out;
	struct refusal *why;
};

static int refuse_with(struct reading *r, const char *code, const char *message)
{
	return refusal_set(r->o->arena, r->why, NULL, code, NULL, "%s", message);
}

/* A text; empty counts as absent. */
static struct str text_of(struct reading *r, const char *name)
{
	struct str text = oauth_text(r->o->arena, r->in, name);
	return text.n ? text : STR_NONE;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* A subject that comes with a denial says nothing: some callers always send one. */
static int read_subject(struct reading *r)
{
	struct str subject = text_of(r, "subject");
	if (!r->authorized)
		return 0;
	if (!subject.n)
		return refuse_with(
			r, "A188201", "The result is AUTHORIZED, but there is no subject.");
	if (str_code_points(subject) > SUBJECT_MAX)
		return refuse_with(r, "A188202", "subject has more than 100 characters.");
	if (!is_ascii(subject))
		return refuse_with(r, "A188203", "subject has a character that is not ASCII.");
	r->out->subject = subject;
	return 0;
}

static int read_sub(struct reading *r)
{
	r->out->sub = text_of(r, "sub");
	return is_ascii(r->out->sub)
		       ? 0
		       : refuse_with(r, "A189202", "sub has a character that is not ASCII.");
}

/* A JSON object within a string. */
static int read_object(struct reading *r, const char *name, const struct cJSON **ret,
	const char *code, const char *message)
{
	struct json_fault fault;
	struct cJSON *tree = NULL;
	struct str text = text_of(r, name);
	int e = text.n ? json_parse(r->o->arena, text, &tree, &fault) : 0;
	if (e == -EINVAL || (tree && json_kind(tree) != JSON_OBJECT))
		return refuse_with(r, code, message);
	*ret = tree;
	return e;
}

static int read_claims(struct reading *r)
{
	return read_object(
		r, "claims", &r->out->claims, "A190201", "The text in claims is no JSON object.");
}

static int read_properties(struct reading *r)
{
	r->out->properties = json_get(r->in, "properties");
	if (!r->out->properties || properties_fit(r->o->arena, r->out->properties))
		return 0;
	return r->o->arena->failed
		       ? -ENOMEM
		       : refuse_with(r, "A191201", "The properties are too large together.");
}

static int read_error(struct reading *r)
{
	if (r->authorized)
		return 0;
	r->out->error_description = text_of(r, "errorDescription");
	r->out->error_uri = text_of(r, "errorUri");
	return is_ascii(r->out->error_uri)
		       ? 0
		       : refuse_with(r, "A193203", "errorUri has a character that is not ASCII.");
}

static int read_acr(struct reading *r)
{
	r->out->acr = text_of(r, "acr");
	return is_ascii(r->out->acr)
		       ? 0
		       : refuse_with(r, "A194202", "acr has a character that is not ASCII.");
}

static int read_numbers(struct reading *r)
{
	struct ciba_result *out = r->out;
	out->auth_time = oauth_number(r->in, "authTime", 0);
	out->access_duration = oauth_number(r->in, "accessTokenDuration", 0);
	out->refresh_duration = oauth_number(r->in, "refreshTokenDuration", 0);
	if (out->access_duration < 0)
		out->access_duration = 0;
	if (out->refresh_duration < 0)
		out->refresh_duration = 0;
	return out->auth_time >= 0 ? 0 : refuse_with(r, "A195201", "authTime is less than 0.");
}

static int read_id_header(struct reading *r)
{
	return read_object(r, "idtHeaderParams", &r->out->id_header, "A256201",
		"The text in idtHeaderParams is no JSON object.");
}

static int read_jwt_claims(struct reading *r)
{
	return read_object(r, "jwtAtClaims", &r->out->jwt_claims, "A196205",
		"No access token can be made with jwtAtClaims: it is no JSON object.");
}

static int (*const readers[])(struct reading *) = {
	read_subject,
	read_sub,
	read_claims,
	read_properties,
	read_error,
	read_acr,
	read_numbers,
	read_id_header,
	read_jwt_claims,
};

int ciba_result_check(const struct oauth *o, const struct cJSON *in, bool authorized,
	struct ciba_result *ret, struct refusal *why)
{
	*ret = (struct ciba_result){
		.scopes = json_get(in, "scopes"),
		.consented_claims = json_get(in, "consentedClaims"),
	};
	struct reading r = {o, in, authorized, ret, why};
	ret->id_audience_type = text_of(&r, "idTokenAudType");
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
		int e = readers[i](&r);
		if (e < 0 || REFUSED(why))
			return e;
	}
	return o->arena->failed ? -ENOMEM : 0;
}

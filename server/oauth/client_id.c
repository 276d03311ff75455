/* Which client a request names, and how each API says that it names none. */
#include <errno.h>

#include "jose/jws.h"
#include "oauth/client_auth.h"
#include "oauth/jwt.h"

#define SHOWN_MAX 200

/* In the order of enum client_fault; where Authlete has no code of its own for a fault, the nearest
 * stands. */

const struct client_auth_api client_auth_backchannel = {
	.unauthenticated = "UNAUTHORIZED",
	.bad_request = "BAD_REQUEST",
	.fault = "INTERNAL_SERVER_ERROR",
	.endpoint = "backchannelAuthenticationEndpoint",
	.ids_in_request_object = true,
	.codes =
		{
			[CLIENT_ID_REPEATED] = {"A166304", false},
			[CLIENT_ID_EMPTY] = {"A166303", false},
			[CLIENT_ASSERTION_REPEATED] = {"A158305", true},
			[CLIENT_ASSERTION_UNPARSABLE] = {"A168301", true},
			[CLIENT_ASSERTION_WITHOUT_ISSUER] = {"A168302", true},
			[CLIENT_BASIC_PARAM_DIFFER] = {"A168303", false},
			[CLIENT_OBJECT_PARAM_DIFFER] = {"A168304", false},
			[CLIENT_ASSERTION_PARAM_DIFFER] = {"A168305", false},
			[CLIENT_BASIC_OBJECT_DIFFER] = {"A168306", false},
			[CLIENT_BASIC_ASSERTION_DIFFER] = {"A168307", false},
			[CLIENT_OBJECT_ASSERTION_DIFFER] = {"A168308", false},
			[CLIENT_UNNAMED] = {"A168309", true},
			[CLIENT_UNKNOWN_ID] = {"A168310", true},
			[CLIENT_UNKNOWN_ALIAS] = {"A168310", true},
			[CLIENT_UNKNOWN_ISSUER] = {"A168310", true},
			[CLIENT_ALIAS_OFF] = {"A168310", true},
			[CLIENT_LOCKED] = {"A168310", true},
		},
};

const struct client_auth_api client_auth_token = {
	.unauthenticated = "INVALID_CLIENT",
	.bad_request = "BAD_REQUEST",
	.fault = "INTERNAL_SERVER_ERROR",
	.codes =
		{
			[CLIENT_ID_REPEATED] = {"A244301", false},
			[CLIENT_ID_EMPTY] = {"A048302", false},
			[CLIENT_ASSERTION_REPEATED] = {"A244302", false},
			[CLIENT_ASSERTION_UNPARSABLE] = {"A244303", true},
			[CLIENT_ASSERTION_WITHOUT_ISSUER] = {"A244304", true},
			[CLIENT_BASIC_PARAM_DIFFER] = {"A048312", false},
			[CLIENT_OBJECT_PARAM_DIFFER] = {"A048312", false},
			[CLIENT_ASSERTION_PARAM_DIFFER] = {"A048312", false},
			[CLIENT_BASIC_OBJECT_DIFFER] = {"A048312", false},
			[CLIENT_BASIC_ASSERTION_DIFFER] = {"A048312", false},
			[CLIENT_OBJECT_ASSERTION_DIFFER] = {"A048312", false},
			[CLIENT_UNNAMED] = {"A244305", false},
			[CLIENT_UNKNOWN_ID] = {"A048304", true},
			[CLIENT_UNKNOWN_ALIAS] = {"A048323", true},
			[CLIENT_UNKNOWN_ISSUER] = {"A244306", true},
			[CLIENT_ALIAS_OFF] = {"A244307", true},
			[CLIENT_LOCKED] = {"A048307", true},
		},
};

const struct client_auth_api client_auth_revocation = {
	.unauthenticated = "INVALID_CLIENT",
	.bad_request = "BAD_REQUEST",
	.fault = "INTERNAL_SERVER_ERROR",
	.endpoint = "revocationEndpoint",
	.codes =
		{
			[CLIENT_ID_REPEATED] = {"A114303", true},
			[CLIENT_ID_EMPTY] = {"A114302", true},
			[CLIENT_ASSERTION_REPEATED] = {"A158305", true},
			[CLIENT_ASSERTION_UNPARSABLE] = {"A157312", true},
			[CLIENT_ASSERTION_WITHOUT_ISSUER] = {"A157315", true},
			[CLIENT_BASIC_PARAM_DIFFER] = {"A114312", true},
			[CLIENT_OBJECT_PARAM_DIFFER] = {"A114312", true},
			[CLIENT_ASSERTION_PARAM_DIFFER] = {"A114312", true},
			[CLIENT_BASIC_OBJECT_DIFFER] = {"A114312", true},
			[CLIENT_BASIC_ASSERTION_DIFFER] = {"A114312", true},
			[CLIENT_OBJECT_ASSERTION_DIFFER] = {"A114312", true},
			[CLIENT_UNNAMED] = {"A114301", true},
			[CLIENT_UNKNOWN_ID] = {"A114304", true},
			[CLIENT_UNKNOWN_ALIAS] = {"A114314", true},
			[CLIENT_UNKNOWN_ISSUER] = {"A114314", true},
			[CLIENT_ALIAS_OFF] = {"A114315", true},
			[CLIENT_LOCKED] = {"A114307", true},
		},
};

const struct client_auth_api client_auth_device = {
	.unauthenticated = "UNAUTHORIZED",
	.bad_request = "BAD_REQUEST",
	.fault = "INTERNAL_SERVER_ERROR",
	.endpoint = "deviceAuthorizationEndpoint",
	.codes =
		{
			[CLIENT_ID_REPEATED] = {"A166304", false},
			[CLIENT_ID_EMPTY] = {"A166303", false},
			[CLIENT_ASSERTION_REPEATED] = {"A158305", true},
			[CLIENT_ASSERTION_UNPARSABLE] = {"A218301", true},
			[CLIENT_ASSERTION_WITHOUT_ISSUER] = {"A218302", true},
			[CLIENT_BASIC_PARAM_DIFFER] = {"A218303", false},
			[CLIENT_OBJECT_PARAM_DIFFER] = {"A218304", false},
			[CLIENT_ASSERTION_PARAM_DIFFER] = {"A218304", false},
			[CLIENT_BASIC_OBJECT_DIFFER] = {"A218303", false},
			[CLIENT_BASIC_ASSERTION_DIFFER] = {"A218303", false},
			[CLIENT_OBJECT_ASSERTION_DIFFER] = {"A218304", false},
			[CLIENT_UNNAMED] = {"A166302", false},
			[CLIENT_UNKNOWN_ID] = {"A218305", true},
			[CLIENT_UNKNOWN_ALIAS] = {"A218305", true},
			[CLIENT_UNKNOWN_ISSUER] = {"A218305", true},
			[CLIENT_ALIAS_OFF] = {"A218305", true},
			[CLIENT_LOCKED] = {"A218305", true},
		},
};

const struct client_auth_api client_auth_par = {
	.unauthenticated = "UNAUTHORIZED",
	.bad_request = "BAD_REQUEST",
	.fault = "INTERNAL_SERVER_ERROR",
	.endpoint = "pushedAuthReqEndpoint",
	.codes =
		{
			[CLIENT_ID_REPEATED] = {"A010303", false},
			[CLIENT_ID_EMPTY] = {"A247306", true},
			[CLIENT_ASSERTION_REPEATED] = {"A158305", true},
			[CLIENT_ASSERTION_UNPARSABLE] = {"A247301", true},
			[CLIENT_ASSERTION_WITHOUT_ISSUER] = {"A247302", true},
			[CLIENT_BASIC_PARAM_DIFFER] = {"A247303", false},
			[CLIENT_OBJECT_PARAM_DIFFER] = {"A247303", false},
			[CLIENT_ASSERTION_PARAM_DIFFER] = {"A247304", false},
			[CLIENT_BASIC_OBJECT_DIFFER] = {"A247303", false},
			[CLIENT_BASIC_ASSERTION_DIFFER] = {"A247305", false},
			[CLIENT_OBJECT_ASSERTION_DIFFER] = {"A247305", false},
			[CLIENT_UNNAMED] = {"A247306", true},
			[CLIENT_UNKNOWN_ID] = {"A247307", true},
			[CLIENT_UNKNOWN_ALIAS] = {"A247307", true},
			[CLIENT_UNKNOWN_ISSUER] = {"A247307", true},
			[CLIENT_ALIAS_OFF] = {"A247307", true},
			[CLIENT_LOCKED] = {"A010307", false},
		},
};

/* %.*s: the identifier */
static const char *const sentences[CLIENT_FAULTS] = {
	[CLIENT_ID_REPEATED] = "The request has the parameter client_id more than once.",
	[CLIENT_ID_EMPTY] = "The parameter client_id is empty.",
	[CLIENT_ASSERTION_REPEATED] = "The request has client_assertion more than once.",
	[CLIENT_ASSERTION_UNPARSABLE] =
		"Only client_assertion could name the client, and it is no signed JWT.",
	[CLIENT_ASSERTION_WITHOUT_ISSUER] =
		"Only client_assertion could name the client, and it has no iss.",
	[CLIENT_BASIC_PARAM_DIFFER] =
		"The Authorization header and the parameter client_id name different clients.",
	[CLIENT_OBJECT_PARAM_DIFFER] =
		"iss of the request object and the parameter client_id name different clients.",
	[CLIENT_ASSERTION_PARAM_DIFFER] =
		"iss of client_assertion and the parameter client_id name different clients.",
	[CLIENT_BASIC_OBJECT_DIFFER] =
		"The Authorization header and iss of the request object name another client.",
	[CLIENT_BASIC_ASSERTION_DIFFER] =
		"The Authorization header and iss of client_assertion name different clients.",
	[CLIENT_OBJECT_ASSERTION_DIFFER] =
		"iss of the request object and iss of client_assertion name different clients.",
	[CLIENT_UNNAMED] = "Nothing in the request names the client; a parameter client_id would.",
	[CLIENT_UNKNOWN_ID] = "This service has no client with the id %.*s.",
	[CLIENT_UNKNOWN_ALIAS] = "This service has no client with the id or alias %.*s.",
	[CLIENT_UNKNOWN_ISSUER] =
		"This service has no client with the id %.*s, the iss of the assertion.",
	[CLIENT_ALIAS_OFF] =
		"The request names the client by its alias %.*s, but aliases are switched off.",
	[CLIENT_LOCKED] = "The client %.*s is locked.",
};

int client_auth_refuse(const struct oauth *o, const struct client_auth_api *api,
	enum client_fault fault, struct str identifier, struct refusal *why)
{
	const struct client_code *row = &api->codes[fault];
	struct buf message = buf_make(o->arena, SIZE_MAX);
	struct str sentence = str_of(sentences[fault]), before, after;
	/* the identifier is the client's text, which a format should not meet */
	if (str_cut(sentence, '%', &before, &after)) {
		buf_add(&message, before);
		buf_add_char(&message, '"');
		buf_add(&message, str_prefix(identifier, SHOWN_MAX));
		buf_add_char(&message, '"');
		buf_add(&message, (struct str){after.p + 3, after.n - 3});
	} else {
		buf_add(&message, sentence);
	}
	*why = (struct refusal){
		.action = row->client_unknown ? api->unauthenticated : api->bad_request,
		.code = row->code,
		.error = row->client_unknown ? "invalid_client" : "invalid_request",
		.message = buf_str(&message),
	};
	return message.failed ? -ENOMEM : 0;
}

/* iss of a signed JWT of which nothing is verified yet. -EINVAL: it is none; -ENOENT: it has no
 * such claim. */
static int read_issuer(struct arena *a, struct str token, struct str *ret)
{
	struct jws jws;
	const struct cJSON *claims;
	const char *reason;
	int r = jws_parse(a, token, &jws, &reason);
	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	r = jwt_claims(a, jws.payload, &claims);
	if (r < 0)
		return r == -ENOMEM ? r : -ENOENT;
	jwt_text(a, claims, "iss", ret);
	return a->failed ? -ENOMEM : ret->n ? 0 : -ENOENT;
}

/* Who may name the client, in the order of trust. */
enum source { BASIC, PARAM, OBJECT, ASSERTION, SOURCES };

static const enum client_fault differences[SOURCES][SOURCES] = {
	[BASIC] = {[PARAM] = CLIENT_BASIC_PARAM_DIFFER,
		[OBJECT] = CLIENT_BASIC_OBJECT_DIFFER,
		[ASSERTION] = CLIENT_BASIC_ASSERTION_DIFFER},
	[PARAM] = {[OBJECT] = CLIENT_OBJECT_PARAM_DIFFER,
		[ASSERTION] = CLIENT_ASSERTION_PARAM_DIFFER},
	[OBJECT] = {[ASSERTION] = CLIENT_OBJECT_ASSERTION_DIFFER},
};

struct names {
	struct str by[SOURCES];
};

/* *ret: the fault, or CLIENT_FAULTS for none. */
static int read_names(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials, struct names *ret,
	enum client_fault *ret_fault)
{
	struct names names = {0};
	struct str assertion;
	int r = 0;
	enum param_state state = params_get(p, "client_id", &names.by[PARAM]);
	if (state == PARAM_REPEATED || state == PARAM_EMPTY) {
		*ret_fault = state == PARAM_EMPTY ? CLIENT_ID_EMPTY : CLIENT_ID_REPEATED;
		return 0;
	}
	if (params_get(p, "client_assertion", &assertion) == PARAM_REPEATED) {
		*ret_fault = CLIENT_ASSERTION_REPEATED;
		return 0;
	}
	names.by[BASIC] = credentials->client_id;
	struct str object = params_one(p, "request");
	if (api->ids_in_request_object && object.n)
		r = read_issuer(o->arena, object, &names.by[OBJECT]);
	if (r == -ENOMEM)
		return r;
	r = assertion.n ? read_issuer(o->arena, assertion, &names.by[ASSERTION]) : 0;
	if (r == -ENOMEM)
		return r;
	/* what is wrong with an assertion is for authentication to say, if it comes to that */
	bool needed = !names.by[BASIC].n && !names.by[PARAM].n && !names.by[OBJECT].n;
	*ret_fault = r == 0 || !needed ? CLIENT_FAULTS
		     : r == -EINVAL    ? CLIENT_ASSERTION_UNPARSABLE
				       : CLIENT_ASSERTION_WITHOUT_ISSUER;
	*ret = names;
	return 0;
}

static enum client_fault compare(const struct names *names, struct str *ret)
{
	int first = -1;
	for (int i = 0; i < SOURCES; i++) {
		if (!names->by[i].n)
			continue;
		if (first >= 0 && !str_eq(names->by[first], names->by[i]))
			return differences[first][i];
		if (first < 0)
			first = i;
	}
	if (first < 0)
		return CLIENT_UNNAMED;
	*ret = names->by[first];
	return CLIENT_FAULTS;
}

int client_auth_identify(const struct oauth *o, const struct client_auth_api *api,
	const struct params *p, const struct client_credentials *credentials,
	struct str *ret_identifier, struct refusal *why)
{
	struct names names = {0};
	struct str identifier = STR_NONE;
	enum client_fault fault = CLIENT_FAULTS;
	int r = read_names(o, api, p, credentials, &names, &fault);
	if (r == 0 && fault == CLIENT_FAULTS)
		fault = compare(&names, &identifier);
	*ret_identifier = identifier;
	if (r < 0 || fault == CLIENT_FAULTS)
		return r;
	return client_auth_refuse(o, api, fault, STR_NONE, why);
}

/* Aliases are off only where it is said. */
static bool alias_off(const struct cJSON *document)
{
	const struct cJSON *item = json_get(document, "clientIdAliasEnabled");
	return item && !json_true(item);
}

int client_auth_usable(const struct oauth *o, const struct client_auth_api *api,
	const struct oauth_client *client, struct str identifier, struct refusal *why)
{
	bool own_off = o->v2 && !client->row.alias_enabled; /* 3.0 has no such switch */
	if (client->alias_used && (own_off || alias_off(o->service)))
		return client_auth_refuse(o, api, CLIENT_ALIAS_OFF, identifier, why);
	if (client->row.locked)
		return client_auth_refuse(o, api, CLIENT_LOCKED, identifier, why);
	return 0;
}

#include "oauth/metadata.h"

#include <errno.h>

#include "jose/jwk.h"
#include "oauth/token.h"

#define TEXT_MAX ((size_t)4 << 20)

struct source {
	const struct oauth *o;
	struct buf *out;
	struct json_writer *w;
	uint64_t signing; /* what the service's own keys can sign by, as bits of enum jose_alg */
};

struct row;
typedef void (*put_function)(struct source *s, const struct row *row);

/* One member of the document. put writes it, or nothing where there is nothing to say. */
struct row {
	const char *name; /* in the document */
	put_function put;
	const char *from;      /* the member of the service it is made of; NULL: none */
	const char *otherwise; /* JSON where the service says nothing; NULL: it is left out */
	uint64_t algs;         /* put_algs, put_own_algs */
	bool none;             /* they include "none" */
};

/* ---- Values as the service has them ---- */

static void put_constant(struct source *s, const struct row *row)
{
	json_put_name(s->w, row->name);
	json_put_raw(s->w, str_of(row->otherwise));
}

static void put_otherwise(struct source *s, const struct row *row)
{
	if (row->otherwise)
		put_constant(s, row);
}

static void put_text(struct source *s, const struct row *row)
{
	struct str text = oauth_text(s->o->arena, s->o->service, row->from);
	if (text.n)
		json_member_str(s->w, row->name, text);
}

static void put_flag(struct source *s, const struct row *row)
{
	json_member_bool(s->w, row->name, oauth_flag(s->o->service, row->from));
}

static void put_not_flag(struct source *s, const struct row *row)
{
	json_member_bool(s->w, row->name, !oauth_flag(s->o->service, row->from));
}

static void put_flag_if_set(struct source *s, const struct row *row)
{
	if (oauth_flag(s->o->service, row->from))
		json_member_bool(s->w, row->name, true);
}

/* ---- Lists ---- */

static const struct cJSON *list_of(const struct source *s, const char *member)
{
	const struct cJSON *list = json_get(s->o->service, member);
	return list && json_kind(list) == JSON_ARRAY && json_first(list) ? list : NULL;
}

static struct str same(struct arena *a, const struct cJSON *item)
{
	return json_text(a, item);
}

/* The enumerations of the API are the names of the standards in capitals. */
static struct str lower(struct arena *a, const struct cJSON *item)
{
	struct str name = json_raw(item);
	char *p = arena_alloc(a, name.n + 1);
	if (!p)
		return STR_NONE;
	for (size_t i = 0; i < name.n; i++)
		p[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] - 'A' + 'a'
								   : name.p[i]);
	return (struct str){p, name.n};
}

static struct str name_of(struct arena *a, const struct cJSON *item)
{
	return oauth_text(a, item, "name");
}

static struct str grant_type(struct arena *a, const struct cJSON *item)
{
	const char *wire = grant_wire_name(json_raw(item));
	return wire ? str_of(wire) : lower(a, item);
}

static struct str response_type(struct arena *a, const struct cJSON *item)
{
	static const struct {
		struct str api, wire;
	} names[] = {
		{STR("ID_TOKEN"), STR("id_token")},
		{STR("CODE_TOKEN"), STR("code token")},
		{STR("CODE_ID_TOKEN"), STR("code id_token")},
		{STR("ID_TOKEN_TOKEN"), STR("id_token token")},
		{STR("CODE_ID_TOKEN_TOKEN"), STR("code id_token token")},
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(names[i].api, json_raw(item)))
			return names[i].wire;
	return lower(a, item);
}

static void put_list(struct source *s, const struct row *row,
	struct str (*word)(struct arena *a, const struct cJSON *item))
{
	const struct cJSON *list = list_of(s, row->from);
	if (!list) {
		put_otherwise(s, row);
		return;
	}
	json_put_name(s->w, row->name);
	json_open(s->w, '[');
	json_each (item, list)
		json_put_str(s->w, word(s->o->arena, item));
	json_close(s->w, ']');
}

static void put_words(struct source *s, const struct row *row)
{
	put_list(s, row, same);
}

static void put_lower(struct source *s, const struct row *row)
{
	put_list(s, row, lower);
}

static void put_names(struct source *s, const struct row *row)
{
	put_list(s, row, name_of);
}

static void put_grants(struct source *s, const struct row *row)
{
	put_list(s, row, grant_type);
}

static void put_responses(struct source *s, const struct row *row)
{
	put_list(s, row, response_type);
}

static void put_has(struct source *s, const struct row *row)
{
	if (list_of(s, row->from))
		json_member_bool(s->w, row->name, true);
}

/* [{"name","uri"}] as an object (RFC 8705 section 5). */
static void put_uris(struct source *s, const struct row *row)
{
	const struct cJSON *list = list_of(s, row->from);
	if (!list)
		return;
	json_put_name(s->w, row->name);
	struct cJSON *object = json_new_object(s->o->arena);
	json_each (item, list)
		json_add(s->o->arena, object, name_of(s->o->arena, item),
			json_new_string(s->o->arena, oauth_text(s->o->arena, item, "uri")));
	if (!s->o->arena->failed)
		json_put_tree(s->w, object);
}

/* Only where the grant has an endpoint for it. */
static void put_where(struct source *s, const struct row *row)
{
	if (oauth_text(s->o->arena, s->o->service, row->from).n)
		put_constant(s, row);
}

/* ---- Algorithms ---- */

static void put_algorithms(struct source *s, const struct row *row, uint64_t algs)
{
	json_put_name(s->w, row->name);
	json_open(s->w, '[');
	if (row->none)
		json_put_str(s->w, STR("none"));
	for (enum jose_alg alg = JOSE_UNSET; alg < JOSE_ALGS; alg++)
		if (algs & JOSE_BIT(alg))
			json_put_str(s->w, str_of(jose_name(alg)));
	json_close(s->w, ']');
}

static void put_algs(struct source *s, const struct row *row)
{
	put_algorithms(s, row, row->algs);
}

/* Those among them that the service has keys for; secrets are the clients'. */
static void put_own_algs(struct source *s, const struct row *row)
{
	put_algorithms(s, row, row->algs & (s->signing | ~JOSE_SIGNATURES_ASYMMETRIC));
}

static uint64_t signing_algs(const struct jwk_set *keys)
{
	uint64_t found = 0;
	const char *why;
	for (size_t i = 0; i < jwk_set_count(keys); i++)
		for (enum jose_alg alg = JOSE_RS256; alg <= JOSE_EDDSA; alg++)
			if (jwk_fits(jwk_set_at(keys, i), alg, JOSE_UNSET, JWK_SIGN, &why) == 0)
				found |= JOSE_BIT(alg);
	return found;
}

/* ---- Which member of the service becomes which of the document ---- */

#define MODES                                                                                      \
	"[\"query\",\"fragment\",\"form_post\",\"query.jwt\",\"fragment.jwt\","                    \
	"\"form_post.jwt\",\"jwt\"]"
#define PROMPTS "[\"none\",\"login\",\"consent\",\"select_account\",\"create\"]"
#define GRANTS "[\"authorization_code\",\"refresh_token\"]"
#define ACTIONS "[\"create\",\"query\",\"replace\",\"revoke\",\"merge\"]"

/* clang-format off */
static const struct row rows[] = {
	{.name = "issuer", put_text, "issuer"},
	{.name = "authorization_endpoint", put_text, "authorizationEndpoint"},
	{.name = "token_endpoint", put_text, "tokenEndpoint"},
	{.name = "userinfo_endpoint", put_text, "userInfoEndpoint"},
	{.name = "jwks_uri", put_text, "jwksUri"},
	{.name = "signed_jwks_uri", put_text, "signedJwksUri"},
	{.name = "registration_endpoint", put_text, "registrationEndpoint"},
	{.name = "scopes_supported", put_names, "supportedScopes"},
	{.name = "response_types_supported", put_responses, "supportedResponseTypes", "[]"},
	{.name = "response_modes_supported", put_constant, .otherwise = MODES},
	{.name = "grant_types_supported", put_grants, "supportedGrantTypes", GRANTS},
	{.name = "acr_values_supported", put_words, "supportedAcrs"},
	{.name = "subject_types_supported", put_constant, .otherwise = "[\"public\",\"pairwise\"]"},
	{.name = "id_token_signing_alg_values_supported", put_own_algs, .algs = JOSE_SIGNATURES},
	{.name = "id_token_encryption_alg_values_supported", put_algs, .algs = JOSE_KEY_MANAGEMENTS},
	{.name = "id_token_encryption_enc_values_supported", put_algs, .algs = JOSE_CONTENTS},
	{.name = "userinfo_signing_alg_values_supported", put_own_algs, .algs = JOSE_SIGNATURES, .none = true},
	{.name = "userinfo_encryption_alg_values_supported", put_algs, .algs = JOSE_KEY_MANAGEMENTS},
	{.name = "userinfo_encryption_enc_values_supported", put_algs, .algs = JOSE_CONTENTS},
	{.name = "request_object_signing_alg_values_supported", put_algs, .algs = JOSE_SIGNATURES, .none = true},
	{.name = "request_object_encryption_alg_values_supported", put_algs, .algs = JOSE_KEY_MANAGEMENTS},
	{.name = "request_object_encryption_enc_values_supported", put_algs, .algs = JOSE_CONTENTS},
	{.name = "authorization_signing_alg_values_supported", put_own_algs, .algs = JOSE_SIGNATURES},
	{.name = "authorization_encryption_alg_values_supported", put_algs, .algs = JOSE_KEY_MANAGEMENTS},
	{.name = "authorization_encryption_enc_values_supported", put_algs, .algs = JOSE_CONTENTS},
	{.name = "token_endpoint_auth_methods_supported", put_lower, "supportedTokenAuthMethods", "[]"},
	{.name = "token_endpoint_auth_signing_alg_values_supported", put_algs, .algs = JOSE_SIGNATURES},
	{.name = "display_values_supported", put_lower, "supportedDisplays"},
	{.name = "claim_types_supported", put_lower, "supportedClaimTypes"},
	{.name = "claims_supported", put_words, "supportedClaims"},
	{.name = "claims_locales_supported", put_words, "supportedClaimLocales"},
	{.name = "ui_locales_supported", put_words, "supportedUiLocales"},
	{.name = "service_documentation", put_text, "serviceDocumentation"},
	{.name = "claims_parameter_supported", put_constant, .otherwise = "true"},
	{.name = "request_parameter_supported", put_constant, .otherwise = "true"},
	{.name = "request_uri_parameter_supported", put_constant, .otherwise = "true"},
	{.name = "require_request_uri_registration", put_constant, .otherwise = "true"},
	{.name = "op_policy_uri", put_text, "policyUri"},
	{.name = "op_tos_uri", put_text, "tosUri"},
	{.name = "code_challenge_methods_supported", put_constant, .otherwise = "[\"plain\",\"S256\"]"},
	{.name = "prompt_values_supported", put_lower, "supportedPromptValues", PROMPTS},
	{.name = "revocation_endpoint", put_text, "revocationEndpoint"},
	{.name = "revocation_endpoint_auth_methods_supported", put_lower, "supportedRevocationAuthMethods"},
	{.name = "revocation_endpoint_auth_signing_alg_values_supported", put_algs, .algs = JOSE_SIGNATURES},
	{.name = "introspection_endpoint", put_text, "introspectionEndpoint"},
	{.name = "introspection_endpoint_auth_methods_supported", put_lower, "supportedIntrospectionAuthMethods"},
	{.name = "introspection_endpoint_auth_signing_alg_values_supported", put_algs, .algs = JOSE_SIGNATURES},
	{.name = "introspection_signing_alg_values_supported", put_own_algs, .algs = JOSE_SIGNATURES},
	{.name = "introspection_encryption_alg_values_supported", put_algs, .algs = JOSE_KEY_MANAGEMENTS},
	{.name = "introspection_encryption_enc_values_supported", put_algs, .algs = JOSE_CONTENTS},
	{.name = "tls_client_certificate_bound_access_tokens", put_flag, "tlsClientCertificateBoundAccessTokens"},
	{.name = "mtls_endpoint_aliases", put_uris, "mtlsEndpointAliases"},
	{.name = "dpop_signing_alg_values_supported", put_algs, .algs = JOSE_SIGNATURES_ASYMMETRIC},
	{.name = "pushed_authorization_request_endpoint", put_text, "pushedAuthReqEndpoint"},
	{.name = "require_pushed_authorization_requests", put_flag, "parRequired"},
	{.name = "require_signed_request_object", put_flag, "requestObjectRequired"},
	{.name = "authorization_response_iss_parameter_supported", put_not_flag, "issSuppressed"},
	{.name = "authorization_details_types_supported", put_words, "supportedAuthorizationDetailsTypes"},
	{.name = "device_authorization_endpoint", put_text, "deviceAuthorizationEndpoint"},
	{.name = "backchannel_authentication_endpoint", put_text, "backchannelAuthenticationEndpoint"},
	{.name = "backchannel_token_delivery_modes_supported", put_lower, "supportedBackchannelTokenDeliveryModes"},
	{.name = "backchannel_authentication_request_signing_alg_values_supported", put_algs, .algs = JOSE_SIGNATURES_ASYMMETRIC},
	{.name = "backchannel_user_code_parameter_supported", put_flag, "backchannelUserCodeParameterSupported"},
	{.name = "grant_management_endpoint", put_text, "grantManagementEndpoint"},
	{.name = "grant_management_actions_supported", put_where, "grantManagementEndpoint", ACTIONS},
	{.name = "grant_management_action_required", put_flag, "grantManagementActionRequired"},
	{.name = "end_session_endpoint", put_text, "endSessionEndpoint"},
	{.name = "native_sso_supported", put_flag, "nativeSsoSupported"},
	{.name = "organization_name", put_text, "organizationName"},
	{.name = "verified_claims_supported", put_has, "supportedVerifiedClaims"},
	{.name = "claims_in_verified_claims_supported", put_words, "supportedVerifiedClaims"},
	{.name = "trust_frameworks_supported", put_words, "supportedTrustFrameworks"},
	{.name = "evidence_supported", put_words, "supportedEvidence"},
	{.name = "id_documents_supported", put_words, "supportedIdentityDocuments"},
	{.name = "id_documents_verification_methods_supported", put_words, "supportedVerificationMethods"},
	{.name = "documents_supported", put_words, "supportedDocuments"},
	{.name = "documents_methods_supported", put_words, "supportedDocumentsMethods"},
	{.name = "documents_check_methods_supported", put_words, "supportedDocumentsCheckMethods"},
	{.name = "documents_validation_methods_supported", put_words, "supportedDocumentsValidationMethods"},
	{.name = "documents_verification_methods_supported", put_words, "supportedDocumentsVerificationMethods"},
	{.name = "electronic_records_supported", put_words, "supportedElectronicRecords"},
	{.name = "attachments_supported", put_lower, "supportedAttachments"},
	{.name = "digest_algorithms_supported", put_words, "supportedDigestAlgorithms"},
	{.name = "client_registration_types_supported", put_lower, "supportedClientRegistrationTypes"},
	{.name = "federation_registration_endpoint", put_text, "federationRegistrationEndpoint"},
	{.name = "client_id_metadata_document_supported", put_flag_if_set, "clientIdMetadataDocumentSupported"},
	{.name = "pre-authorized_grant_anonymous_access_supported", put_flag_if_set, "preAuthorizedGrantAnonymousAccessSupported"},
};
/* clang-format on */

int metadata_make(const struct oauth *o, struct str *ret)
{
	struct buf out = buf_make(o->arena, TEXT_MAX);
	struct json_writer w = json_writer(&out);
	struct source s = {o, &out, &w, 0};
	struct jwk_set *keys;
	const char *why;
	int r = oauth_keys(o, o->service, "jwks", &keys, &why);
	if (r == -ENOMEM)
		return r;
	if (r == 0) {
		s.signing = signing_algs(keys);
		jwk_set_unref(keys);
	}
	buf_reserve(&out, 8192);
	json_open(&w, '{');
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		rows[i].put(&s, &rows[i]);
	json_close(&w, '}');
	if (out.failed || o->arena->failed)
		return -ENOMEM;
	*ret = buf_str(&out);
	return 0;
}

/* The rules of a Service that go beyond one member's type, length or list of values. */
#include <string.h>

#include "core/b64.h"
#include "core/schema.h"
#include "entity/names.h"
#include "entity/rules.h"
#include "entity/service.h"
#include "op.h"

static bool is_not_empty(struct checked *k)
{
	return json_count(k->in) ||
	       broken(k, "A039201", "the body", "is an empty object; name at least one member");
}

/* ---- Scopes ---- */

/* RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E */
static bool is_scope_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '!' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
			return false;
	return true;
}

/* The codes for a list of pairs in a scope. */
struct pair_codes {
	const char *list, *name, *nameless, *valueless, *not_ascii, *twice;
};

static bool pairs(struct checked *k, const struct cJSON *scope, const struct pair_codes *codes)
{
	struct names names;
	const struct cJSON *list = json_get(scope, codes->list);
	json_each (item, list) {
		struct checked pair = {k->arena, item, k->refusal};
		struct str name = text_of(&pair, codes->name);
		if (!name.n)
			return broken(k, codes->nameless, "supportedScopes",
				"has a scope with a nameless entry in its descriptions or "
				"attributes");
		if (!is_ascii(name))
			return broken(k, codes->not_ascii, "supportedScopes",
				"has a scope with a name that is not ASCII in its descriptions or "
				"attributes");
		if (!text_of(&pair, "value").n)
			return broken(k, codes->valueless, "supportedScopes",
				"has a scope with an entry without a value in its descriptions or "
				"attributes");
	}
	return !names_read(k->arena, list, codes->name, &names) || names_differ(&names) ||
	       broken(k, codes->twice, "supportedScopes",
		       "has a scope with the same name twice in its descriptions or attributes");
}

static bool scopes(struct checked *k)
{
	static const struct pair_codes descriptions = {
		"descriptions", "tag", "A039217", "A039221", "A039220", "A039218"};
	static const struct pair_codes attributes = {
		"attributes", "key", "A039224", "A039227", "A039226", "A039229"};
	struct names names;
	const struct cJSON *list = json_get(k->in, "supportedScopes");
	json_each (scope, list) {
		struct checked inner = {k->arena, scope, k->refusal};
		struct str name = text_of(&inner, "name");
		if (!name.n)
			return broken(
				k, "A039204", "supportedScopes", "has a scope without a name");
		if (!is_scope_token(name))
			return broken(k, "A039206", "supportedScopes",
				"has a scope whose name holds a character that no scope may have");
		if (!pairs(k, scope, &descriptions) || !pairs(k, scope, &attributes))
			return false;
	}
	return !names_read(k->arena, list, "name", &names) || names_differ(&names) ||
	       broken(k, "A039203", "supportedScopes", "has the same name twice");
}

/* ---- URIs and keys ---- */

/* OpenID Connect Discovery 1.0 section 3: no query, no fragment. http is let by: tests use it. */
static bool issuer(struct checked *k)
{
	struct str text = text_of(k, "issuer");
	if (!is_ascii(text))
		return broken(k, "A031203", "issuer", "has a character that is not ASCII");
	if (text.n && memchr(text.p, '#', text.n))
		return broken(k, "A031217", "issuer", "has a # part");
	if (text.n && memchr(text.p, '?', text.n))
		return broken(k, "A031218", "issuer", "has a query");
	return true;
}

static bool key_sets(struct checked *k)
{
	return is_key_set(k, "jwks") && is_key_set(k, "federationJwks") &&
	       is_key_set(k, "credentialJwks");
}

static bool access_token_alg(struct checked *k)
{
	return !str_starts(text_of(k, "accessTokenSignAlg"), STR("HS")) ||
	       broken(k, "A031222", "accessTokenSignAlg",
		       "is symmetric; resource servers could not verify such tokens");
}

static bool aliases(struct checked *k)
{
	struct names names;
	const struct cJSON *list = json_get(k->in, "mtlsEndpointAliases");
	json_each (item, list) {
		struct checked inner = {k->arena, item, k->refusal};
		struct str name = text_of(&inner, "name");
		if (!name.n)
			return broken(k, "A031225", "mtlsEndpointAliases",
				"has an element without a name");
		if (!is_ascii(name))
			return broken(k, "A031226", "mtlsEndpointAliases",
				"has a name that is not ASCII");
		if (!text_of(&inner, "uri").n)
			return broken(k, "A031228", "mtlsEndpointAliases",
				"has an element without a uri");
	}
	return !names_read(k->arena, list, "name", &names) || names_differ(&names) ||
	       broken(k, "A031224", "mtlsEndpointAliases", "has the same name twice");
}

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

/* Base64 of DER between two lines (RFC 7468); the lines may be missing. */
static bool is_certificate(struct arena *a, struct str text)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----",
			  end[] = "-----END CERTIFICATE-----";
	struct buf inner = buf_make(a, SIZE_MAX);
	struct str rest = text;
	for (; rest.n && is_space(rest.p[0]); rest.p++)
		rest.n--;
	while (rest.n && is_space(rest.p[rest.n - 1]))
		rest.n--;
	if (str_starts(rest, STR(begin))) {
		rest = (struct str){rest.p + sizeof begin - 1, rest.n - (sizeof begin - 1)};
		if (rest.n < sizeof end - 1 ||
			memcmp(rest.p + rest.n - (sizeof end - 1), end, sizeof end - 1) != 0)
			return false;
		rest.n -= sizeof end - 1;
	}
	for (size_t i = 0; i < rest.n; i++)
		if (!is_space(rest.p[i]))
			buf_add_char(&inner, rest.p[i]);
	struct str base64 = buf_str(&inner);
	unsigned char *der = arena_alloc(a, base64.n + 1);
	ptrdiff_t n = der && base64.n ? b64_decode(base64, der) : -1;
	return n > 2 && der[0] == 0x30; /* a SEQUENCE */
}

static bool certificates(struct checked *k)
{
	json_each (item, json_get(k->in, "trustedRootCertificates"))
		if (!is_certificate(k->arena, json_text(k->arena, item)))
			return broken(k, "A039230", "trustedRootCertificates",
				"has an element that is not the PEM text of a certificate");
	return true;
}

/* ---- Lists ---- */

/* Names that client metadata has already (RFC 7591 section 2, OpenID Connect Registration 1.0). */
static bool custom_metadata(struct checked *k)
{
	static const char *const standard[] = {"application_type", "client_id",
		"client_id_issued_at", "client_name", "client_secret", "client_secret_expires_at",
		"client_uri", "contacts", "default_acr_values", "default_max_age", "grant_types",
		"id_token_encrypted_response_alg", "id_token_encrypted_response_enc",
		"id_token_signed_response_alg", "initiate_login_uri", "jwks", "jwks_uri",
		"logo_uri", "policy_uri", "redirect_uris", "registration_access_token",
		"registration_client_uri", "request_object_encryption_alg",
		"request_object_encryption_enc", "request_object_signing_alg", "request_uris",
		"require_auth_time", "response_types", "scope", "sector_identifier_uri",
		"software_id", "software_statement", "software_version", "subject_type",
		"token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "tos_uri",
		"userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc",
		"userinfo_signed_response_alg"};
	json_each (item, json_get(k->in, "supportedCustomClientMetadata"))
		for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++)
			if (str_eq(json_raw(item), str_of(standard[i])))
				return broken(k, "A039232", "supportedCustomClientMetadata",
					"names standard client metadata");
	return true;
}

static bool lists(struct checked *k)
{
	struct names names;
	json_each (member, k->in) {
		const struct cJSON *first = json_first(member);
		if (json_kind(member) != JSON_ARRAY || !first || json_kind(first) != JSON_STRING)
			continue;
		if (!schema_member(schema_service, json_name(member).p))
			continue; /* nobody's member, and not kept */
		json_each (item, member)
			if (json_raw(item).n == 0)
				return broken(
					k, "A031231", json_name(member).p, "has an empty element");
		if (names_read(k->arena, member, NULL, &names) && !names_differ(&names))
			return broken(
				k, "A031211", json_name(member).p, "has the same element twice");
	}
	return true;
}

int service_check(struct arena *a, const struct cJSON *in, struct entity_refusal *ret)
{
	static rule *const rules[] = {is_not_empty, issuer, lists, scopes, key_sets,
		access_token_alg, aliases, certificates, custom_metadata};
	return rules_check(rules, sizeof rules / sizeof rules[0], a, in, ret);
}

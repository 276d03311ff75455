/* The rules of a Client that go beyond one member's type, length or list of values. */
#include <errno.h>
#include <string.h>

#include "core/json.h"
#include "entity/client.h"
#include "entity/names.h"
#include "entity/rules.h"
#include "entity/uri.h"

static bool is_not_empty(struct checked *k)
{
	return json_count(k->in) ||
	       broken(k, "A032209", "the body", "is an empty object; name at least one member");
}

/* ---- Lists of URIs ---- */

static bool uris(struct checked *k, const char *list, bool with_fragments)
{
	json_each (item, json_get(k->in, list)) {
		struct uri uri;
		if (!uri_read(json_text(k->arena, item), &uri))
			return broken(k, "A031208", list, "has an element that is no URI");
		if (!uri.scheme.p)
			return broken(k, "A031209", list,
				"has a relative URI; one must begin with a scheme such as https:");
		if (uri.fragment && !with_fragments)
			return broken(k, "A031210", list, "has a URI with a # part");
	}
	return true;
}

static bool redirect_uris(struct checked *k)
{
	return uris(k, "redirectUris", false);
}

/* The # part of a request URI is the hash of what it leads to (OpenID Connect Core 1.0 section
 * 6.2). */
static bool request_uris(struct checked *k)
{
	return uris(k, "requestUris", true);
}

/* ---- Texts by language ---- */

static bool tagged_value(struct checked *k, const char *list, const struct cJSON *item, bool uri)
{
	struct uri parts;
	struct checked inner = {k->arena, item, k->refusal};
	struct str tag = text_of(&inner, "tag"), value = text_of(&inner, "value");
	if (!tag.n)
		return broken(k, "A032201", list, "has an element without a tag");
	if (!is_ascii(tag))
		return broken(k, "A032206", list, "has a tag that is not printable ASCII");
	if (!value.n)
		return broken(k, "A032202", list, "has an element without a value");
	if (uri && !is_ascii(value))
		return broken(k, "A032208", list, "has a value that is not printable ASCII");
	if (uri && !uri_read(value, &parts))
		return broken(k, "A032204", list, "has a value that is no URI");
	return true;
}

static bool tagged_values(struct checked *k)
{
	static const struct {
		const char *name;
		bool uri;
	} lists[] = {
		{"clientNames", false},
		{"descriptions", false},
		{"logoUris", true},
		{"tosUris", true},
		{"policyUris", true},
		{"clientUris", true},
	};
	struct names tags;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct cJSON *list = json_get(k->in, lists[i].name);
		json_each (item, list)
			if (!tagged_value(k, lists[i].name, item, lists[i].uri))
				return false;
		if (names_read(k->arena, list, "tag", &tags) && !names_differ(&tags))
			return broken(k, "A032203", lists[i].name, "has the same tag twice");
	}
	return true;
}

/* ---- Members that go together ---- */

static bool encryptions(struct checked *k)
{
	static const struct {
		const char *code, *enc, *alg, *what;
	} pairs[] = {
		{"A032211", "idTokenEncryptionEnc", "idTokenEncryptionAlg",
			"is there without idTokenEncryptionAlg"},
		{"A032212", "userInfoEncryptionEnc", "userInfoEncryptionAlg",
			"is there without userInfoEncryptionAlg"},
		{"A032213", "requestEncryptionEnc", "requestEncryptionAlg",
			"is there without requestEncryptionAlg"},
		{"A032214", "authorizationEncryptionEnc", "authorizationEncryptionAlg",
			"is there without authorizationEncryptionAlg"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (json_get(k->in, pairs[i].enc) && !json_get(k->in, pairs[i].alg))
			return broken(k, pairs[i].code, pairs[i].enc, pairs[i].what);
	return true;
}

static bool delivery(struct checked *k)
{
	bool notified = is(k, "bcDeliveryMode", STR("PING")) ||
			is(k, "bcDeliveryMode", STR("PUSH"));
	if (json_get(k->in, "bcDeliveryMode") && !notified && !is(k, "bcDeliveryMode", STR("POLL")))
		return broken(k, "A031201", "bcDeliveryMode", "is none of POLL, PING and PUSH");
	if (notified && !text_of(k, "bcNotificationEndpoint").n)
		return broken(k, "A032215", "bcNotificationEndpoint",
			"is missing, which a client with bcDeliveryMode PING or PUSH needs");
	return true;
}

/* ---- A certificate's subject ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == ' ';
}

/* The end of the value of an attribute: the next , ; or + that is neither escaped nor quoted. False
 * when an escape or a quotation has no end. */
static bool read_value(struct str s, size_t *at)
{
	bool quoted = false;
	for (; *at < s.n; ++*at) {
		char c = s.p[*at];
		if (!quoted && strchr(",;+", c))
			return true;
		if (c == '\\' && ++*at == s.n)
			return false;
		if (c == '"')
			quoted = !quoted;
	}
	return !quoted;
}

/* attribute=value, with , ; or + between (RFC 4514 section 3, and the semicolon of RFC 2253). */
static bool is_dn(struct str s)
{
	size_t at = 0;
	for (;;) {
		size_t start = at;
		bool named = false;
		for (; at < s.n && is_word(s.p[at]); at++)
			named |= s.p[at] != ' ';
		if (at == s.n || at == start || !named || s.p[at++] != '=')
			return false;
		if (!read_value(s, &at))
			return false;
		if (at++ == s.n)
			return true;
	}
}

static bool subject(struct checked *k)
{
	static const char *const members[] = {"tlsClientAuthSubjectDn", "tlsClientAuthSanDns",
		"tlsClientAuthSanUri", "tlsClientAuthSanIp", "tlsClientAuthSanEmail"};
	size_t n = 0;
	struct str dn = text_of(k, members[0]);
	if (dn.n && !is_dn(dn))
		return broken(k, "A032218", members[0],
			"is no distinguished name such as CN=client,O=Example");
	if (!is(k, "tokenAuthMethod", STR("TLS_CLIENT_AUTH")))
		return true;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		n += text_of(k, members[i]).n > 0;
	if (n > 1)
		return broken(k, "A032216", "tokenAuthMethod",
			"TLS_CLIENT_AUTH goes with only one of tlsClientAuthSubjectDn and the four "
			"tlsClientAuthSan members");
	return n || broken(k, "A032217", "tokenAuthMethod",
			    "TLS_CLIENT_AUTH needs tlsClientAuthSubjectDn or one of the four "
			    "tlsClientAuthSan members");
}

/* ---- Documents within strings ---- */

static bool jwks(struct checked *k)
{
	return is_key_set(k, "jwks");
}

static bool metadata(struct checked *k)
{
	if (!json_get(k->in, "customMetadata"))
		return true;
	const struct cJSON *tree = document_in(k, text_of(k, "customMetadata"));
	return (tree && json_kind(tree) == JSON_OBJECT) ||
	       broken(k, "A032223", "customMetadata", "is not the text of a JSON object");
}

/* ---- Pairwise subjects ---- */

static bool sector(struct checked *k)
{
	struct uri uri;
	bool several;
	struct str own = text_of(k, "sectorIdentifierUri");
	if (own.n && (!uri_read(own, &uri) || !str_eq_nocase(uri.scheme, STR("https"))))
		return broken(k, "A032210", "sectorIdentifierUri", "does not begin with https:");
	client_sector(k->arena, k->in, &several);
	if (several && is(k, "subjectType", STR("PAIRWISE")))
		return broken(k, "A032221", "subjectType",
			"PAIRWISE needs sectorIdentifierUri when redirectUris have several hosts");
	return true;
}

int client_check(struct arena *a, const struct cJSON *in, struct entity_refusal *ret)
{
	static rule *const rules[] = {is_not_empty, redirect_uris, request_uris, tagged_values,
		encryptions, delivery, subject, jwks, metadata, sector};
	return rules_check(rules, sizeof rules / sizeof rules[0], a, in, ret);
}

/* Client authentication by mutual TLS (RFC 8705): the certificate that the client's connection
 * showed, against what is registered. */
#include <errno.h>

#include "jose/x509.h"
#include "oauth/client_auth_private.h"

#define CERTIFICATES_MAX 32
#define SHOWN_MAX 200

static int read_presented(const struct attempt *t, struct x509_st **ret)
{
	struct str text = t->credentials->certificate;
	if (!text.n)
		return attempt_refuse(t, "A157327",
			"The method of the client is %s, but no client certificate came.",
			t->method);
	int r = x509_parse(text, ret);
	return r == -EINVAL ? attempt_refuse(t, "A157328",
				      "The client certificate is no certificate in PEM.")
			    : r;
}

/* ---- Chains ---- */

struct certificates {
	struct x509_st *at[CERTIFICATES_MAX];
	size_t n;
};

static void free_certificates(struct certificates *c)
{
	for (size_t i = 0; i < c->n; i++)
		x509_free(c->at[i]);
}

/* Of a list of PEM texts. -EINVAL: one of them is none. */
static int read_list(struct arena *a, const struct cJSON *list, struct certificates *ret)
{
	if (!list || json_kind(list) != JSON_ARRAY)
		return 0;
	json_each (item, list) {
		if (ret->n == CERTIFICATES_MAX || json_kind(item) != JSON_STRING)
			return -EINVAL;
		struct str text = json_text(a, item);
		int r = text.p ? x509_parse(text, &ret->at[ret->n]) : -ENOMEM;
		if (r < 0)
			return r;
		ret->n++;
	}
	return 0;
}

static int check_lists(const struct attempt *t, struct x509_st *presented,
	struct certificates *roots, struct certificates *path)
{
	int r = read_list(t->o->arena, json_get(t->o->service, "trustedRootCertificates"), roots);
	if (r == -EINVAL)
		return attempt_refuse(t, "A157336",
			"One of the service's trustedRootCertificates is no certificate in PEM.");
	if (r < 0)
		return r;
	if (!roots->n)
		return attempt_refuse(t, "A157335",
			"The service demands a chain to a trusted root, but has no "
			"trustedRootCertificates.");
	r = read_list(t->o->arena, t->credentials->certificate_path, path);
	if (r == -EINVAL)
		return attempt_refuse(t, "A157338",
			"One of the certificates in clientCertificatePath is none in PEM.");
	if (r < 0)
		return r;
	r = x509_leads_to(presented, path->at, path->n, roots->at, roots->n, t->o->now / 1000);
	if (r == -ENOKEY)
		return attempt_refuse(t, "A157339",
			"The client certificate leads to none of the trusted roots, or is not "
			"valid now.");
	return r;
}

static int check_chain(const struct attempt *t, struct x509_st *presented)
{
	struct certificates roots = {.n = 0}, path = {.n = 0};
	if (!oauth_flag(t->o->service, "mutualTlsValidatePkiCertChain"))
		return 0;
	int r = check_lists(t, presented, &roots, &path);
	free_certificates(&roots);
	free_certificates(&path);
	return r;
}

/* ---- TLS_CLIENT_AUTH: a name in the certificate ---- */

static const struct {
	const char *setting;
	const char *what;
	enum x509_san type;
	const char *code;
} alternatives[] = {
	{"tlsClientAuthSanDns", "DNS name", X509_SAN_DNS, "A157346"},
	{"tlsClientAuthSanUri", "URI", X509_SAN_URI, "A157347"},
	{"tlsClientAuthSanIp", "IP address", X509_SAN_IP, "A157348"},
	{"tlsClientAuthSanEmail", "email address", X509_SAN_EMAIL, "A157349"},
};
#define ALTERNATIVES (sizeof alternatives / sizeof alternatives[0])
#define SUBJECT_DN ALTERNATIVES

/* Which one the client is registered with: an index of the table, or SUBJECT_DN. */
static int read_registered(const struct attempt *t, size_t *ret_which, struct str *ret)
{
	const struct cJSON *document = t->client->document;
	size_t n = 0;
	for (size_t i = 0; i <= ALTERNATIVES; i++) {
		struct str value = oauth_text(t->o->arena, document,
			i == SUBJECT_DN ? "tlsClientAuthSubjectDn" : alternatives[i].setting);
		if (!value.n)
			continue;
		*ret_which = i;
		*ret = value;
		n++;
	}
	if (n == 0)
		return attempt_refuse(t, "A157340",
			"The client has neither tlsClientAuthSubjectDn nor any tlsClientAuthSan "
			"setting.");
	if (n > 1)
		return attempt_refuse(t, "A157345",
			"The client has several of tlsClientAuthSubjectDn and the tlsClientAuthSan "
			"settings; it may have one.");
	return 0;
}

static int check_dn(const struct attempt *t, const struct x509_st *presented, struct str wanted)
{
	int r = x509_subject_is(presented, wanted);
	struct str shown = str_prefix(wanted, SHOWN_MAX);
	if (r == -EINVAL)
		return attempt_refuse(t, "A157342",
			"tlsClientAuthSubjectDn of the client, \"%.*s\", is no distinguished name "
			"(RFC 4514).",
			STR_ARGS(shown));
	if (r != 0)
		return r < 0 ? r : 0;
	struct str came = str_prefix(x509_subject(t->o->arena, presented), SHOWN_MAX);
	return attempt_refuse(t, "A157343",
		"The subject of the client certificate is \"%.*s\", but the client is registered "
		"with \"%.*s\".",
		STR_ARGS(came), STR_ARGS(shown));
}

static int check_san(
	const struct attempt *t, const struct x509_st *presented, size_t which, struct str wanted)
{
	const char *what = alternatives[which].what;
	int r = x509_has_san(presented, alternatives[which].type, wanted);
	struct str shown = str_prefix(wanted, SHOWN_MAX);
	if (r == -EINVAL)
		return attempt_refuse(t, "A157352",
			"The alternative names in the client certificate cannot be decoded.");
	if (r == -EBADMSG)
		return attempt_refuse(t, "A157350",
			"An alternative name in the client certificate is no %s.", what);
	if (r != 0)
		return r < 0 ? r : 0;
	return attempt_refuse(t, alternatives[which].code,
		"No %s among the alternative names of the client certificate is \"%.*s\".", what,
		STR_ARGS(shown));
}

static int check_subject(const struct attempt *t, struct x509_st *presented)
{
	size_t which = 0;
	struct str wanted = STR_NONE;
	int r = check_chain(t, presented);
	if (r == 0 && !REFUSED(t->why))
		r = read_registered(t, &which, &wanted);
	if (r < 0 || REFUSED(t->why))
		return r;
	return which == SUBJECT_DN ? check_dn(t, presented, wanted)
				   : check_san(t, presented, which, wanted);
}

int client_check_subject(const struct attempt *t)
{
	struct x509_st *presented = NULL;
	int r = read_presented(t, &presented);
	if (r == 0 && !REFUSED(t->why))
		r = check_subject(t, presented);
	x509_free(presented);
	return r;
}

/* ---- SELF_SIGNED_TLS_CLIENT_AUTH: the certificate of a registered key ---- */

/* The registered keys as JSON, whatever libcrypto thinks of the keys themselves; NULL: none. */
static int read_keys(const struct attempt *t, const struct cJSON **ret)
{
	struct cJSON *tree;
	struct json_fault fault;
	struct str text = oauth_text(t->o->arena, t->client->document, "jwks");
	*ret = NULL;
	if (!text.n)
		return t->o->arena->failed ? -ENOMEM : 0;
	int r = json_parse(t->o->arena, text, &tree, &fault);
	if (r == 0 && json_kind(tree) == JSON_OBJECT)
		*ret = json_get(tree, "keys");
	if (*ret && json_kind(*ret) != JSON_ARRAY)
		*ret = NULL;
	return r == -ENOMEM ? r : 0;
}

enum match { NO_KEY, NO_CERTIFICATE, BAD_CERTIFICATE, OTHER_CERTIFICATE, SAME };

static int compare_key(const struct attempt *t, const struct x509_st *presented,
	const struct cJSON *key, enum match *ret)
{
	struct x509_st *registered;
	const struct cJSON *list = json_get(key, "x5c");
	const struct cJSON *first = list && json_kind(list) == JSON_ARRAY ? json_first(list) : NULL;
	*ret = NO_CERTIFICATE;
	if (!first)
		return 0;
	*ret = BAD_CERTIFICATE;
	if (json_kind(first) != JSON_STRING)
		return 0;
	struct str text = json_text(t->o->arena, first);
	int r = text.p ? x509_parse(text, &registered) : -ENOMEM;
	if (r < 0)
		return r == -EINVAL ? 0 : r;
	*ret = x509_same(presented, registered) ? SAME : OTHER_CERTIFICATE;
	x509_free(registered);
	return 0;
}

/* The best of all keys with the registered kid, or of all keys where none is registered. */
static int match_keys(const struct attempt *t, const struct x509_st *presented,
	const struct cJSON *keys, enum match *ret)
{
	struct str kid = oauth_text(t->o->arena, t->client->document, "selfSignedCertificateKeyId");
	enum match best = NO_KEY;
	int r = 0;
	if (keys)
		json_each (key, keys) {
			enum match match;
			const struct cJSON *id = json_get(key, "kid");
			bool named = id && json_kind(id) == JSON_STRING;
			if (kid.n && !(named && str_eq(json_raw(id), kid)))
				continue;
			r = compare_key(t, presented, key, &match);
			if (r < 0)
				return r;
			best = match > best ? match : best;
		}
	*ret = best;
	return r;
}

static const struct {
	const char *code, *sentence;
} mismatches[] = {
	[NO_KEY] = {"A157329", "The client's jwks has no key whose kid is its "
			       "selfSignedCertificateKeyId; its jwksUri is not fetched."},
	[NO_CERTIFICATE] = {"A157330", "The key that should hold the client's certificate has no "
				       "x5c, or an empty one."},
	[BAD_CERTIFICATE] = {"A157332", "x5c of the client's key holds no certificate."},
	[OTHER_CERTIFICATE] = {"A157333", "The client certificate is not the one in x5c of the "
					  "client's key."},
};

static int check_self_signed(const struct attempt *t, const struct x509_st *presented)
{
	const struct cJSON *keys;
	enum match match = NO_KEY;
	int r = read_keys(t, &keys);
	if (r == 0)
		r = match_keys(t, presented, keys, &match);
	if (r < 0 || match == SAME)
		return r;
	return attempt_refuse(t, mismatches[match].code, "%s", mismatches[match].sentence);
}

int client_check_self_signed(const struct attempt *t)
{
	struct x509_st *presented = NULL;
	int r = read_presented(t, &presented);
	if (r == 0 && !REFUSED(t->why))
		r = check_self_signed(t, presented);
	x509_free(presented);
	return r;
}

#include "oauth_check.h"

#include "jose/x509.h"

#define CONFIDENTIAL "\"clientType\":\"CONFIDENTIAL\""
#define BY_NAME CONFIDENTIAL ",\"tokenAuthMethod\":\"TLS_CLIENT_AUTH\""
#define BY_KEY CONFIDENTIAL ",\"tokenAuthMethod\":\"SELF_SIGNED_TLS_CLIENT_AUTH\""
#define DN "\"tlsClientAuthSubjectDn\":"
#define CLIENT_DN "CN=client.example,OU=Clients,O=Mock\\\\, Inc.,C=JP"

static void check_client(const char *row, const char *members, const char *certificate,
	const char *path, const char *code)
{
	struct oauth_client client = client_of(members);
	struct params p = form_of("client_id=" ID);
	struct client_credentials credentials = {
		.certificate = str_of(certificate),
		.certificate_path = path ? json_of(path) : NULL,
	};
	why = (struct refusal){0};
	check(row, client_auth_check(
			   &o, &client_auth_backchannel, &p, &credentials, &client, &why) == 0);
	check_refused(row, code);
}

static void compares_names(void **state)
{
	static const struct {
		const char *members, *certificate, *code;
	} rows[] = {
		{DN "\"" CLIENT_DN "\"", "client", NULL},
		{DN "\"cn=CLIENT.example, ou=clients , o=\\\"mock, inc.\\\",c=jp\"", "client",
			NULL},
		{DN "\"2.5.4.3=client.example,OU=Clients,O=Mock\\\\2C Inc.,C=JP\"", "client", NULL},
		{DN "\"CN=#0c0e636c69656e742e6578616d706c65,OU=Clients,O=Mock\\\\, Inc.,C=JP\"",
			"client", NULL},
		{DN "\"CN=日本,organizationIdentifier=PSDJP-1,E=a@example.com,"
		    "UID=7+CN=other.example\"",
			"other", NULL},
		{DN "\"CN=\\\\E6\\\\97\\\\A5\\\\E6\\\\9C\\\\AC,2.5.4.97=PSDJP-1,"
		    "EMAILADDRESS=a@example.com,CN=other.example+UID=7\"",
			"other", NULL},
		{DN "\"C=JP,O=Mock\\\\, Inc.,OU=Clients,CN=client.example\"", "client", "A157343"},
		{DN "\"CN=client.example\"", "client", "A157343"},
		{DN "\"CN=\"", "client", "A157342"},
		{DN "\"client.example\"", "client", "A157342"},
		{DN "\"CN=a,\"", "client", "A157342"},
		{DN "\"FOO=a\"", "client", "A157342"},
		{DN "\"CN=a\\\\x\"", "client", "A157342"},
		{DN "\"CN=#zz\"", "client", "A157342"},
		{DN "\"CN=\\\"a\"", "client", "A157342"},
		{"\"tlsClientAuthSanDns\":\"OTHER.example\"", "client", NULL},
		{"\"tlsClientAuthSanDns\":\"ther.example\"", "client", "A157346"},
		{"\"tlsClientAuthSanDns\":\"self.example\"", "self", "A157346"},
		{"\"tlsClientAuthSanUri\":\"https://client.example/id\"", "client", NULL},
		{"\"tlsClientAuthSanUri\":\"https://client.example/ID\"", "client", "A157347"},
		{"\"tlsClientAuthSanIp\":\"192.0.2.7\"", "client", NULL},
		{"\"tlsClientAuthSanIp\":\"2001:0db8::0007\"", "client", NULL},
		{"\"tlsClientAuthSanIp\":\"192.0.2.8\"", "client", "A157348"},
		{"\"tlsClientAuthSanIp\":\"seven\"", "client", "A157348"},
		{"\"tlsClientAuthSanEmail\":\"client@example.com\"", "client", NULL},
		{"\"tlsClientAuthSanEmail\":\"client@example.org\"", "client", "A157349"},
		{"\"tlsClientAuthSanIp\":\"192.0.2.7\"", "broken-address", "A157350"},
		{"\"tlsClientAuthSanDns\":\"x\"", "broken-names", "A157352"},
		{"\"x\":1", "client", "A157340"},
		{DN "\"CN=a\",\"tlsClientAuthSanDns\":\"a\"", "client", "A157345"},
	};
	(void)state;
	open_engine("");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str members = arena_printf(&a, BY_NAME ",%s", rows[i].members);
		check_client(rows[i].members, members.p, certificate_of(rows[i].certificate), NULL,
			rows[i].code);
	}
}

/* The text without its line breaks, or with others. */
static const char *without(const char *text, const char *instead)
{
	struct buf out = buf_make(&a, SIZE_MAX);
	for (; *text; text++)
		if (*text == '\n')
			buf_addf(&out, "%s", instead);
		else
			buf_add_char(&out, *text);
	buf_add_char(&out, '\0');
	return buf_str(&out).p;
}

static void reads_pem(void **state)
{
	(void)state;
	open_engine("");
	const char *pem = certificate_of("self"), *members = BY_NAME "," DN "\"CN=self.example\"";
	check_client("as it is", members, pem, NULL, NULL);
	check_client("no breaks", members, without(pem, ""), NULL, NULL);
	check_client("spaces", members, without(pem, " "), NULL, NULL);
	check_client("CRLF", members, without(pem, "\r\n"), NULL, NULL);
	check_client("none", members, NULL, NULL, "A157327");
	check_client("empty", members, "", NULL, "A157327");
	check_client("text", members, "certificate", NULL, "A157328");
	check_client("two", members, arena_printf(&a, "%s%s", pem, pem).p, NULL, "A157328");
	check_client("no end", members, "-----BEGIN CERTIFICATE-----AAAA", NULL, "A157328");
	check_client("nothing", members, "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
		NULL, "A157328");
	check_client("no DER", members, "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----",
		NULL, "A157328");
}

static const char *service_with_roots(const char *pem)
{
	return arena_printf(&a,
		"\"mutualTlsValidatePkiCertChain\":true,\"trustedRootCertificates\":[\"%s\"]",
		without(pem, "\\n"))
		.p;
}

static const char *path_of(const char *pem)
{
	return arena_printf(&a, "[\"%s\"]", without(pem, "\\n")).p;
}

static void checks_chains(void **state)
{
	(void)state;
	const char *members = BY_NAME ",\"tlsClientAuthSanDns\":\"client.example\"";
	const char *client = certificate_of("client"), *middle = certificate_of("middle");
	open_engine("\"mutualTlsValidatePkiCertChain\":true");
	check_client("no roots", members, client, NULL, "A157335");
	open_engine(service_with_roots("x"));
	check_client("a bad root", members, client, NULL, "A157336");
	open_engine(service_with_roots(certificate_of("root")));
	check_client("no path", members, client, NULL, "A157339");
	check_client("a bad path", members, client, "[\"x\"]", "A157338");
	check_client("a path", members, client, path_of(middle), NULL);
	check_client("another path", members, client, path_of(certificate_of("self")), "A157339");
	o.now = 1000;
	check_client("long ago", members, client, path_of(middle), "A157339");
	open_engine(service_with_roots(certificate_of("other")));
	check_client("another root", members, client, path_of(middle), "A157339");
	open_engine(service_with_roots(middle));
	check_client("a root that is none of its own", members, client, NULL, NULL);
}

/* The base64 of a certificate, as in x5c. */
static const char *x5c_of(const char *name)
{
	const char *text = certificate_of(name);
	const char *start = strstr(text, "-----\n") + 6, *end = strstr(start, "\n-----");
	return without(arena_copy(&a, (struct str){start, (size_t)(end - start)}).p, "");
}

static void compares_certificates(void **state)
{
	(void)state;
	open_engine("");
	const char *self = certificate_of("self");
	struct str good = arena_printf(&a,
		BY_KEY
		",\"jwks\":\"{\\\"keys\\\":[{\\\"kid\\\":\\\"bare\\\"},{\\\"kid\\\":\\\"k\\\","
		"\\\"x5c\\\":[\\\"%s\\\"]},{\\\"kid\\\":\\\"bad\\\",\\\"x5c\\\":"
		"[\\\"x\\\"]},{\\\"kid\\\":\\\"empty\\\",\\\"x5c\\\":[]}]}\"",
		x5c_of("self"));
#define WITH_KID(kid) arena_printf(&a, "%s,\"selfSignedCertificateKeyId\":\"" kid "\"", good.p).p
	check_client("any key", good.p, self, NULL, NULL);
	check_client("its key", WITH_KID("k"), self, NULL, NULL);
	check_client("another", WITH_KID("k"), certificate_of("client"), NULL, "A157333");
	check_client("no such key", WITH_KID("x"), self, NULL, "A157329");
	check_client("no x5c", WITH_KID("bare"), self, NULL, "A157330");
	check_client("empty x5c", WITH_KID("empty"), self, NULL, "A157330");
	check_client("bad x5c", WITH_KID("bad"), self, NULL, "A157332");
	check_client("no jwks", BY_KEY, self, NULL, "A157329");
	check_client("bad jwks", BY_KEY ",\"jwks\":\"x\"", self, NULL, "A157329");
	check_client("none came", good.p, NULL, NULL, "A157327");
	check_client("bad came", good.p, "x", NULL, "A157328");
}

static void tells_thumbprints(void **state)
{
	char thumbprint[X509_THUMBPRINT_SIZE + 1], again[X509_THUMBPRINT_SIZE + 1];
	struct x509_st *certificate;
	(void)state;
	struct str pem = str_of(certificate_of("client"));
	assert_int_equal(x509_thumbprint_of(pem, thumbprint), 0);
	assert_int_equal(strlen(thumbprint), X509_THUMBPRINT_SIZE);
	assert_int_equal(x509_thumbprint_of(str_of(x5c_of("client")), again), 0);
	assert_string_equal(thumbprint, again);
	assert_int_equal(x509_thumbprint_of(STR("x"), thumbprint), -EINVAL);
	assert_int_equal(x509_parse(pem, &certificate), 0);
	check_str("subject", x509_subject(&a, certificate),
		"CN=client.example,OU=Clients,O=Mock\\, Inc.,C=JP");
	x509_free(certificate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(compares_names, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(reads_pem, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(checks_chains, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(compares_certificates, set_up, jose_tear_down),
		cmocka_unit_test_setup_teardown(tells_thumbprints, set_up, jose_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

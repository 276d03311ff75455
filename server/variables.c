#include "variables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "config_table.h"
#include "log.h"

/* Any will do: see schema/common/idp.json. The first is what GET apiserver answers. */
#define API_SERVER_ID "53285"
#define ORGANIZATION_ID "1"

enum value {
	URL, /* of the server; readers add paths that begin with /api */
	SERVICE_ID,
	SERVICE_SECRET,
	SERVICE_TOKEN,
	OWNER_KEY,
	OWNER_SECRET,
	ORGANIZATION_TOKEN,
	API_VERSION,
	API_SERVER,
	ORGANIZATION,
	VALUES,
};

/* Who reads which is in the README. */
static const struct {
	const char *name;
	enum value value;
} variables[] = {
	{"AUTHLETE_MOCK_URL", URL},
	{"AUTHLETE_BASE_URL", URL},
	{"AUTHLETE_SERVER_URL", URL},
	{"AUTHLETE_API_URL", URL},
	{"AUTHLETE_API_SERVER", URL},
	{"AUTHLETE_IDP_URL", URL},
	{"AUTHLETE_IDP_SERVER", URL},
	{"API_BASE_URL", URL},
	{"AUTHLETE_API_VERSION", API_VERSION},
	{"AUTHLETE_SERVICE_ID", SERVICE_ID},
	{"AUTHLETE_SERVICE_APIKEY", SERVICE_ID},
	{"SERVICE_ID", SERVICE_ID},
	{"AUTHLETE_SERVICE_APISECRET", SERVICE_SECRET},
	{"AUTHLETE_BEARER", SERVICE_TOKEN},
	{"AUTHLETE_BEARER_TOKEN", SERVICE_TOKEN},
	{"AUTHLETE_API_TOKEN", SERVICE_TOKEN},
	{"AUTHLETE_SERVICE_ACCESSTOKEN", SERVICE_TOKEN},
	{"AUTHLETE_SERVICE_ACCESS_TOKEN", SERVICE_TOKEN},
	{"SERVICE_TOKEN", SERVICE_TOKEN},
	{"AUTHLETE_SERVICEOWNER_APIKEY", OWNER_KEY},
	{"AUTHLETE_SO_KEY", OWNER_KEY},
	{"AUTHLETE_SERVICEOWNER_APISECRET", OWNER_SECRET},
	{"AUTHLETE_SERVICEOWNER_ACCESSTOKEN", ORGANIZATION_TOKEN},
	{"AUTHLETE_SO_SECRET", ORGANIZATION_TOKEN}, /* Terraform sends it as a token */
	{"AUTHLETE_TOKEN", ORGANIZATION_TOKEN},
	{"ORGANIZATION_ACCESS_TOKEN", ORGANIZATION_TOKEN},
	{"ORG_TOKEN", ORGANIZATION_TOKEN},
	{"AUTHLETE_API_SERVER_ID", API_SERVER},
	{"AUTHLETE_ORGANIZATION_ID", ORGANIZATION},
	{"ORGANIZATION_ID", ORGANIZATION},
};

#define COUNT (sizeof variables / sizeof variables[0])

/* False without memory. */
static bool find_values(struct arena *a, const struct seed_credentials *credentials, struct str url,
	struct str values[VALUES])
{
	values[URL] = url;
	values[SERVICE_ID] = credentials->service_id ? arena_i64(a, credentials->service_id)
						     : STR_NONE;
	values[SERVICE_SECRET] = credentials->service_secret;
	values[SERVICE_TOKEN] = credentials->service_token;
	values[OWNER_KEY] = credentials->owner_key;
	values[OWNER_SECRET] = credentials->owner_secret;
	values[ORGANIZATION_TOKEN] = credentials->organization_token;
	/* whoever has set it wants that version, and we have both */
	values[API_VERSION] = str_of(getenv("AUTHLETE_API_VERSION"));
	if (!values[API_VERSION].n)
		values[API_VERSION] = STR("V3");
	values[API_SERVER] = STR(API_SERVER_ID);
	values[ORGANIZATION] = STR(ORGANIZATION_ID);
	for (size_t i = 0; i < VALUES; i++) /* no variable can hold a zero */
		if (values[i].n == 0 || memchr(values[i].p, '\0', values[i].n))
			values[i] = STR_NONE;
	return !a->failed;
}

/* ---- exec ---- */

static bool is_ours(struct str name)
{
	char setting[64];
	for (size_t i = 0; i < COUNT; i++)
		if (str_eq(name, str_of(variables[i].name)))
			return true;
	for (size_t i = 0; i < n_settings; i++) {
		setting_variable(&settings[i], setting, sizeof setting);
		if (str_eq(name, str_of(setting)))
			return true;
	}
	return false;
}

char **variables_environment(struct arena *a, const struct seed_credentials *credentials,
	struct str url, char **environment)
{
	struct str values[VALUES], name, rest;
	size_t n = 0;
	while (environment[n])
		n++;
	char **made = arena_alloc(a, (n + COUNT + 1) * sizeof *made);
	if (!made || !find_values(a, credentials, url, values))
		return NULL;
	n = 0;
	for (char **old = environment; *old; old++) {
		str_cut(str_of(*old), '=', &name, &rest);
		if (!is_ours(name))
			made[n++] = *old;
	}
	for (size_t i = 0; i < COUNT; i++) {
		struct str value = values[variables[i].value];
		if (!value.p)
			continue;
		struct str line = arena_printf(a, "%s=%.*s", variables[i].name, STR_ARGS(value));
		if (!line.p)
			return NULL;
		made[n++] = (char *)(uintptr_t)line.p;
	}
	made[n] = NULL;
	return made;
}

/* ---- env ---- */

/* Between single quotes a shell takes all as it is but the single quote itself. */
static void print_quoted(struct str value)
{
	putchar('\'');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'')
			fputs("'\\'", stdout);
		putchar(value.p[i]);
	}
	putchar('\'');
}

static void print_lines(const struct str values[VALUES])
{
	for (size_t i = 0; i < COUNT; i++) {
		struct str value = values[variables[i].value];
		if (!value.p) {
			printf("unset %s\n", variables[i].name);
			continue;
		}
		printf("export %s=", variables[i].name);
		print_quoted(value);
		putchar('\n');
	}
}

/* Of the option, or of the settings; STR_NONE when it cannot be known. */
static struct str find_url(struct arena *a, const struct config *config, const char *url)
{
	struct tls tls;
	struct str text = str_of(url);
	if (!url && config->port == 0) {
		log_line("authlete-mock: env knows no URL: which port --port 0 will be is not "
			 "known before the server is there; give --port or --url");
		return STR_NONE;
	}
	if (url && !address_is_url(url)) {
		log_line("authlete-mock: --url takes http://HOST:PORT, not \"%.200s\"", url);
		return STR_NONE;
	}
	while (text.n && text.p[text.n - 1] == '/') /* readers add paths that begin with one */
		text.n--;
	if (!url && tls_load(a, config, &tls) == 0)
		text = address_url_for_clients(a, config, &tls, (int)config->port);
	return text;
}

int variables_print(struct arena *a, const struct config *config, const char *url)
{
	struct seed_credentials credentials;
	struct seed *seed;
	struct str values[VALUES];
	struct str text = find_url(a, config, url);
	if (!text.p)
		return 2;
	if (seed_read(config, &seed) < 0)
		return 4;
	bool good = seed_credentials(seed, a, &credentials) == 0 &&
		    find_values(a, &credentials, text, values);
	if (good)
		print_lines(values);
	good = fflush(stdout) == 0 && good;
	if (!good)
		log_line("authlete-mock: env cannot print: %s", strerror(errno));
	seed_free(seed);
	return good ? 0 : 1;
}

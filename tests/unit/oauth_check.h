/* What the tests of server/oauth/ share: an engine `o` over an arena `a`, with a service and a
 * client from JSON. */
#ifndef TESTS_OAUTH_CHECK_H
#define TESTS_OAUTH_CHECK_H

#include "jose_check.h"

#include "oauth/client_auth.h"
#include "oauth/params.h"

#define NOW 1800000000
#define ISSUER "https://as.example"
#define ID "1234567890"

static struct oauth o;
static struct refusal why;

static inline const struct cJSON *json_of(const char *text)
{
	struct cJSON *tree;
	struct json_fault fault;
	if (json_parse(&a, str_of(text), &tree, &fault) < 0)
		fail_msg("%s: %s", text, fault.reason);
	return tree;
}

static inline struct params form_of(const char *text)
{
	struct params p;
	check(text, params_parse(&a, str_of(text), &p) == 0);
	return p;
}

/* members: of the service, without braces; beside an issuer and a token endpoint */
static inline void open_engine(const char *members)
{
	struct str text = arena_printf(&a,
		"{\"issuer\":\"" ISSUER "\",\"tokenEndpoint\":\"" ISSUER "/token\"%s%s}",
		*members ? "," : "", members);
	o = (struct oauth){.arena = &a, .now = (int64_t)NOW * 1000, .service = json_of(text.p)};
	why = (struct refusal){0};
}

static inline struct oauth_client client_of(const char *members)
{
	return (struct oauth_client){
		.row = {.client_id = 1234567890,
			.alias = STR("alias"),
			.secret = STR("a-secret-of-at-least-sixty-four-bytes-so-that-every-hash-is-"
				      "content-with-it")},
		.document = json_of(arena_printf(&a, "{%s}", members).p),
		.extension = json_of("{}"),
	};
}

/* The refusal's code; wanted NULL: there is none. */
static inline void check_refused(const char *row, const char *wanted)
{
	if (!wanted && REFUSED(&why))
		fail_msg("%s: refused: [%s] %.*s", row, why.code, STR_ARGS(why.message));
	if (wanted && !REFUSED(&why))
		fail_msg("%s: not refused by %s", row, wanted);
	if (wanted && strcmp(why.code, wanted) != 0)
		fail_msg("%s: [%s] %.*s, not %s", row, why.code, STR_ARGS(why.message), wanted);
	if (wanted && (!why.message.n || !str_is_utf8(why.message)))
		fail_msg("%s: no message, or no UTF-8", row);
}

/* A file of tests/vectors/certificates, as text in the arena. */
static inline const char *certificate_of(const char *name)
{
	char path[512], text[8192];
	const char *root = getenv("SOURCE_ROOT");
	snprintf(
		path, sizeof path, "%s/tests/vectors/certificates/%s.pem", root ? root : ".", name);
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(text, 1, sizeof text, file) : 0;
	check(path, n > 0);
	fclose(file);
	return arena_copy(&a, (struct str){text, n}).p;
}

#endif

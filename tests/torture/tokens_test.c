/* What a service does with tokens, consents and its keys, under torture after a CIBA journey. */
#include "check.h"

#include <stdio.h>

#include "journey.h"

static void prepare_create(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body,
		"{\"clientId\":1,\"grantType\":\"CIBA\",\"subject\":\"john\","
		"\"scopes\":[\"openid\"]}");
}

static void prepare_update(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body,
		"{\"accessToken\":\"%s\",\"scopes\":[\"read\"],"
		"\"properties\":[{\"key\":\"a\",\"value\":\"c\"}]}",
		access_token);
}

static void prepare_authorization(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body, "{\"subject\":\"john\",\"scopes\":[\"read\"]}");
}

static void prepare_introspection(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	snprintf(body, sizeof body, "{\"token\":\"%s\",\"scopes\":[\"openid\"]}", access_token);
}

static void prepare_plain(const struct subject *s, bool warm)
{
	(void)s;
	have_tokens(warm);
	forget(warm);
}

#define PATCH                                                                                      \
	"?patch=[{%22op%22:%22add%22,%22path%22:%22/a%22,%22value%22:[1]},"                        \
	"{%22op%22:%22copy%22,%22from%22:%22/a%22,%22path%22:%22/b%22}]"

static const struct tortured subjects[] = {
	{{"create in place of another", PATH "auth/token/create", body, 200, false,
		 still_same_tokens, other_tokens, NULL},
		prepare_create},
	{{"update", PATH "auth/token/update", body, 200, false, scopes_as_asked, scopes_changed,
		 NULL},
		prepare_update},
	{{"authorization", PATH "client/authorization/update/1", body, 200, false, scopes_as_asked,
		 scopes_changed, NULL},
		prepare_authorization},
	{{"take back", PATH "client/authorization/delete/1", body, 200, true, tokens_and_consent,
		 no_tokens, NULL},
		prepare_authorization},
	{{"introspection", PATH "auth/introspection", body, 200, false, still_same_tokens,
		 still_same_tokens, NULL},
		prepare_introspection},
	{{"forget consent", PATH "client/granted_scopes/delete/1?subject=john", NULL, 200, true,
		 tokens_and_consent, no_consent, "DELETE"},
		prepare_plain},
	{{"jwks", PATH "service/jwks/get", NULL, 200, true, still_same_tokens, still_same_tokens,
		 "GET"},
		prepare_plain},
	{{"configuration", PATH "service/configuration" PATCH, NULL, 200, true, still_same_tokens,
		 still_same_tokens, "GET"},
		prepare_plain},
};

int main(void)
{
	return torture_journey(subjects, COUNT(subjects));
}

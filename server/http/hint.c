#include "http/hint.h"

#include <string.h>

/* What to do about each code that no schema file tells about. The order is that of mcode.h. */
static const struct {
	const char *code, *text;
} hints[] = {
	{"A001101", "The mock itself failed; the line it wrote to stderr tells more. Please report "
		    "it."},
	{"A001202", "Send the header Authorization: Bearer and an access token of the service; the "
		    "built-in seed has mock-service-token for the service 2884000001."},
	{"A001203",
		"Send one Authorization header: the word Bearer, one space, one access token "
		"without spaces. Paths of Authlete 2.x also take Basic with base64 of key:secret."},
	{"A002201", "No service owner has this API key; the seed's member owner names the one "
		    "there is."},
	{"A002205",
		"The API secret is not that of the service owner; see the seed's member owner."},
	{"A003201",
		"No service has this API key, which is its id; check the seed, and that the base "
		"URL leads to the silo that has the service."},
	{"A003204",
		"The API secret is wrong; the seed's apiSecret tells it, mock-service-secret for "
		"the built-in service."},
	{"A126202", "Send one JSON object (or a form) as the operation's schema describes it; "
		    "resultMessage names each member that does not fit, with what was expected."},
	{"A126203",
		"Send a body; even an operation whose members are all optional wants {} at least."},
	{"A258201", "Send the header Content-Type: application/json along with the body."},
	{"A457101",
		"The token is known but not for this service: compare the service id in the path "
		"with the token's, or give the token the right in the seed's accessTokens."},
	{"A458101", "This silo has no such token: check its seed, --service ID:TOKEN, and that the "
		    "base "
		    "URL leads to the silo that was set up."},
	{M_BUSY, "Large bodies of other calls fill the memory for them; try again, or send fewer "
		 "at once."},
	{M_NOT_BUILT, "This mock does not have the operation yet; GET /__admin/operations lists "
		      "what is built."},
	{M_SILOS_FULL, "Drop silos with DELETE /__admin/silos/{name}, lower --silo-ttl, or raise "
		       "--max-silos or --max-memory."},
	{M_MEMORY_FULL, "Drop silos with DELETE /__admin/silos/{name}, reset this one, or raise "
			"--max-memory."},
	{M_FAULT,
		"A fault that a test has ordered answered; GET /__admin/faults lists them, DELETE "
		"/__admin/faults removes them."},
	{M_SNAPSHOTS_FULL,
		"Delete snapshots that nobody needs with DELETE /__admin/snapshots/{name}."},
	{M_STOPPING, "The server was told to stop; start it again to go on."},
	{M_NO_PATH, "Compare the path with GET /__admin/openapi.json; an SDK's base URL must end "
		    "before "
		    "/api, and may end in /s/{name} for a silo."},
	{M_SERVICE_SEGMENT,
		"Authlete 3.0 paths are /api/{serviceId}/...; the built-in service is 2884000001."},
	{M_METHOD, "The Allow header lists the methods of this path."},
	{M_TOO_LARGE, "Send a smaller body, or start the mock with a larger --max-body, or "
		      "--max-snapshot "
		      "for an uploaded snapshot."},
	{M_MEDIA_TYPE, "Send the header Content-Type: application/json."},
	{M_STRICT,
		"Authlete itself would take this; --mode strict holds the caller to the published "
		"document. resultMessage lists all that is wrong."},
	{M_CONTROL,
		"Control calls are checked strictly; resultMessage names what does not fit, and "
		"GET /__admin/openapi.json describes what does."},
	{M_NO_SERVICE, "Make the service with POST /__admin/services or in the seed; each silo has "
		       "its own."},
	{M_NO_TICKET, "The ticket was used, deleted or never made in this silo; GET "
		      "/__admin/services/{id}/tickets lists those there are."},
	{M_TICKET_EXISTS,
		"Leave ticket out for a random name, or delete the ticket of that name first."},
	{M_SERVICE_EXISTS, "Leave serviceId out for a random id, or use another."},
	{M_NO_ACCESS_TOKEN,
		"POST /api/servicetoken/all or /api/organizationtoken/all lists the tokens "
		"that can be managed, with their ids."},
	{M_REVOKES_NOTHING,
		"Name a token by accessTokenIdentifier or refreshTokenIdentifier, or whose "
		"to revoke by clientIdentifier, subject or both."},
	{M_NO_RESOURCE,
		"The token is for the resources that its reply lists; ask for one of those, "
		"or have a token made for this one."},
	{M_NO_NONCE, "Have the client make its DPoP proof again, with the nonce that the reply has "
		     "in dpopNonce."},
	{M_HEAD, "Send a head as RFC 9112 describes it: lines that end in CR LF, no NUL byte, one "
		 "Content-Length at most."},
	{M_SILO_NAME, "Use 1 to 64 letters, digits, dots, hyphens and underscores as they are, not "
		      "percent-encoded."},
	{M_NO_SILO, "A silo is made by its first call and goes when it is dropped or idle for "
		    "--silo-ttl; GET /__admin/silos lists those there are."},
	{M_DEFAULT_SILO, "POST /__admin/reset puts the default silo back to its seed."},
	{M_NO_REQUEST,
		"The journal is bounded by --journal-size and --journal-bytes, emptied by a reset, "
		"and each silo has its own."},
	{M_NO_FAULT, "GET /__admin/faults lists the faults of this silo; a reset removes them."},
	{M_NO_SNAPSHOT, "PUT /__admin/snapshots/{name} saves one; each silo has its own."},
	{M_SNAPSHOT_IMAGE,
		"Upload what GET /__admin/snapshots/{name} of the same or an older version gave."},
	{M_SNAPSHOT_NAME,
		"Use 1 to 64 letters, digits, dots, hyphens and underscores; seed and empty "
		"are reserved."},
	{M_SELF_CHECK,
		"The mock broke its own contract, and --self-check noticed: a fault of ours. The "
		"log on stderr has it too."},
	{M_SLOW_DOWN, "--ciba-slow-down is on, and less than the service's "
		      "backchannelPollingInterval has gone by since the last poll."},
	{M_GRANT_NOT_BUILT,
		"This mock does not have the grant type yet; resultMessage names it. CIBA "
		"and refresh_token are built."},
	{M_ADMIN_TOKEN, "Send the header Authorization: Bearer and the token that --admin-token or "
			"AUTHLETE_MOCK_ADMIN_TOKEN gave the server."},
};

static const char by_journal[] = "GET /__admin/requests/{id} with the id in X-Mock-Request-Id "
				 "tells what decided this answer.";

const char *hint_of(const struct op *op, const char *code)
{
	for (size_t i = 0; op && i < op->n_results; i++)
		if (strcmp(op->results[i].code, code) == 0)
			return op->results[i].when;
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
		if (strcmp(hints[i].code, code) == 0)
			return hints[i].text;
	return NULL;
}

/* The class is the third digit from the right. */
bool hint_is_refusal(int status, const char *code)
{
	return status >= 400 || (code && strlen(code) == 7 && code[4] >= '1' && code[4] <= '3');
}

const char *hint_for(const struct call *c)
{
	const char *code = c->reply.result_code;
	if (!hint_is_refusal(c->reply.status, code))
		return NULL;
	const char *hint = hint_of(c->op, code ? code : "");
	return hint ? hint : by_journal;
}

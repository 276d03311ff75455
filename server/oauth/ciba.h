/* CIBA Core 1.0: what a client asks for at the backchannel authentication endpoint, and what its
 * row keeps of it (store.h: request and result) until the tokens are made. */
#ifndef OAUTH_CIBA_H
#define OAUTH_CIBA_H

#include "oauth/oauth.h"
#include "oauth/params.h"
#include "oauth/scope.h"
#include "oauth/token.h"

#define CIBA_GRANT_TYPE STR("urn:openid:params:grant-type:ciba")

enum ciba_mode { CIBA_POLL, CIBA_PING, CIBA_PUSH, CIBA_NO_MODE };

/* "POLL"; false when it is none of the three. */
enum ciba_mode ciba_mode_of(struct str name);
const char *ciba_mode_name(enum ciba_mode mode); /* "POLL" */

/* What was asked. Members that are absent are STR_NONE, NULL, 0 or false. */
struct ciba_request {
	enum ciba_mode mode;
	struct scopes scopes;
	struct str notification_token;
	struct scopes acrs;
	int64_t requested_expiry;                  /* seconds */
	const struct cJSON *resources;             /* a list of strings */
	const struct cJSON *authorization_details; /* {"elements": […]}, as the API has it */
	struct str certificate_thumbprint; /* of push clients whose tokens are bound to it */
	struct str auth_method;
	bool alias_used;
};

/* What came of it: the members of backchannel/authentication/complete. */
struct ciba_result {
	struct str subject, sub, acr;
	int64_t auth_time;                          /* seconds; 0: unknown */
	const struct cJSON *claims;                 /* an object */
	const struct cJSON *properties;             /* [{"key","value","hidden"}] */
	const struct cJSON *scopes;                 /* in place of those asked for; NULL: those */
	const struct cJSON *consented_claims;       /* a list of strings */
	const struct cJSON *id_header, *jwt_claims; /* objects */
	int64_t access_duration, refresh_duration;  /* seconds; 0: by the settings */
	struct str id_audience_type;
	struct str error_description, error_uri; /* of a denial or failure */
};

/* As the row keeps them: JSON without the braces. STR_NONE without memory. */
struct str ciba_request_text(struct arena *a, const struct ciba_request *request);
struct str ciba_result_text(struct arena *a, const struct ciba_result *result);
/* From a row. One without a request (a ticket of a seed or control call) counts as a request for
 * openid in the mode of its client (client NULL: in no mode). -EBADMSG for what no call of ours has
 * written. */
int ciba_request_read(const struct oauth *o, const struct oauth_client *client,
	const struct store_ciba *row, struct ciba_request *ret);
int ciba_result_read(const struct oauth *o, const struct store_ciba *row, struct ciba_result *ret);
/* What is to be issued for a request that was authorized. With PUSH, auth_req_id becomes a claim of
 * the ID token. */
int ciba_grant(const struct oauth *o, const struct oauth_client *client,
	const struct ciba_request *request, const struct ciba_result *result,
	struct str auth_req_id, struct token_grant *ret);

/* The members of a call to complete, read and checked: A188201 to A195201, A256201. authorized: its
 * result is AUTHORIZED. Action and error of *why are the caller's to set. */
int ciba_result_check(const struct oauth *o, const struct cJSON *in, bool authorized,
	struct ciba_result *ret, struct refusal *why);

/* Members of replies: who the client is; what else it asked for. */
void ciba_put_client(struct json_writer *w, const struct oauth *o,
	const struct oauth_client *client, bool alias_used);
void ciba_put_request(struct json_writer *w, const struct ciba_request *request);

#endif

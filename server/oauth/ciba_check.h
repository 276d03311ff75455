/* Whether a backchannel authentication request is right (CIBA Core 1.0 sections 7.1 and 7.2, FAPI
 * CIBA profile), and what it says. */
#ifndef OAUTH_CIBA_CHECK_H
#define OAUTH_CIBA_CHECK_H

#include "oauth/ciba.h"
#include "oauth/client_auth.h"
#include "oauth/request_object.h"

struct ciba_input {
	struct params form;   /* as the client sent it */
	struct params params; /* what counts: the claims of the request object, else form */
	const struct request_object *object; /* NULL: there is none */
	struct str certificate;              /* of the client's connection, or STR_NONE */
};

struct ciba_checked {
	struct ciba_request request; /* as the row will keep it */
	const char *hint_type;       /* "LOGIN_HINT" */
	struct str hint, sub;        /* sub: of an id_token_hint */
	struct str binding_message, user_code;
	bool user_code_required;
	struct scopes claims; /* that the scopes stand for */
	struct buf warnings;  /* a JSON list of texts without its brackets; empty: none */
	struct json_writer warn;
};

/* Of the form alone, before the client is known: A166301 to A166304. */
int ciba_check_form(const struct oauth *o, const struct params *form, struct refusal *why);
/* Whether the client may use CIBA at all: A168311. */
int ciba_check_type(const struct oauth *o, const struct oauth_client *client, struct refusal *why);
/* Everything else, once the client has authenticated. */
int ciba_check(const struct oauth *o, const struct oauth_client *client,
	const struct ciba_input *in, struct ciba_checked *ret, struct refusal *why);

/* --- for the files of ciba_check alone --- */

struct ciba_work {
	const struct oauth *o;
	const struct oauth_client *client;
	const struct ciba_input *in;
	struct ciba_checked *out;
	struct refusal *why;
};
/* BAD_REQUEST with that error. */
int ciba_refuse(
	const struct ciba_work *w, const char *code, const char *error, const char *message);
int ciba_check_fapi(struct ciba_work *w);

#endif

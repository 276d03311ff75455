/* ID tokens (OpenID Connect Core 1.0 section 2). Used by token.c alone. */
#ifndef OAUTH_ID_TOKEN_H
#define OAUTH_ID_TOKEN_H

#include "oauth/token.h"

/* For tokens that are made: *ret_id_token and its duration are set. why as token_make, with A046nnn
 * only. */
int id_token_make(const struct oauth *o, const struct token_grant *grant, struct token_issued *t,
	struct refusal *why);
/* The signed token encrypted as the client asks; the same token where it does not. */
int id_token_encrypt(const struct oauth *o, const struct oauth_client *client, struct str token,
	struct str *ret, struct refusal *why);
/* The subject as the client knows it: the user's, or a pairwise one. STR_NONE without memory. */
struct str id_token_subject(const struct oauth *o, const struct token_grant *grant);
/* The identifier by which the client called itself. */
struct str client_own_name(const struct oauth *o, const struct oauth_client *client);

/* The members of an object (may be NULL) but for those of the NULL-terminated list. */
void put_other_members(
	struct json_writer *w, const struct cJSON *object, const char *const *reserved);

#endif

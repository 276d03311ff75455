/* What a resource server is told of a token (RFC 7662), as JSON or as a JWT (RFC 9701). */
#ifndef OAUTH_INTROSPECTION_H
#define OAUTH_INTROSPECTION_H

#include "oauth/oauth.h"

/* A token that is active. */
struct introspected {
	const struct store_issued *row;
	const struct cJSON *details;
	const struct oauth_client *client;
	bool is_refresh; /* the refresh token was asked about */
	bool with_hidden;
};

/* {"active":true,…}; NULL: {"active":false}. STR_NONE without memory. */
struct str introspection_content(const struct oauth *o, const struct introspected *token);

/* How the resource server wants it wrapped. Texts are STR_NONE where the call has none. */
struct introspection_jwt {
	struct str audience;
	struct str sign_alg, encryption_alg, encryption_enc; /* as the API names them */
	struct str shared_sign_key, shared_encryption_key;
	struct str public_encryption_key; /* a JWK */
};

/* 0 with *ret or *why, whose action is the caller's to set. */
int introspection_sign(const struct oauth *o, const struct introspection_jwt *how,
	struct str content, struct str *ret, struct refusal *why);

#endif

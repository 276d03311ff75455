/* Access tokens that the IdP makes and manages. servicetoken/… and organizationtoken/… do the same;
 * they differ in whose the tokens are. */
#ifndef HTTP_MANAGED_TOKEN_H
#define HTTP_MANAGED_TOKEN_H

#include "http/call.h"

/* The service whose tokens the call is about, or STORE_ORGANIZATION; or c->reply refuses because
 * there is no such service. 0 or a negative error of the store. */
int managed_token_owner(struct call *c, int64_t *ret_owner);
/* The id in the body; 0, which no token has, when it is none of ours. */
int64_t managed_token_id(struct call *c);
int managed_token_refuse_unknown(struct call *c);
/* What the API shows of one; token STR_NONE: not the token itself. */
void managed_token_write(struct call *c, struct json_writer *w,
	const struct store_managed_token *row, struct str token);
int managed_token_answer(struct call *c, const struct store_managed_token *row, struct str token);

/* A token that nobody knows yet. 0 or a negative error. */
struct fresh_token {
	char text[RAND_TOKEN_SIZE + 1];
	unsigned char hash[SHA256_SIZE];
};
int managed_token_draw(struct call *c, struct fresh_token *ret);

#endif

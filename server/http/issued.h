/* Issued tokens as calls name them and as replies show them. */
#ifndef HTTP_ISSUED_H
#define HTTP_ISSUED_H

#include "http/call.h"
#include "oauth/access_jwt.h"

/* The record of an access token as a client presents it: opaque, or as a JWT. -ENOENT: there is
 * none; *ret_form (may be NULL) then tells what form the token has. */
int issued_of_access(
	struct call *c, struct str token, struct store_issued *ret, enum access_jwt *ret_form);
int issued_of_refresh(struct call *c, struct str token, struct store_issued *ret);
/* The same by an identifier of the management API: the token or its hash. */
int issued_of_access_identifier(struct call *c, struct str identifier, struct store_issued *ret);
int issued_of_refresh_identifier(struct call *c, struct str identifier, struct store_issued *ret);
/* Whether it identifies an access token of another service. */
int issued_is_foreign(struct call *c, struct str identifier, bool *ret);

/* Stores a new record, and sets its number. Where only one may live for client and user
 * (singleAccessTokenPerSubject of service or client) the others go; client credentials stand for no
 * user and end none. Within a transaction; else as store_issued_put. */
struct oauth;
struct oauth_client;
int issued_put(struct store *s, const struct oauth *o, const struct oauth_client *client,
	struct store_issued *row);

/* What a record keeps beside its columns, as a tree. */
int issued_details(struct call *c, const struct store_issued *row, struct cJSON **ret);
/* The tree as a record keeps it. */
struct str issued_details_text(struct call *c, const struct cJSON *details);
/* A member of the details takes a copy of the value; NULL: it goes. False without memory. */
bool issued_detail_set(
	struct call *c, struct cJSON *details, const char *name, const struct cJSON *value);

/* The token_type of tokens of that record: "DPoP" or what the service calls it. */
struct str issued_type(const struct oauth *o, const struct cJSON *details);

/* "name":["a","b"] of words with spaces between them; nothing when there is none. */
void issued_put_words(struct json_writer *w, const char *name, struct str words);
/* "name": the hash of a token in base64url. */
void issued_put_hash(
	struct json_writer *w, const char *name, const unsigned char hash[SHA256_SIZE]);
/* A member of the details under its own name, if it is there. */
void issued_put_detail(struct json_writer *w, const struct cJSON *details, const char *name);

#endif

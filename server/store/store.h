/* Everything a silo remembers, in one SQLite database behind one lock.
 *
 * Functions return 0 (or what they say) or a negative errno value of store/sql.h, and leave their
 * outputs alone on failure. Rows belong to a service by their key; no call reaches another's. Times
 * are milliseconds since the epoch and come from the caller, who asks the silo's clock. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "core/arena.h"
#include "core/clock.h"
#include "core/hash.h"
#include "core/rand.h"

struct store;

/* Opens or makes the database; path NULL keeps it in memory. *ret_new: the database is fresh and
 * empty. On failure *ret_why is a static or thread-local sentence for the user. */
int store_open(const char *path, struct store **ret, bool *ret_new, const char **ret_why);
void store_close(struct store *s);

/* Runs work with the store to itself, as one transaction: all of it stands or none. work uses the
 * functions below on the same store; a transaction within is part of this one, which must fail when
 * it does. With empty_first every row is removed before. */
int store_transaction(
	struct store *s, bool empty_first, int (*work)(struct store *s, void *arg), void *arg);
/* Changes whenever services, clients, owners or their tokens may have; never the same for two
 * stores or states. What is read after it was asked is not older than it. */
uint64_t store_generation(struct store *s);
const char *store_library_version(void);
int64_t store_bytes(struct store *s); /* its pages, in memory or in its file */

/* --- images of the whole (image.c) --- */

/* The data with the time and the place of the random sequence in it, given back by
 * store_image_free. */
int store_save(struct store *s, struct clock *clock, struct rand *rand, struct str *ret);
void store_image_free(struct str image);
/* Puts everything back from an image that store_save or store_import made; all or nothing. */
int store_restore(struct store *s, struct str image, struct clock *clock, struct rand *rand);
/* An image of our own from one that may come from anybody. -EBADMSG with a sentence in *ret_why
 * when it is damaged, not ours or from a later version. */
int store_import(struct str given, struct str *ret, const char **ret_why);

/* --- what has expired long ago (purge.c) --- */

bool store_purge_due(struct store *s, int64_t now); /* costs next to nothing */
/* Removes what expired more than a day before, if it is due by that clock. */
int store_purge(struct store *s, struct clock *clock);
void store_clock_changed(struct store *s); /* the time was set: it may be due at once */

/* --- services and who may call them (service.c) --- */

struct store_service {
	int64_t service_id;
	struct str api_secret;
	int64_t created_at, modified_at;
	int64_t number;  /* in the order of creation, from 1, never twice; by store_service_put */
	int64_t clients; /* how many it has */
	struct str document; /* the members callers set, as JSON without the braces; "" for none */
};
/* -EEXIST when the id is taken. */
int store_service_put(struct store *s, const struct store_service *service);
/* -ENOENT when there is no such service. ret_secret (may be NULL) is copied to the arena. */
int store_service_find(
	struct store *s, struct arena *a, int64_t service_id, struct str *ret_secret);
/* Whole, in the arena; -ENOENT. */
int store_service_get(
	struct store *s, struct arena *a, int64_t service_id, struct store_service *ret);
/* By number, from the start-th (counted from 0), at most limit; *ret_total counts all. */
int store_service_list(struct store *s, struct arena *a, int64_t start, int64_t limit,
	struct store_service **ret, size_t *ret_n, int64_t *ret_total);
/* A new document; -ENOENT. */
int store_service_update(
	struct store *s, int64_t service_id, struct str document, int64_t modified_at);
/* With all that hangs on it; -ENOENT. */
int store_service_delete(struct store *s, int64_t service_id);

/* A 2.x service owner's credentials. */
int store_owner_put(struct store *s, struct str key, struct str secret);
int store_owner_find(struct store *s, struct arena *a, struct str key, struct str *ret_secret);

/* --- access tokens of services and of the organization (token.c) --- */

#define STORE_ORGANIZATION 0 /* as a token's service id: it reaches every service */

/* Tokens are kept as hashes only. rights is a bit set of http/rights.h; token_id 0: the token
 * cannot be managed. -EEXIST when the token or the id is there already for that service. */
int store_token_put(struct store *s, const unsigned char hash[SHA256_SIZE], int64_t service_id,
	uint32_t rights, int64_t token_id, struct str description);

struct store_token {
	bool known;         /* somebody's */
	bool reaches;       /* it is for the wanted service, and that exists */
	bool several;       /* wanted was 0 and it names no single service */
	int64_t service_id; /* the service it reaches */
	uint32_t rights;
	uint32_t organization_rights; /* on all of the organization; 0: it is no such token */
};
/* What the token may do on the wanted service; with wanted 0, on the only service it belongs to. */
int store_token_find(struct store *s, const unsigned char hash[SHA256_SIZE], int64_t wanted,
	struct store_token *ret);

struct store_managed_token {
	int64_t token_id;
	struct str description;
};
/* -ENOENT: the service (or STORE_ORGANIZATION) has no token of that id; likewise below. ret may be
 * NULL. */
int store_token_get(struct store *s, struct arena *a, int64_t service_id, int64_t token_id,
	struct store_managed_token *ret);
/* In the order of their ids. *ret is an array of *ret_n in the arena. */
int store_token_list(struct store *s, struct arena *a, int64_t service_id,
	struct store_managed_token **ret, size_t *ret_n);
/* Another token takes its place, with the same rights; the old one is dead. */
int store_token_rotate(struct store *s, int64_t service_id, int64_t token_id,
	const unsigned char hash[SHA256_SIZE]);
int store_token_rename(
	struct store *s, int64_t service_id, int64_t token_id, struct str description);
int store_token_revoke(struct store *s, int64_t service_id, int64_t token_id);

/* --- clients (client.c) --- */

struct store_client {
	int64_t number; /* in the order of creation, from 1; set by store_client_put */
	int64_t client_id;
	struct str alias;     /* STR_NONE: none but its id */
	bool alias_enabled;   /* counts on 2.x paths only */
	struct str developer; /* STR_NONE: nobody's */
	struct str secret;
	bool locked;
	int64_t created_at, modified_at;
	struct str extension; /* the members of "extension", as JSON without the braces */
	struct str document;  /* the other members callers set, likewise */
	int64_t row;          /* the store's own name for it */
};
/* Adds it and sets its number. -ENOENT: no such service; -EEXIST: the id is taken; -ENOTUNIQ: the
 * alias is. What is one client's id cannot be another's alias. */
int store_client_put(struct store *s, int64_t service_id, struct store_client *client);
/* By its id when the identifier is all digits and a client has it, else by its alias. Copied to the
 * arena; -ENOENT. */
int store_client_get(struct store *s, struct arena *a, int64_t service_id, struct str identifier,
	struct store_client *ret);
/* Whether any service has a client of that id. */
int store_client_is_known(struct store *s, int64_t client_id, bool *ret);
/* In the order of creation, from the start-th (counted from 0), at most limit. developer.p NULL:
 * those of all. *ret is an array of *ret_n in the arena; *ret_total counts all that match. */
int store_client_list(struct store *s, struct arena *a, int64_t service_id, struct str developer,
	int64_t start, int64_t limit, struct store_client **ret, size_t *ret_n, int64_t *ret_total);
/* Alias with its flag, developer, document and modified_at of the client with that id are replaced.
 * -ENOENT, -ENOTUNIQ. */
int store_client_update(struct store *s, int64_t service_id, const struct store_client *client);
/* *ret_old: the secret that was, in the arena. -ENOENT. */
int store_client_set_secret(struct store *s, struct arena *a, int64_t service_id,
	struct str identifier, struct str secret, int64_t modified_at, struct str *ret_old);
/* -ENOENT; -EALREADY when it is so already. */
int store_client_set_lock(struct store *s, struct arena *a, int64_t service_id,
	struct str identifier, bool locked, int64_t modified_at);
int store_client_set_extension(
	struct store *s, int64_t service_id, int64_t client_id, struct str extension);
/* With all that hangs on it; -ENOENT. */
int store_client_delete(
	struct store *s, struct arena *a, int64_t service_id, struct str identifier);

/* --- tickets (ticket.c) --- */

#define TICKET_NEVER_EXPIRES INT64_MAX

struct ticket {
	struct str name;
	int64_t client_id; /* 0: none */
	int64_t created_at, expires_at;
};

/* -EEXIST when the service has a ticket of that name. */
int store_ticket_put(struct store *s, int64_t service_id, const struct ticket *t);
/* -ENOENT when the service has none of that name. The name is copied to the arena. */
int store_ticket_get(
	struct store *s, struct arena *a, int64_t service_id, struct str name, struct ticket *ret);
/* In any state. *ret_deleted: there was one, and it is gone. */
int store_ticket_delete(struct store *s, int64_t service_id, struct str name, bool *ret_deleted);
/* Tickets in the order of their names, from the start-th (counted from 0), at most limit. *ret is
 * an array of *ret_n in the arena; *ret_total counts all of the service. */
int store_ticket_list(struct store *s, struct arena *a, int64_t service_id, int64_t start,
	int64_t limit, struct ticket **ret, size_t *ret_n, int64_t *ret_total);

/* --- CIBA: tickets that live on as auth_req_ids (ciba.c) --- */

/* A row without a request is a ticket of a seed or control call: OPEN, of no client. */
enum ciba_state { CIBA_OPEN, CIBA_ISSUED, CIBA_AUTHORIZED, CIBA_DENIED, CIBA_FAILED };

struct store_ciba {
	struct str ticket, auth_req_id; /* auth_req_id STR_NONE while it is OPEN */
	int64_t service_id, client_id;  /* client_id 0: none */
	enum ciba_state state;
	int64_t created_at, expires_at, polled_at; /* polled_at 0: never */
	struct str request, result; /* JSON without the braces: what was asked, what came of it */
};
int store_ciba_put(struct store *s, const struct store_ciba *row); /* OPEN */
/* -ENOENT; -EACCES: it is another service's. In any state, expired or not. */
int store_ciba_by_ticket(struct store *s, struct arena *a, int64_t service_id, struct str ticket,
	struct store_ciba *ret);
int store_ciba_by_auth_req_id(struct store *s, struct arena *a, int64_t service_id,
	struct str auth_req_id, struct store_ciba *ret); /* -ENOENT */
/* OPEN to ISSUED: one of several callers succeeds, the others get -EALREADY. */
int store_ciba_issue(struct store *s, int64_t service_id, struct str ticket, struct str auth_req_id,
	int64_t expires_at);
/* ISSUED to state, likewise; in a transaction of the caller with what else comes of it. */
int store_ciba_complete(struct store *s, int64_t service_id, struct str ticket,
	enum ciba_state state, struct str result);
/* Removes it in that state: one of several callers succeeds, the others get -ENOENT. */
int store_ciba_take(struct store *s, int64_t service_id, struct str ticket, enum ciba_state state);
int store_ciba_polled(struct store *s, int64_t service_id, struct str auth_req_id, int64_t at);

/* --- issued tokens (issued.c) --- */

struct store_issued {
	int64_t number; /* in the order of issue, never twice; set by store_issued_put */
	unsigned char access_hash[SHA256_SIZE], refresh_hash[SHA256_SIZE];
	bool refreshable; /* it has a refresh token */
	/* The refresh token that the present one has replaced, where that still works for a while
	 * (refreshTokenIdempotent). */
	bool has_previous;
	unsigned char previous_hash[SHA256_SIZE];
	int64_t client_id;
	struct str subject; /* STR_NONE: none */
	struct str grant_type, scopes, refresh_scopes;
	int64_t created_at, access_expires_at, refresh_expires_at, refreshed_at;
	struct str details; /* JSON without the braces: properties, resources, acr, authTime, … */
};
/* In a transaction of the caller. -EEXIST: the access token is taken; -ENOTUNIQ: the refresh token
 * is. */
int store_issued_put(struct store *s, int64_t service_id, struct store_issued *row);
/* By the hash of the access or the refresh token; -ENOENT. */
int store_issued_by_access(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret);
int store_issued_by_refresh(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret);
int store_issued_by_previous(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret);
/* By its number; -ENOENT. */
int store_issued_by_number(struct store *s, struct arena *a, int64_t service_id, int64_t number,
	struct store_issued *ret);
/* Whether another service has issued an access token of that hash. */
int store_issued_is_foreign(
	struct store *s, int64_t service_id, const unsigned char hash[SHA256_SIZE], bool *ret);
/* Puts row in the place of the record of that number, if that still has that access token: one of
 * several callers succeeds, the others get -ENOENT. -EEXIST and -ENOTUNIQ as above. */
int store_issued_replace(struct store *s, int64_t service_id, int64_t number,
	const unsigned char access_hash[SHA256_SIZE], const struct store_issued *row);
int store_issued_delete(struct store *s, int64_t service_id, int64_t number); /* -ENOENT */

struct issued_filter {
	int64_t client_id;  /* 0: of any */
	struct str subject; /* STR_NONE: of any; else those of clients that the service has */
	/* whether the access token has expired at now */
	enum issued_status { ISSUED_ALL, ISSUED_VALID, ISSUED_INVALID } status;
	int64_t now;
};
/* In the order of issue. *ret is an array of *ret_n in the arena. */
int store_issued_list(struct store *s, struct arena *a, int64_t service_id,
	const struct issued_filter *filter, int64_t start, int64_t limit, struct store_issued **ret,
	size_t *ret_n, int64_t *ret_total);
int store_issued_delete_all(struct store *s, int64_t service_id, const struct issued_filter *filter,
	int64_t *ret_count);
int store_issued_set_scopes(struct store *s, int64_t service_id, const struct issued_filter *filter,
	struct str scopes, int64_t *ret_count);
/* The clients that have a record for the subject, by number; developer STR_NONE: anybody's. */
int store_issued_clients(struct store *s, struct arena *a, int64_t service_id, struct str subject,
	struct str developer, int64_t start, int64_t limit, struct store_client **ret,
	size_t *ret_n, int64_t *ret_total);

/* --- consent: which scopes a user has granted a client (consent.c) --- */

struct store_consent {
	struct str latest, merged; /* separated by spaces */
	int64_t modified_at;
};
/* latest replaces, merged grows. */
int store_consent_add(struct store *s, int64_t service_id, int64_t client_id, struct str subject,
	struct str scopes, int64_t now);
/* As it is, in a transaction of the caller. -EEXIST: there is one of client and subject. */
int store_consent_put(struct store *s, int64_t service_id, int64_t client_id, struct str subject,
	const struct store_consent *consent);
int store_consent_get(struct store *s, struct arena *a, int64_t service_id, int64_t client_id,
	struct str subject, struct store_consent *ret); /* -ENOENT */
int store_consent_delete(struct store *s, int64_t service_id, int64_t client_id, struct str subject,
	bool *ret_deleted);

#endif

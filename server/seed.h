/* What a silo starts with and is reset to: services, the tokens that reach them, their clients and
 * tickets. An element of its services goes into the store in two steps: a plan, made once, says
 * what it is in the store's terms; putting it there makes up what it leaves open. */
#ifndef SEED_H
#define SEED_H

#include "core/json.h"
#include "server.h"

/* Reads the seed that the settings name, or the built-in one, and checks it. 0, or -EINVAL after
 * one line on stderr. The seed lives until seed_free. */
int seed_read(const struct config *config, struct seed **ret);
void seed_free(struct seed *seed);

/* Which part of a seed cannot be used, and why: one sentence that begins with its JSON Pointer; ""
 * when something else went wrong. */
struct seed_fault {
	char text[600];
};

/* Puts the seed into the store, in one transaction; empties it first when asked to. A negative
 * error of the store; -EEXIST with a fault: the seed names something twice. */
int seed_load(
	const struct seed *seed, struct silo *silo, bool empty_first, struct seed_fault *ret_fault);
/* Only what the --service flags add, as far as it is not there: for a database of an earlier run.
 */
int seed_load_flags(const struct seed *seed, struct silo *silo);

/* One element of the seed's services, in the arena and the tree it was made from; constant. */
struct seed_plan {
	const struct cJSON *element;
	struct store_service service; /* service_id 0, api_secret.p NULL, times 0: to be made up */
	struct store_client *clients; /* likewise */
	size_t n_clients;
};
/* From an element that has passed its schema. -EINVAL with a fault, whose pointer begins with
 * prefix: what only service_check, client_check and we refuse. -ENOMEM. */
int seed_plan(struct arena *a, const struct cJSON *element, const char *prefix,
	struct seed_plan *ret, struct seed_fault *ret_fault);

/* What seed_put_service made, all in the arena. */
struct seed_service {
	int64_t service_id;
	struct str api_secret;
	struct str *tokens;
	size_t n_tokens;
	struct str *tickets;
	size_t n_tickets;
	struct store_client *clients;
	size_t n_clients;
};
/* Puts a planned service into the store, inside a transaction of the caller. What it leaves out is
 * made up; a token too when make_token. -EEXIST with a fault when the service, or one of its
 * tickets, tokens or clients, is there already. */
int seed_put_service(struct silo *silo, struct arena *a, const struct seed_plan *plan,
	const char *prefix, bool make_token, struct seed_service *ret,
	struct seed_fault *ret_fault);
/* Likewise an access token of a service or of STORE_ORGANIZATION: a text, or an object. */
int seed_put_token(struct store *s, struct arena *a, int64_t service_id,
	const struct cJSON *element, struct str *ret);
/* Likewise a ticket; no fault. */
int seed_put_ticket(struct silo *silo, struct arena *a, int64_t service_id,
	const struct cJSON *element, struct str *ret_name);

/* What a caller of the API gets to know of a seed: its first service, or, where it has none, the
 * first of the --service flags; the first token of each kind. What it lacks, or leaves to be made
 * up, is STR_NONE (service_id 0). */
struct seed_credentials {
	int64_t service_id;
	struct str service_secret, service_token;
	struct str owner_key, owner_secret, organization_token;
};
/* 0 or -ENOMEM. Texts are in the arena, the seed or the configuration. */
int seed_credentials(const struct seed *seed, struct arena *a, struct seed_credentials *ret);

extern const char seed_builtin[];

#endif

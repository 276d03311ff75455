/* What a silo starts with and is reset to: services, the tokens that reach them, tickets. */
#ifndef SEED_H
#define SEED_H

#include "core/json.h"
#include "server.h"

/* Reads the seed that the settings name, or the built-in one, and checks it. 0, or -EINVAL after
 * one line on stderr. The seed lives until seed_free. */
int seed_read(const struct config *config, struct seed **ret);
void seed_free(struct seed *seed);

/* Puts the seed into the store, in one transaction; empties it first when asked to. A negative
 * error of the store; -EEXIST: the seed names something twice; -ERANGE: an
 * id in it is not below 2^63. */
int seed_load(const struct seed *seed, struct silo *silo, bool empty_first);
/* Only what the --service flags add, as far as it is not there: for a database of an earlier run.
 */
int seed_load_flags(const struct seed *seed, struct silo *silo);

/* What seed_put_service made, all in the arena. */
struct seed_service {
	int64_t service_id;
	struct str api_secret;
	struct str *tokens;
	size_t n_tokens;
	struct str *tickets;
	size_t n_tickets;
};
/* Puts one element of the seed's services, checked before, into the store, inside a transaction of
 * the caller. What it leaves out is made up; a token too when make_token. -EEXIST when the service
 * or one of its tickets or tokens is there already; -ERANGE when its id is not below 2^63. */
int seed_put_service(struct silo *silo, struct arena *a, const struct cJSON *element,
	bool make_token, struct seed_service *ret);
/* The same for one ticket. */
int seed_put_ticket(struct silo *silo, struct arena *a, int64_t service_id,
	const struct cJSON *element, struct str *ret_name);

extern const char seed_builtin[];

#endif

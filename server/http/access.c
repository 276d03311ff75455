#include "http/access.h"

#include <errno.h>
#include <string.h>

#include "core/b64.h"
#include "http/reply.h"
#include "http/rights.h"

/* A token's standing, remembered by each worker: an entry is good as long as the store's
 * generation stands, so a change anywhere simply makes it miss. */
#define CACHE_SIZE 64
#define CACHED_MAX 128 /* bytes; a longer token is looked up each time */
struct cached {
	uint64_t generation;
	int64_t wanted;
	size_t n;
	char bearer[CACHED_MAX];
	struct store_token token;
};
static _Thread_local struct cached cache[CACHE_SIZE];

static int look_up(struct store *s, struct str bearer, int64_t wanted, struct store_token *ret)
{
	unsigned char hash[SHA256_SIZE];
	int r = hash_sha256(bearer, hash);
	return r < 0 ? r : store_token_find(s, hash, wanted, ret);
}

static int find_token(struct store *s, struct str bearer, int64_t wanted, struct store_token *ret)
{
	if (bearer.n > CACHED_MAX)
		return look_up(s, bearer, wanted, ret);
	uint64_t generation = store_generation(s);
	size_t slot = bearer.n ^ (unsigned char)bearer.p[bearer.n - 1] ^ (size_t)wanted;
	struct cached *entry = &cache[slot % CACHE_SIZE];
	if (entry->generation == generation && entry->wanted == wanted &&
		str_eq_secret((struct str){entry->bearer, entry->n}, bearer)) {
		*ret = entry->token;
		return 0;
	}
	int r = look_up(s, bearer, wanted, ret);
	if (r < 0)
		return r;
	*entry = (struct cached){
		.generation = generation,
		.wanted = wanted,
		.n = bearer.n,
		.token = *ret,
	};
	memcpy(entry->bearer, bearer.p, bearer.n);
	return 0;
}

static int refuse_rights(struct call *c, int64_t service_id)
{
	if (c->op->access == OP_ORGANIZATION)
		return refuse(c, 403, "A457101",
			"this needs a token of the organization with the access right %s; that of "
			"a "
			"service will not do",
			c->op->right);
	if (service_id == 0)
		return refuse(c, 403, "A457101",
			"the token belongs to no single service, and a 2.x path names none");
	return refuse(c, 403, "A457101",
		"the token does not have the access right %s for the service %lld, or there is no "
		"such service",
		c->op->right, (long long)service_id);
}

static int check_bearer(struct call *c, struct str bearer, int64_t wanted)
{
	struct store_token token;
	int r = find_token(c->silo->store, bearer, wanted, &token);
	if (r < 0)
		return r;
	if (!token.known)
		return refuse(
			c, 401, "A458101", "no service or organization has this access token");
	found(c, "the access token is known");
	checking(c, "rights");
	struct str right = str_of(c->op->right);
	if (c->op->access == OP_ORGANIZATION) {
		if (!rights_allow(token.organization_rights, right))
			return refuse_rights(c, 0);
		found(c, "the token is the organization's and has the right that is needed");
		return 0;
	}
	if (!token.reaches || !rights_allow(token.rights, right))
		return refuse_rights(c, wanted ? wanted : token.several ? 0 : token.service_id);
	c->service_id = token.service_id;
	found(c, "the token has the right that the operation needs, for this service");
	return 0;
}

static int unusable(struct call *c, const char *why)
{
	return refuse(c, 401, "A001203", "the Authorization header is unusable: %s", why);
}

/* The two halves of Basic credentials (RFC 7617), in the arena. */
static int read_basic(
	struct call *c, struct str encoded, struct str *ret_key, struct str *ret_secret)
{
	unsigned char *bytes = arena_alloc(&c->arena, encoded.n + 1);
	if (!bytes)
		return -ENOMEM;
	ptrdiff_t n = encoded.n ? b64_decode(encoded, bytes) : -1;
	if (n < 0 || !str_cut((struct str){(char *)bytes, (size_t)n}, ':', ret_key, ret_secret))
		return unusable(c, "after Basic must come base64 of key:secret");
	return 0;
}

/* 2.x: the service's key, which is its id, and secret. */
static int check_service_secret(struct call *c, struct str key, struct str secret)
{
	struct str known = STR_NONE;
	int64_t service_id;
	int r = -ENOENT;
	if (str_is_digits(key) && str_to_i64(key, &service_id))
		r = store_service_find(c->silo->store, &c->arena, service_id, &known);
	if (r == -ENOENT)
		return refuse(c, 401, "A003201", "no service has this API key");
	if (r < 0)
		return r;
	if (!str_eq_secret(secret, known))
		return refuse(c, 401, "A003204", "the API secret is not that of the service %lld",
			(long long)service_id);
	c->service_id = service_id;
	found(c, "key and secret are those of a service");
	return 0;
}

static bool route_names_service(const struct op_route *route)
{
	return strstr(route->pattern, "/{serviceId}");
}

/* The id in a path: its first parameter. 0 when it is too large to be anybody's. */
static int64_t service_of_path(const struct call *c)
{
	int64_t id;
	return str_to_i64(c->params[0], &id) ? id : 0;
}

/* 2.x: the service owner's key and secret. All services are the owner's; whether there is the one
 * that the path names is the operation's to say. */
static int check_owner_secret(struct call *c, struct str key, struct str secret)
{
	struct str known = STR_NONE;
	int r = store_owner_find(c->silo->store, &c->arena, key, &known);
	if (r == -ENOENT)
		return refuse(c, 401, "A002201", "no service owner has this API key");
	if (r < 0)
		return r;
	if (!str_eq_secret(secret, known))
		return refuse(c, 401, "A002205", "the API secret is not that of the service owner");
	c->service_id = route_names_service(c->route) ? service_of_path(c) : 0;
	found(c, "key and secret are those of the service owner");
	return 0;
}

static int check_basic(struct call *c, struct str encoded)
{
	struct str key = STR_NONE, secret = STR_NONE;
	int r = read_basic(c, encoded, &key, &secret);
	if (r < 0 || c->reply.status)
		return r;
	bool owner = c->op->access == OP_ORGANIZATION || route_names_service(c->route);
	return owner ? check_owner_secret(c, key, secret) : check_service_secret(c, key, secret);
}

int access_check_control(struct call *c)
{
	struct str scheme, credentials;
	const char *token = c->server->config.admin_token;
	if (!token || strcmp(c->op->name, "__admin/health") == 0)
		return 0;
	checking(c, "authorization");
	str_cut(str_trim(c->head.authorization), ' ', &scheme, &credentials);
	if (c->head.authorizations == 1 && str_eq_nocase(scheme, STR("Bearer")) &&
		str_eq_secret(str_trim(credentials), str_of(token)))
		return 0;
	return refuse(c, 401, M_ADMIN_TOKEN,
		"control calls need \"Authorization: Bearer\" and the token of --admin-token");
}

int access_check(struct call *c)
{
	struct str scheme, credentials;
	bool basic = c->route->v2 || c->op->access == OP_ORGANIZATION;
	checking(c, "authorization");
	if (c->head.authorizations == 0)
		return refuse(c, 401, "A001202", "the Authorization header is missing%s",
			basic ? "" : "; send \"Authorization: Bearer\" and a token of the service");
	if (c->head.authorizations > 1)
		return unusable(c, "it came more than once");
	str_cut(str_trim(c->head.authorization), ' ', &scheme, &credentials);
	credentials = str_trim(credentials);
	if (basic && str_eq_nocase(scheme, STR("Basic")))
		return check_basic(c, credentials);
	if (!str_eq_nocase(scheme, STR("Bearer")) && !str_eq_nocase(scheme, STR("DPoP")))
		return unusable(c, basic ? "its scheme must be Basic, Bearer or DPoP"
					 : "its scheme must be Bearer or DPoP");
	if (credentials.n == 0 || memchr(credentials.p, ' ', credentials.n))
		return unusable(c, "after the scheme must come one access token");
	if (!route_names_service(c->route))
		return check_bearer(c, credentials, 0);
	int64_t wanted = service_of_path(c);
	/* a number no service can have: any known token then lacks the right for it */
	return check_bearer(c, credentials, wanted ? wanted : -1);
}

/* The faults of a silo, and which of them fires on a call. */
#include "http/fault.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/body.h"
#include "http/fault_private.h"

struct faults {
	_Atomic size_t n;       /* a call of a silo without faults looks at this alone */
	_Atomic size_t clients; /* faults that ask for a client, which costs something to find */
	pthread_mutex_t lock;   /* of all that follows */
	struct fault *first, **end;
	uint64_t last_id;
	size_t bytes;
	struct rand rand;
};

/* ---- The list ---- */

struct faults *faults_make(int64_t random_seed, const char *silo_name)
{
	char name[SILO_NAME_MAX + sizeof "/faults"];
	struct faults *faults = calloc(1, sizeof *faults);
	if (!faults)
		return NULL;
	snprintf(name, sizeof name, "%s/faults", silo_name);
	if (random_seed >= 0 && rand_seed(&faults->rand, (uint64_t)random_seed, str_of(name)) < 0) {
		free(faults);
		return NULL;
	}
	pthread_mutex_init(&faults->lock, NULL);
	faults->end = &faults->first;
	return faults;
}

void fault_release(struct fault *fault)
{
	if (!fault || atomic_fetch_sub(&fault->holders, 1) != 1)
		return;
	arena_reset(&fault->arena);
	free(fault);
}

size_t fault_bytes(const struct fault *fault)
{
	return sizeof *fault + fault->arena.used;
}

/* Empties the list, with the lock held; the caller releases what was in it. */
static struct fault *take_all(struct faults *faults)
{
	struct fault *first = faults->first;
	faults->first = NULL;
	faults->end = &faults->first;
	faults->n = faults->clients = 0;
	faults->bytes = 0;
	return first;
}

static void release_all(struct fault *fault)
{
	while (fault) {
		struct fault *next = fault->next;
		fault_release(fault);
		fault = next;
	}
}

void faults_remove_all(struct faults *faults)
{
	pthread_mutex_lock(&faults->lock);
	struct fault *old = take_all(faults);
	pthread_mutex_unlock(&faults->lock);
	release_all(old);
}

void faults_clear(struct faults *faults)
{
	pthread_mutex_lock(&faults->lock);
	struct fault *old = take_all(faults);
	faults->last_id = 0;
	rand_restore(&faults->rand, 0);
	pthread_mutex_unlock(&faults->lock);
	release_all(old);
}

void faults_free(struct faults *faults)
{
	if (!faults)
		return;
	release_all(take_all(faults));
	pthread_mutex_destroy(&faults->lock);
	free(faults);
}

size_t faults_bytes(struct faults *faults)
{
	pthread_mutex_lock(&faults->lock);
	size_t bytes = faults->bytes;
	pthread_mutex_unlock(&faults->lock);
	return bytes;
}

int faults_add(struct faults *faults, struct fault *fault, uint64_t *ret_id)
{
	size_t bytes = fault_bytes(fault);
	pthread_mutex_lock(&faults->lock);
	bool fits = faults->n < FAULTS_MAX && bytes <= FAULTS_BYTES_MAX - faults->bytes;
	if (fits) {
		*ret_id = fault->id = ++faults->last_id;
		*faults->end = fault;
		faults->end = &fault->next;
		faults->bytes += bytes;
		faults->clients += fault->client.p != NULL;
		faults->n++;
	}
	pthread_mutex_unlock(&faults->lock);
	if (!fits)
		fault_release(fault);
	return fits ? 0 : -ENOSPC;
}

int faults_remove(struct faults *faults, uint64_t id)
{
	pthread_mutex_lock(&faults->lock);
	struct fault **link = &faults->first;
	while (*link && (*link)->id != id)
		link = &(*link)->next;
	struct fault *fault = *link;
	if (fault) {
		*link = fault->next;
		if (!*link)
			faults->end = link;
		faults->bytes -= fault_bytes(fault);
		faults->clients -= fault->client.p != NULL;
		faults->n--;
	}
	pthread_mutex_unlock(&faults->lock);
	fault_release(fault);
	return fault ? 0 : -ENOENT;
}

/* What a list shows of one fault: it may be fired or removed while it is written down. */
struct view {
	struct fault *fault; /* held */
	uint64_t matched, fired;
};

static size_t look(struct faults *faults, struct view views[FAULTS_MAX])
{
	size_t n = 0;
	pthread_mutex_lock(&faults->lock);
	for (struct fault *fault = faults->first; fault; fault = fault->next) {
		atomic_fetch_add(&fault->holders, 1);
		views[n++] = (struct view){fault, fault->matched, fault->fired};
	}
	pthread_mutex_unlock(&faults->lock);
	return n;
}

int faults_write(struct faults *faults, struct arena *a, struct json_writer *w)
{
	char id[24];
	struct view *views = arena_alloc(a, FAULTS_MAX * sizeof *views);
	if (!views)
		return -ENOMEM;
	size_t n = look(faults, views);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		snprintf(id, sizeof id, "%llu", (unsigned long long)views[i].fault->id);
		json_open(w, '{');
		json_member_str(w, "id", str_of(id));
		json_put_raw(w, views[i].fault->given);
		json_member_int(w, "matched", (int64_t)views[i].matched);
		json_member_int(w, "fired", (int64_t)views[i].fired);
		json_close(w, '}');
		fault_release(views[i].fault);
	}
	json_close(w, ']');
	return 0;
}

/* ---- The client of a call ---- */

static struct str text_of(struct call *c, const struct cJSON *item)
{
	int64_t number;
	if (item && json_kind(item) == JSON_STRING)
		return json_text(&c->arena, item);
	if (item && json_int(item, &number))
		return arena_i64(&c->arena, number);
	return STR_NONE;
}

/* The parameter {clientId} of the path. */
static struct str client_of_path(const struct call *c)
{
	const char *pattern = c->route->pattern, *at = strstr(pattern, "{clientId}");
	size_t before = 0;
	if (!at)
		return STR_NONE;
	for (const char *p = pattern; p < at; p++)
		before += *p == '{';
	return c->params[before];
}

/* client_id among the parameters of the client's own request, which some operations are given. */
static struct str client_of_parameters(struct call *c)
{
	struct json_fault fault;
	struct cJSON *tree;
	struct str parameters = in_str(c, "parameters");
	if (!parameters.n || form_parse(&c->arena, parameters, &tree, &fault) < 0)
		return STR_NONE;
	return text_of(c, json_get(tree, "client_id"));
}

static int client_of_ticket(struct call *c, struct str *ret)
{
	struct ticket found;
	struct str ticket = in_str(c, "ticket");
	if (!ticket.n)
		return 0;
	int r = store_ticket_get(c->silo->store, &c->arena, c->service_id, ticket, &found);
	if (r == 0 && found.client_id)
		*ret = arena_i64(&c->arena, found.client_id);
	return r == -ENOENT ? 0 : r;
}

/* STR_NONE: the call has none. */
static int find_client(struct call *c, struct str *ret)
{
	*ret = client_of_path(c);
	if (!ret->p)
		*ret = text_of(c, json_get(c->in, "clientId"));
	if (!ret->p)
		*ret = text_of(c, json_get(c->in_query, "clientId"));
	if (!ret->p)
		*ret = client_of_parameters(c);
	int r = ret->p ? 0 : client_of_ticket(c, ret);
	return c->arena.failed ? -ENOMEM : r;
}

/* ---- Which one fires ---- */

static bool matches(const struct fault *fault, const struct call *c, struct str client)
{
	return (!fault->op || fault->op == c->op) &&
	       (!fault->service_id || fault->service_id == c->service_id) &&
	       (!fault->client.p || (client.p && str_eq(fault->client, client)));
}

/* Of a fault that matches, with the lock held. */
static int draw(struct faults *faults, struct fault *fault, bool *ret_fires)
{
	double fraction = 0;
	*ret_fires = false;
	if (++fault->matched <= fault->after)
		return 0;
	int r = fault->probability < 1 ? rand_fraction(&faults->rand, &fraction) : 0;
	*ret_fires = r == 0 && fraction < fault->probability;
	fault->fired += *ret_fires;
	return r;
}

/* The first that fires, held, or NULL. */
static int choose(
	struct faults *faults, const struct call *c, struct str client, struct fault **ret)
{
	bool fires = false;
	int r = 0;
	pthread_mutex_lock(&faults->lock);
	struct fault *fault = faults->first;
	for (; fault; fault = fault->next) {
		bool spent = fault->times && fault->fired >= fault->times;
		if (!spent && matches(fault, c, client))
			r = draw(faults, fault, &fires);
		if (r < 0 || fires)
			break;
	}
	if (fires)
		atomic_fetch_add(&fault->holders, 1);
	pthread_mutex_unlock(&faults->lock);
	*ret = fires ? fault : NULL;
	return r;
}

int fault_find(struct call *c)
{
	struct faults *faults = c->silo->faults;
	struct str client = STR_NONE;
	if (atomic_load_explicit(&faults->n, memory_order_relaxed) == 0 || op_is_control(c->op) ||
		c->probe)
		return 0;
	int r = faults->clients ? find_client(c, &client) : 0;
	struct fault_hit *hit = arena_calloc(&c->arena, 1, sizeof *hit);
	if (r < 0 || !hit)
		return r < 0 ? r : -ENOMEM;
	r = choose(faults, c, client, &hit->fault);
	if (r < 0 || !hit->fault)
		return r;
	c->hit = hit;
	if (hit->fault->effect.delay_ms) {
		hit->due_us = clock_monotonic_us() + hit->fault->effect.delay_ms * 1000;
		c->wake_at_us = hit->due_us;
		checking(c, "fault");
		found(c, "a fault delayed the call");
	}
	return 0;
}

uint64_t fault_id(const struct call *c)
{
	return c->hit ? c->hit->fault->id : 0;
}

void fault_end(struct call *c)
{
	if (c->hit)
		fault_release(c->hit->fault);
	c->hit = NULL;
}

#include "silo.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "http/coverage.h"
#include "http/fault.h"
#include "http/journal.h"
#include "seed.h"
#include "server.h"
#include "snapshot.h"

/* What a connection to SQLite, its statements and the parts of a silo take beside their content. */
#define SILO_OVERHEAD 100000

bool silo_name_ok(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return name.n > 0 && name.n <= SILO_NAME_MAX;
}

/* Faults draw from a sequence of their own, so that they do not shift the identifiers. */
static int start_rand(struct silo *silo, const struct server *server)
{
	if (server->config.random_seed < 0)
		return 0;
	return rand_seed(&silo->rand, (uint64_t)server->config.random_seed, str_of(silo->name));
}

int silo_open(struct silo *silo, const struct server *server, struct str name, const char *path,
	bool *ret_fresh, const char **ret_why)
{
	const struct config *config = &server->config;
	*ret_why = "there is not enough memory";
	memcpy(silo->name, name.p, name.n);
	silo->name[name.n] = '\0';
	silo->created_at = clock_now(NULL);
	silo->used_us = clock_coarse_us();
	silo->holders = 1;
	silo->journal = journal_make((size_t)config->journal_size, (size_t)config->journal_bytes);
	silo->faults = faults_make(config->random_seed, silo->name);
	silo->coverage = coverage_make();
	silo->snapshots = snapshots_make();
	int r = -ENOMEM;
	if (silo->journal && silo->faults && silo->coverage && silo->snapshots)
		r = start_rand(silo, server);
	if (r == 0)
		r = store_open(path, &silo->store, ret_fresh, ret_why);
	if (r < 0)
		silo_close(silo);
	return r;
}

void silo_close(struct silo *silo)
{
	journal_free(silo->journal);
	faults_free(silo->faults);
	coverage_free(silo->coverage);
	snapshots_free(silo->snapshots);
	store_close(silo->store);
	silo->journal = NULL;
	silo->faults = NULL;
	silo->coverage = NULL;
	silo->snapshots = NULL;
	silo->store = NULL;
}

void silo_reset_parts(struct silo *silo, const struct server *server)
{
	(void)server;
	faults_clear(silo->faults);
	coverage_clear(silo->coverage);
	journal_restart(silo->journal);
}

/* The seed's times count from now, and its identifiers from the start. */
static int load_anew(struct silo *silo, const struct server *server, bool to_empty)
{
	int64_t clock = clock_save(&silo->clock);
	uint64_t position = rand_save(&silo->rand);
	struct seed_fault fault;
	clock_restore(&silo->clock, 0);
	rand_restore(&silo->rand, 0);
	int r = to_empty ? store_transaction(silo->store, true, NULL, NULL)
			 : seed_load(server->seed, silo, true, &fault);
	if (r < 0) {
		clock_restore(&silo->clock, clock);
		rand_restore(&silo->rand, position);
	}
	return r;
}

int silo_reset(struct silo *silo, const struct server *server, struct str to)
{
	bool empty = str_eq(to, STR("empty"));
	int r = empty || !to.p || str_eq(to, STR("seed")) ? load_anew(silo, server, empty)
							  : snapshot_restore(silo, to);
	if (r < 0)
		return r;
	clock_restore(&silo->clock, 0);
	store_clock_changed(silo->store);
	silo_reset_parts(silo, server);
	return 0;
}

/* Written only when it has changed: workers share its cache line. */
void silo_touch(struct silo *silo)
{
	int64_t now_us = clock_coarse_us();
	if (atomic_load_explicit(&silo->used_us, memory_order_relaxed) != now_us)
		atomic_store_explicit(&silo->used_us, now_us, memory_order_relaxed);
}

int64_t silo_measure(struct silo *silo)
{
	int64_t bytes = SILO_OVERHEAD + store_bytes(silo->store) +
			(int64_t)journal_bytes(silo->journal) +
			(int64_t)faults_bytes(silo->faults) +
			(int64_t)snapshots_bytes(silo->snapshots);
	silo->bytes = bytes;
	return bytes;
}

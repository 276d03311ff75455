#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/body.h"
#include "log.h"
#include "op.h"
#include "seed_private.h"

#define SEED_MAX ((size_t)64 << 20)

static int complain(const struct seed *seed, const char *what)
{
	log_line("authlete-mock: the seed %s cannot be used: %s", seed->source, what);
	return -EINVAL;
}

/* The whole file, into the seed's arena. */
static int read_file(struct seed *seed, const char *path, struct str *ret)
{
	struct stat facts;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &facts) < 0) {
		int r = complain(seed, strerror(errno));
		if (file >= 0)
			close(file);
		return r;
	}
	struct buf text = buf_make(&seed->arena, SEED_MAX);
	if (S_ISREG(facts.st_mode) && facts.st_size > 0)
		buf_reserve(&text, (size_t)facts.st_size < SEED_MAX ? (size_t)facts.st_size : 1);
	for (;;) {
		char piece[8192];
		ssize_t n = read(file, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			int error = errno;
			close(file);
			if (n < 0)
				return complain(seed, strerror(error));
			break;
		}
		buf_add(&text, (struct str){piece, (size_t)n});
		if (text.failed) {
			close(file);
			return complain(seed, "it is larger than 64 MiB");
		}
	}
	*ret = buf_str(&text);
	return 0;
}

static int check(struct seed *seed)
{
	struct schema_report report;
	if (!schema_normalise(&seed->arena, schema_seed, seed->tree, false) ||
		!schema_check(&seed->arena, schema_seed, seed->tree,
			SCHEMA_PUBLISHED | SCHEMA_STRICT | SCHEMA_CLOSED, &report))
		return complain(seed, "there is not enough memory");
	if (report.count == 0)
		return 0;
	struct buf text = buf_make(&seed->arena, 8192);
	body_describe(&text, &report);
	struct str what = buf_str(&text);
	return complain(seed, what.p ? arena_copy(&seed->arena, what).p : "it has many faults");
}

static int plan(struct seed *seed)
{
	const struct cJSON *services = json_get(seed->tree, "services");
	struct seed_fault fault;
	char where[SEED_POINTER_MAX];
	seed->plans = arena_alloc(&seed->arena, (json_count(services) + 1) * sizeof *seed->plans);
	if (!seed->plans)
		return complain(seed, "there is not enough memory");
	json_each (service, services) {
		snprintf(where, sizeof where, "/services/%zu", seed->n_plans);
		int r = seed_plan(
			&seed->arena, service, where, &seed->plans[seed->n_plans++], &fault);
		if (r < 0)
			return complain(
				seed, fault.text[0] ? fault.text : "there is not enough memory");
	}
	return 0;
}

static int parse(struct seed *seed, struct str text)
{
	struct json_fault fault;
	char what[256];
	int r = json_parse(&seed->arena, text, &seed->tree, &fault);
	if (r == -ENOMEM)
		return complain(seed, "there is not enough memory");
	if (r < 0) {
		snprintf(what, sizeof what, "at byte %zu %s", fault.at, fault.reason);
		return complain(seed, what);
	}
	r = check(seed);
	return r < 0 ? r : plan(seed);
}

int seed_read(const struct config *config, struct seed **ret)
{
	struct seed *seed = calloc(1, sizeof *seed);
	struct str text = str_of(seed_builtin);
	int r = 0;
	if (!seed)
		return -ENOMEM;
	arena_init(&seed->arena, NULL, 0, SEED_MAX * 8);
	seed->config = config;
	seed->source = "built into the program";
	if (config->seed_json) {
		seed->source = "given by --seed-json";
		text = str_of(config->seed_json);
	} else if (config->seed) {
		seed->source = config->seed;
		r = read_file(seed, config->seed, &text);
	}
	if (r == 0)
		r = parse(seed, text);
	if (r < 0) {
		seed_free(seed);
		return r;
	}
	*ret = seed;
	return 0;
}

void seed_free(struct seed *seed)
{
	if (!seed)
		return;
	arena_reset(&seed->arena);
	free(seed);
}

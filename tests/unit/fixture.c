#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "http/route.h"

/* As in http.c: a call and the first chunk of its arena. */
#define CALL_MEMORY ((size_t)8 * 1024)

static void must(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "fixture: %s\n", what);
	abort();
}

static void open_store(struct fixture *f)
{
	bool fresh;
	const char *why = "";
	struct seed_fault fault;
	must(silo_open(&f->server.silo, &f->server, STR("default"), NULL, &fresh, &why) == 0,
		"silo_open");
	must(seed_load(f->server.seed, &f->server.silo, false, &fault) == 0, "seed_load");
}

void fixture_open(struct fixture *f, const char *seed_json, enum config_mode mode)
{
	*f = (struct fixture){
		.server.config = {.seed_json = seed_json,
			.mode = mode,
			.max_body = 1048576,
			.max_snapshot = 1048576,
			.journal_size = 100,
			.journal_bytes = 1048576,
			.random_seed = -1},
	};
	must(seed_read(&f->server.config, &f->server.seed) == 0, "seed_read");
	must(route_init() == 0, "route_init");
	open_store(f);
}

void fixture_end(struct fixture *f)
{
	if (!f->call)
		return;
	call_end(f->call);
	arena_reset(&f->call->arena);
	free(f->call);
	f->call = NULL;
}

void fixture_renew(struct fixture *f)
{
	fixture_end(f);
	silo_close(&f->server.silo);
	open_store(f);
}

void fixture_close(struct fixture *f)
{
	fixture_end(f);
	silo_close(&f->server.silo);
	seed_free(f->server.seed);
	route_release();
}

void fixture_begin(struct fixture *f, const struct request *request)
{
	size_t size = (sizeof *f->call + 15) & ~(size_t)15;
	unsigned given = request->authorization ? 1 : 0;
	char *memory = aligned_alloc(16, CALL_MEMORY);
	must(memory != NULL, "no memory");
	f->call = (struct call *)(void *)memory;
	call_init(f->call, &f->server, memory + size, CALL_MEMORY - size);
	f->call->head = (struct call_head){
		.method = str_of(request->method ? request->method : "POST"),
		.target = str_of(request->target),
		.authorization = str_of(request->authorization),
		.content_type = str_of(request->content_type),
		.content_length = str_of(request->content_length),
		.authorizations = request->authorizations ? request->authorizations : given,
	};
}

void fixture_finish(struct fixture *f, const struct request *request)
{
	struct call *c = f->call;
	call_head(c);
	if (!c->reply.status && request->body) {
		size_t n = request->body_n ? request->body_n : strlen(request->body);
		buf_add(&c->body, (struct str){request->body, n});
		c->body_too_large = c->body.overflowed;
	}
	call_run(c);
}

const struct reply *fixture_run(struct fixture *f, const struct request *request)
{
	fixture_end(f);
	fixture_begin(f, request);
	fixture_finish(f, request);
	return &f->call->reply;
}

const struct reply *fixture_post(struct fixture *f, const char *target, const char *body)
{
	return fixture_run(f, &(struct request){
				      .target = target,
				      .authorization = BEARER,
				      .content_type = "application/json",
				      .body = body,
			      });
}

bool fixture_has_ticket(struct fixture *f, int64_t service_id, const char *name)
{
	struct arena a;
	struct ticket ticket;
	arena_init(&a, NULL, 0, 1 << 20);
	int r = store_ticket_get(f->server.silo.store, &a, service_id, str_of(name), &ticket);
	arena_reset(&a);
	must(r == 0 || r == -ENOENT, "store_ticket_get");
	return r == 0;
}

int64_t fixture_count_tickets(struct fixture *f, int64_t service_id)
{
	struct arena a;
	struct ticket *tickets;
	size_t n;
	int64_t total;
	arena_init(&a, NULL, 0, 1 << 20);
	int r = store_ticket_list(f->server.silo.store, &a, service_id, 0, 0, &tickets, &n, &total);
	arena_reset(&a);
	must(r == 0, "store_ticket_list");
	return total;
}

static int saved_stderr = -1, captured = -1;

void capture_begin(void)
{
	fflush(stderr);
	saved_stderr = dup(STDERR_FILENO);
	captured = memfd_create("captured", MFD_CLOEXEC);
	must(saved_stderr >= 0 && captured >= 0, "capture_begin");
	must(dup2(captured, STDERR_FILENO) == STDERR_FILENO, "dup2");
}

const char *capture_end(void)
{
	static char text[65536];
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	ssize_t n = pread(captured, text, sizeof text - 1, 0);
	close(captured);
	must(n >= 0, "capture_end");
	text[n] = '\0';
	return text;
}

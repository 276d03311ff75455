#include "refusals.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/hint.h"
#include "http/journal_json.h"
#include "http/mask.h"
#include "log.h"
#include "silos.h"

#define REFUSALS_MAX 100  /* lines, the last ones */
#define MESSAGE_MAX 400   /* bytes of a result message */
#define MEMORY (4u << 20) /* for one call, whose bodies are at most 32 KiB */

struct counts {
	uint64_t calls, refused, dropped;
};

struct visit {
	struct counts counts;
	uint64_t skip; /* so many refusals are not printed */
	bool print;
	const struct silo *silo;
};

static const char *code_of(struct arena *a, const struct journal_entry *e)
{
	return e->text[J_CODE].n ? arena_copy(a, e->text[J_CODE]).p : NULL;
}

static void print(struct arena *a, const struct silo *silo, const struct journal_entry *e)
{
	const char *code = code_of(a, e);
	const char *hint = hint_of(e->op, code ? code : "");
	bool named = strcmp(silo->name, "default") != 0;
	struct str method = mask_nothing(a, e->text[J_METHOD]);
	struct str path = e->op ? str_of(e->op->name) : mask_target(a, e->text[J_TARGET]);
	struct str action = e->text[J_ACTION].n ? mask_nothing(a, e->text[J_ACTION]) : STR("-");
	struct str message = str_prefix(journal_message(a, e), MESSAGE_MAX);
	char service[40];
	if (a->failed)
		return;
	snprintf(service, sizeof service, " service=%" PRId64, e->service_id);
	log_line("authlete-mock:   %s%s%" PRIu64 " %.*s %.*s%s %d %s %.*s%s%.*s%s%s%s",
		named ? silo->name : "", named ? "/" : "", e->id, STR_ARGS(method), STR_ARGS(path),
		e->service_id ? service : "", e->status, code ? code : "-", STR_ARGS(action),
		message.n ? ": " : "", STR_ARGS(message), hint ? " (hint: " : "", hint ? hint : "",
		hint ? ")" : "");
}

static void look_at(struct arena *a, struct visit *v, const struct journal_entry *e)
{
	struct journal_entry *whole;
	v->counts.calls++;
	if (!hint_is_refusal(e->status, code_of(a, e)))
		return;
	v->counts.refused++;
	if (!v->print || v->counts.refused <= v->skip)
		return;
	if (journal_get(v->silo->journal, a, e->id, &whole) == 0)
		print(a, v->silo, whole);
}

static void visit_silo(struct silo *silo, void *arg)
{
	struct visit *v = arg;
	struct journal_place place = {0};
	struct journal_entry *e;
	struct arena arena;
	uint64_t dropped;
	arena_init(&arena, NULL, 0, MEMORY);
	v->silo = silo;
	/* the first step only finds out how often the journal has been restarted */
	place.restarts = journal_end(silo->journal).restarts;
	while (journal_next(silo->journal, &arena, &place, &e, &dropped) == 0 && e) {
		v->counts.dropped += dropped;
		look_at(&arena, v, e);
		arena_reset(&arena);
	}
	arena_reset(&arena);
}

void refusals_print(struct server *server, int code)
{
	struct visit v = {.print = false};
	char dropped[64] = "";
	silos_each(server, visit_silo, &v);
	const struct counts n = v.counts;
	if (n.dropped)
		snprintf(
			dropped, sizeof dropped, ", dropped from the journal: %" PRIu64, n.dropped);
	log_line("authlete-mock: the command ended with exit code %d; calls to the API: %" PRIu64
		 "%s, refused: %" PRIu64 "%s",
		code, n.calls, dropped, n.refused,
		n.refused > REFUSALS_MAX ? ", the last 100 of them:"
		: n.refused              ? ":"
					 : "");
	v = (struct visit){
		.print = true, .skip = n.refused > REFUSALS_MAX ? n.refused - REFUSALS_MAX : 0};
	if (n.refused)
		silos_each(server, visit_silo, &v);
}

/* A whole request, in-process: the first line is method and target, then come lines with the values
 * of Authorization, Content-Type and Content-Length ("-" for none), the rest is the body. Whatever
 * it is, there is one well-formed answer, and data change only as the answer says. */
#include <string.h>

#include "core/schema.h"
#include "fixture.h"
#include "fuzz.h"

/* The next line as a C text in the arena; NULL for "-". */
static const char *take_line(struct arena *a, struct str *rest)
{
	struct str line;
	str_cut(*rest, '\n', &line, rest);
	return str_eq(line, STR("-")) ? NULL : arena_copy(a, line).p;
}

static void must_be_json(struct arena *a, const struct call *c)
{
	struct json_fault fault;
	struct cJSON *tree;
	struct schema_report report;
	must(json_parse(a, c->reply.body, &tree, &fault) == 0);
	if (c->op && c->op->response && c->reply.status < 300) {
		must(schema_check(a, c->op->response, tree, SCHEMA_PUBLISHED, &report));
		must(report.count == 0);
	}
	if (c->reply.status < 400)
		return;
	struct str code = json_text(a, json_get(tree, "resultCode"));
	must(str_eq(code, str_of(c->reply.result_code)));
	must(json_get(tree, "resultMessage"));
	must(!json_get(tree, "action") == !c->reply.action);
}

static void must_be_sound(struct arena *a, const struct call *c)
{
	const struct reply *reply = &c->reply;
	/* a 500 means we failed; 503, that there is no room for a silo or a snapshot */
	must(reply->status >= 200 && (reply->status < 500 || reply->status == 503));
	bool image = reply->content_type &&
		     strcmp(reply->content_type, "application/octet-stream") == 0;
	must(image || str_is_utf8(reply->body));
	must((reply->status >= 400) <= (reply->result_code != NULL));
	must((reply->content_type == NULL) == (reply->body.n == 0 && !reply->stream));
	must(reply->challenge == (reply->status == 401));
	must((reply->allow.n > 0) == (reply->status == 405));
	if (reply->content_type && strcmp(reply->content_type, "application/json") == 0)
		must_be_json(a, c);
}

static void must_be_told(const struct call *c, int64_t before, int64_t after)
{
	const char *name = c->op ? c->op->name : "";
	if ((strstr(name, "reset") || strstr(name, "restore")) && c->reply.status == 204)
		return;
	if (strcmp(name, "backchannel/authentication/fail") == 0 && c->reply.status == 200)
		must(after == before || after == before - 1);
	else if (strstr(name, "{ticket}") && c->reply.status == 204)
		must(after == before - 1);
	else if (c->reply.status == 201)
		must(after >= before);
	else
		must(after == before);
}

static bool may_have_changed(const struct call *c)
{
	return c->op && op_is_control(c->op) && c->reply.status < 300 &&
	       !str_eq(c->head.method, STR("GET"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fixture f[2];
	static bool ready;
	struct arena a;
	if (!ready) {
		fixture_open(&f[0], NULL, MODE_FAITHFUL);
		fixture_open(&f[1], NULL, MODE_STRICT);
		ready = true;
	}
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	struct str rest = fuzz_str(data, size), line, method, target;
	struct request request = {0};
	str_cut(rest, '\n', &line, &rest);
	str_cut(line, ' ', &method, &target);
	request.method = arena_copy(&a, method).p;
	request.target = arena_copy(&a, target).p;
	request.authorization = take_line(&a, &rest);
	request.content_type = take_line(&a, &rest);
	request.content_length = take_line(&a, &rest);
	request.body = rest.n ? rest.p : NULL;
	request.body_n = rest.n;
	for (size_t i = 0; i < 2; i++) {
		int64_t before = fixture_count_tickets(&f[i], SERVICE_ID);
		fixture_run(&f[i], &request);
		int64_t after = fixture_count_tickets(&f[i], SERVICE_ID);
		if (f[i].call->wake_at_us) { /* it waits, and has no answer yet */
			must(after == before);
		} else {
			must_be_sound(&a, f[i].call);
			must_be_told(f[i].call, before, after);
		}
		/* back to the seed: every input meets the same data, clock and faults */
		bool changed = after != before || may_have_changed(f[i].call);
		fixture_end(&f[i]);
		if (changed)
			must(silo_reset(&f[i].server.silo, &f[i].server, STR("seed")) == 0);
	}
	arena_reset(&a);
	return 0;
}

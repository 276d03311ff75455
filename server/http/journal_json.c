#include "http/journal_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "http/mask.h"

static struct str query_str(struct call *c, const char *name)
{
	const struct cJSON *item = json_get(c->in_query, name);
	return item ? json_text(&c->arena, item) : STR_NONE;
}

struct journal_filter journal_filter_of(struct call *c)
{
	return (struct journal_filter){
		.operation = query_str(c, "operation"),
		.result_code = query_str(c, "resultCode"),
		.action = query_str(c, "action"),
		.service_id = in_int(c->in_query, "serviceId", 0),
		.status = in_int(c->in_query, "status", 0),
		.after = (uint64_t)in_int(c->in_query, "after", 0),
	};
}

static void put_id(struct json_writer *w, const char *name, uint64_t id)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, id);
	json_member_str(w, name, str_of(text));
}

static void put_members(struct json_writer *w, const struct journal_entry *e)
{
	struct arena *a = w->out->arena;
	put_id(w, "id", e->id);
	json_member_int(w, "time", e->at);
	json_member_int(w, "durationUs", e->duration_us);
	if (e->op)
		json_member_str(w, "operation", str_of(e->op->name));
	json_member_str(w, "method", mask_nothing(a, e->text[J_METHOD]));
	json_member_str(w, "path", mask_target(a, e->text[J_TARGET]));
	if (e->service_id)
		json_member_int(w, "serviceId", e->service_id);
	json_member_int(w, "status", e->status);
	if (e->text[J_CODE].n)
		json_member_str(w, "resultCode", mask_nothing(a, e->text[J_CODE]));
	if (e->text[J_ACTION].n)
		json_member_str(w, "action", mask_nothing(a, e->text[J_ACTION]));
	if (e->fault)
		put_id(w, "fault", e->fault);
}

void journal_put_entry(struct json_writer *w, const struct journal_entry *e)
{
	json_open(w, '{');
	put_members(w, e);
	json_close(w, '}');
}

static void put_body(struct json_writer *w, struct str body, uint64_t length)
{
	json_member_str(w, "body", mask_text(w->out->arena, body));
	json_member_int(w, "length", (int64_t)length);
	json_member_bool(w, "truncated", length > body.n);
}

struct str journal_message(struct arena *a, const struct journal_entry *e)
{
	struct json_fault fault;
	struct cJSON *tree;
	struct str reply = mask_text(a, e->text[J_REPLY]);
	if (!reply.p || json_parse(a, reply, &tree, &fault) < 0)
		return STR_NONE;
	const struct cJSON *message = json_get(tree, "resultMessage");
	return message && json_kind(message) == JSON_STRING ? json_text(a, message) : STR_NONE;
}

static void put_steps(struct json_writer *w, const struct journal_entry *e)
{
	struct str message = journal_message(w->out->arena, e);
	json_put_name(w, "why");
	json_open(w, '[');
	for (size_t i = 0; i < e->n_steps; i++) {
		const struct step *step = &e->steps[i];
		struct str finding = str_of(step->finding);
		if (!finding.p && step->decided)
			finding = message.p ? message : STR("the reply tells");
		json_open(w, '{');
		json_member_str(w, "check", str_of(step->check));
		json_member_str(w, "finding", finding.p ? finding : STR("passed"));
		if (step->decided)
			json_member_bool(w, "decided", true);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void journal_put_whole(struct json_writer *w, const struct journal_entry *e)
{
	json_open(w, '{');
	put_members(w, e);
	json_put_name(w, "request");
	json_open(w, '{');
	if (e->text[J_CONTENT_TYPE].n)
		json_member_str(
			w, "contentType", mask_nothing(w->out->arena, e->text[J_CONTENT_TYPE]));
	put_body(w, e->text[J_REQUEST], e->request_n);
	json_close(w, '}');
	json_put_name(w, "reply");
	json_open(w, '{');
	put_body(w, e->text[J_REPLY], e->reply_n);
	json_member_bool(w, "lost", e->lost);
	json_close(w, '}');
	put_steps(w, e);
	json_close(w, '}');
}

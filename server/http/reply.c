#include "http/reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define JSON_TYPE "application/json"
#define REPLY_MAX ((size_t)256 << 20)

static int finish(
	struct call *c, int status, const struct buf *body, const char *action, const char *code)
{
	if (body->failed)
		return -ENOMEM;
	c->reply = (struct reply){
		.status = status,
		.body = buf_str(body),
		.content_type = JSON_TYPE,
		.result_code = code,
		.action = action,
		.challenge = status == 401,
	};
	return 0;
}

/* [C] message */
static struct str result_message(struct call *c, const char *code, struct str message)
{
	struct buf text = buf_make(&c->arena, REPLY_MAX);
	buf_reserve(&text, message.n + 16);
	buf_add_char(&text, '[');
	buf_add(&text, str_of(code));
	buf_add(&text, STR("] "));
	buf_add(&text, message);
	return buf_str(&text);
}

/* {"resultCode":C,"resultMessage":"[C] message"[,"action":A][,"responseContent":content]} */
static int envelope(struct call *c, int status, const char *action, const char *code,
	struct str message, const struct str *content)
{
	struct buf body = buf_make(&c->arena, REPLY_MAX);
	buf_reserve(&body, 256 + message.n + (content ? content->n * 2 : 0));
	struct json_writer w = json_writer(&body);
	json_open(&w, '{');
	json_member_str(&w, "resultCode", str_of(code));
	json_member_str(&w, "resultMessage", result_message(c, code, message));
	if (action)
		json_member_str(&w, "action", str_of(action));
	if (content)
		json_member_str(&w, "responseContent", *content);
	json_close(&w, '}');
	return c->arena.failed ? -ENOMEM : finish(c, status, &body, action, code);
}

int answer(struct call *c, const char *action, const char *code, const char *message)
{
	return envelope(c, 200, action, code, str_of(message), NULL);
}

int answer_content(struct call *c, const char *action, const char *code, const char *message,
	struct str content)
{
	return content.p ? envelope(c, 200, action, code, str_of(message), &content) : -ENOMEM;
}

struct json_writer *answer_begin(
	struct call *c, const char *action, const char *code, const char *message)
{
	c->answer = buf_make(&c->arena, REPLY_MAX);
	c->writer = arena_alloc(&c->arena, sizeof *c->writer);
	if (!c->writer)
		return NULL;
	*c->writer = json_writer(&c->answer);
	json_open(c->writer, '{');
	json_member_str(c->writer, "resultCode", str_of(code));
	json_member_str(c->writer, "resultMessage", result_message(c, code, str_of(message)));
	if (action)
		json_member_str(c->writer, "action", str_of(action));
	c->reply.result_code = code;
	c->reply.action = action;
	return c->writer;
}

int answer_end(struct call *c)
{
	json_close(c->writer, '}');
	if (c->arena.failed)
		return -ENOMEM;
	return finish(c, 200, &c->answer, c->reply.action, c->reply.result_code);
}

int answer_json(struct call *c, int status, struct str json)
{
	if (!json.p)
		return -ENOMEM;
	c->reply = (struct reply){.status = status, .body = json, .content_type = JSON_TYPE};
	return 0;
}

int made_status(const struct call *c)
{
	return str_starts(c->head.user_agent, STR("speakeasy-sdk/typescript ")) ? 200 : 201;
}

int answer_text(struct call *c, const char *text)
{
	c->reply = (struct reply){
		.status = 200,
		.body = str_of(text),
		.content_type = "text/plain",
	};
	return 0;
}

int answer_bytes(struct call *c, struct str bytes)
{
	c->reply = (struct reply){
		.status = 200,
		.body = bytes,
		.content_type = "application/octet-stream",
	};
	return 0;
}

int answer_nothing(struct call *c)
{
	c->reply = (struct reply){.status = 204};
	return 0;
}

/* What was being checked has decided. */
static void mark_decision(struct call *c)
{
	if (c->n_steps)
		c->steps[c->n_steps - 1].decided = true;
}

int refuse(struct call *c, int status, const char *code, const char *format, ...)
{
	mark_decision(c);
	char few[512];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(few, sizeof few, format, args);
	va_end(args);
	if (n < 0)
		return -EINVAL;
	struct str message = {few, (size_t)n};
	if (message.n >= sizeof few) {
		char *room = arena_alloc(&c->arena, message.n + 1);
		if (!room)
			return -ENOMEM;
		va_start(args, format);
		vsnprintf(room, message.n + 1, format, args);
		va_end(args);
		message.p = room;
	}
	if (c->op)
		message = arena_printf(&c->arena, "/%s: %.*s", c->op->name, STR_ARGS(message));
	return message.p ? envelope(c, status, NULL, code, message, NULL) : -ENOMEM;
}

#define ERROR_URI "https://docs.authlete.com/#"

/* Bearer error="E",error_description="[code] message",error_uri="…" (RFC 6750 section 3) */
static struct str challenge_content(struct call *c, const struct schema_refusal *refusal)
{
	const char *code = refusal->result_code;
	return arena_printf(&c->arena,
		"Bearer error=\"%s\",error_description=\"[%s] %s\",error_uri=\"" ERROR_URI "%s\"",
		refusal->error, code, refusal->message, code);
}

/* {"error":E,"error_description":"[code] message","error_uri":"…"} (RFC 6749 section 5.2) */
static struct str error_content(struct call *c, const struct schema_refusal *refusal)
{
	struct buf out = buf_make(&c->arena, REPLY_MAX);
	struct json_writer w = json_writer(&out);
	const char *code = refusal->result_code;
	json_open(&w, '{');
	json_member_str(&w, "error", str_of(refusal->error));
	json_member_str(&w, "error_description",
		arena_printf(&c->arena, "[%s] %s", code, refusal->message));
	json_member_str(&w, "error_uri", arena_printf(&c->arena, ERROR_URI "%s", code));
	json_close(&w, '}');
	return c->arena.failed ? STR_NONE : buf_str(&out);
}

int refuse_as(struct call *c, const struct schema_refusal *refusal)
{
	struct str content = STR_NONE;
	mark_decision(c);
	if (refusal->error) {
		content = refusal->challenge ? challenge_content(c, refusal)
					     : error_content(c, refusal);
		if (!content.p)
			return -ENOMEM;
	}
	return envelope(c, refusal->status, refusal->action, refusal->result_code,
		str_of(refusal->message), refusal->error ? &content : NULL);
}

void fail(struct call *c)
{
	static const char body[] =
		"{\"resultCode\":\"A001101\",\"resultMessage\":\"[A001101] authlete-mock itself "
		"failed; its log on stderr says why. Nothing was changed.\"}";
	c->reply = (struct reply){
		.status = 500,
		.body = STR(body),
		.content_type = JSON_TYPE,
		.result_code = "A001101",
	};
}

/* The one builder of replies. Each function returns 0, or -ENOMEM; then call_run answers 500. The
 * last reply stands. Messages are ours; the code in brackets is put before them. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include "http/call.h"

/* An operation's answer: HTTP 200 with resultCode, resultMessage and action. */
int answer(struct call *c, const char *action, const char *code, const char *message);
/* The same with responseContent: JSON text for the authorization server to send on. */
int answer_content(struct call *c, const char *action, const char *code, const char *message,
	struct str content);
/* The same with further members: they are written between the two, each with its name. NULL without
 * memory. */
struct json_writer *answer_begin(
	struct call *c, const char *action, const char *code, const char *message);
int answer_end(struct call *c);
/* A document as it is, with a status of our choice. */
int answer_json(struct call *c, int status, struct str json);
/* The status for what was just made. The published document lists 200 beside 201. The service
 * answers 201; the TypeScript SDK (0.0.3-beta) takes nothing but 200, and says who it is. */
int made_status(const struct call *c);
int answer_text(struct call *c, const char *text);
int answer_bytes(struct call *c, struct str bytes); /* as application/octet-stream */
int answer_nothing(struct call *c);                 /* 204 */

/* An API-level error: resultCode and resultMessage, no action. The message names the operation. */
int refuse(struct call *c, int status, const char *code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* A member's own refusal (x-refusals in its schema file): any status, with an action and an error
 * for the client where it has them. */
int refuse_as(struct call *c, const struct schema_refusal *refusal);
/* 500 A001101, without needing memory. */
void fail(struct call *c);

#endif

/* Writes violations down. */
#include "core/schema_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct schema_refusal *check_refusal_of(const struct schema *s, const char *keyword)
{
	for (; s; s = s->ref)
		for (size_t i = 0; i < s->n_refusals; i++)
			if (strcmp(s->refusals[i].keyword, keyword) == 0)
				return &s->refusals[i];
	return NULL;
}

/* What stands nearest to the member decides, so a $ref's neighbour beats what it leads to. */
const struct schema_refusal *check_refusal_in(const struct scope *in, const char *keyword)
{
	const struct schema_refusal *found = NULL;
	for (; in; in = in->outer) {
		const struct schema_refusal *nearer = check_refusal_of(in->schema, keyword);
		found = nearer ? nearer : found;
	}
	return found;
}

bool check_report(struct check *c, const struct schema_violation *v,
	const struct schema_place *place, const struct schema_line *expected,
	const struct schema_line *came)
{
	if (c->silent)
		return false;
	c->report->count++;
	if (c->kept == SCHEMA_REPORT_MAX)
		return false;
	struct schema_violation *kept = arena_alloc(c->arena, sizeof *kept);
	struct str pointer = schema_pointer(c->arena, place);
	struct str expected_text = schema_line_str(c->arena, expected);
	struct str came_text = schema_line_str(c->arena, came);
	if (!kept || !pointer.p || !expected_text.p || !came_text.p) {
		c->no_memory = true;
		return false;
	}
	*kept = *v;
	kept->next = NULL;
	kept->pointer = pointer;
	kept->expected = expected_text;
	kept->came = came_text;
	kept->strict_only |= c->strict > 0;
	if (c->last)
		c->last->next = kept;
	else
		c->report->first = kept;
	c->last = kept;
	c->kept++;
	return false;
}

bool check_refuse_line(struct check *c, const struct scope *in, const char *keyword,
	const struct cJSON *item, const struct schema_line *expected)
{
	const struct schema_violation v = {
		.keyword = keyword,
		.refusal = check_refusal_in(in, keyword),
	};
	struct schema_line came = schema_line(SCHEMA_CAME_MAX);
	schema_line_came(&came, item);
	return check_report(c, &v, in->place, expected, &came);
}

bool check_refuse(struct check *c, const struct scope *in, const char *keyword,
	const struct cJSON *item, const char *format, ...)
{
	if (c->silent)
		return false;
	char text[SCHEMA_EXPECTED_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	schema_line_add(&expected, str_of(text));
	return check_refuse_line(c, in, keyword, item, &expected);
}

const char *check_plural(size_t n)
{
	return n == 1 ? "" : "s";
}

#include "http/subject.h"

#include <string.h>

const struct cJSON *call_member(struct call *c, const char *name)
{
	const struct cJSON *item = c->in ? json_get(c->in, name) : NULL;
	return item || !c->in_query ? item : json_get(c->in_query, name);
}

struct str call_subject(struct call *c)
{
	size_t before = 0;
	const char *pattern = c->route->pattern, *at = strstr(pattern, "{subject}");
	for (const char *p = pattern; at && p < at; p++)
		before += *p == '{';
	if (at)
		return c->params[before];
	const struct cJSON *item = call_member(c, "subject");
	return item ? json_text(&c->arena, item) : STR_NONE;
}

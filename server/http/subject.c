#include "http/subject.h"

#include <string.h>

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

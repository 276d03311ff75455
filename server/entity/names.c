#include "entity/names.h"

#include <errno.h>
#include <stdlib.h>

#include "core/json.h"

int document_read(struct arena *a, struct str document, struct cJSON **ret)
{
	struct json_fault fault;
	struct buf text = buf_make(a, SIZE_MAX);
	buf_reserve(&text, document.n + 2);
	buf_add_char(&text, '{');
	buf_add(&text, document);
	buf_add_char(&text, '}');
	if (text.failed)
		return -ENOMEM;
	int r = json_parse(a, buf_str(&text), ret, &fault);
	return r == -EINVAL ? -EBADMSG : r;
}

static int by_bytes(const void *one, const void *other)
{
	return str_cmp(*(const struct str *)one, *(const struct str *)other);
}

bool names_read(struct arena *a, const struct cJSON *list, const char *member, struct names *ret)
{
	*ret = (struct names){.at = arena_calloc(a, json_count(list) + 1, sizeof *ret->at)};
	if (!ret->at)
		return false;
	json_each (item, list) {
		const struct cJSON *name = member ? json_get(item, member) : item;
		if (name && json_kind(name) == JSON_STRING)
			ret->at[ret->n++] = json_text(a, name);
	}
	qsort(ret->at, ret->n, sizeof *ret->at, by_bytes);
	return !a->failed;
}

bool names_differ(const struct names *names)
{
	for (size_t i = 1; i < names->n; i++)
		if (str_eq(names->at[i - 1], names->at[i]))
			return false;
	return true;
}

bool names_have(const struct names *names, struct str name)
{
	return bsearch(&name, names->at, names->n, sizeof name, by_bytes);
}

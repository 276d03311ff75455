#include "schema/reading.h"

#include <string.h>

bool reading_refuse(const struct reading *r, const char *name, const char *message)
{
	struct str pointer = arena_printf(&r->m->arena, "%s/%s", r->pointer, name);
	return mkops_fail(r->operation->file, pointer.p, "%s", message);
}

bool reading_text(const struct reading *r, const char *name, bool needed, const char **ret)
{
	const struct cJSON *item = json_get(r->in, name);
	if (!item)
		return !needed || reading_refuse(r, name, "is missing");
	if (json_kind(item) != JSON_STRING || json_raw(item).n == 0)
		return reading_refuse(r, name, "must be a string with something in it");
	*ret = json_raw(item).p;
	return true;
}

bool reading_bool(const struct reading *r, const char *name, bool *ret)
{
	const struct cJSON *item = json_get(r->in, name);
	if (item && json_kind(item) != JSON_BOOL)
		return reading_refuse(r, name, "must be true or false");
	*ret = item && json_true(item);
	return true;
}

bool reading_word(
	const struct reading *r, const char *name, const char *const *words, size_t n, size_t *ret)
{
	const char *text = "";
	if (!reading_text(r, name, true, &text))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0) {
			*ret = i;
			return true;
		}
	}
	struct buf message = buf_make(&r->m->arena, 400);
	buf_addf(&message, "must be ");
	for (size_t i = 0; i < n; i++)
		buf_addf(&message, "%s%s", i ? " or " : "", words[i]);
	buf_add_char(&message, '\0');
	return reading_refuse(r, name, message.failed ? "is wrong" : message.p);
}

bool reading_confidence(const struct reading *r, enum op_confidence *ret)
{
	static const char *const words[] = {"live", "documented", "inferred"};
	size_t i = 0;
	if (!reading_word(r, "confidence", words, COUNT(words), &i))
		return false;
	*ret = (enum op_confidence)i;
	return true;
}

bool reading_only(const struct reading *r, const char *const *names, size_t n)
{
	json_each (member, r->in) {
		size_t i = 0;
		while (i < n && strcmp(names[i], json_name(member).p) != 0)
			i++;
		if (i == n)
			return reading_refuse(r, json_name(member).p, "unknown member");
	}
	return true;
}

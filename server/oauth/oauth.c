#include "oauth/oauth.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "jose/jwk.h"

#define CONTENT_MAX ((size_t)1 << 20)

int refusal_set(struct arena *a, struct refusal *r, const char *action, const char *code,
	const char *error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *text = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (!text)
		return -ENOMEM;
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	*r = (struct refusal){action, code, error, {text, (size_t)n}};
	return 0;
}

struct str refusal_content(const struct oauth *o, const struct refusal *r)
{
	struct arena *a = o->arena;
	struct buf out = buf_make(a, CONTENT_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "error", str_of(r->error));
	if (!oauth_flag(o->service, "errorDescriptionOmitted"))
		json_member_str(&w, "error_description",
			arena_printf(a, "[%s] %.*s", r->code, STR_ARGS(r->message)));
	if (!oauth_flag(o->service, "errorUriOmitted"))
		json_member_str(
			&w, "error_uri", arena_printf(a, "https://docs.authlete.com/#%s", r->code));
	json_close(&w, '}');
	return a->failed ? STR_NONE : buf_str(&out);
}

bool oauth_flag(const struct cJSON *document, const char *name)
{
	const struct cJSON *item = json_get(document, name);
	return item && json_kind(item) == JSON_BOOL && json_true(item);
}

int64_t oauth_number(const struct cJSON *document, const char *name, int64_t otherwise)
{
	const struct cJSON *item = json_get(document, name);
	int64_t value;
	return item && json_kind(item) == JSON_NUMBER && json_int(item, &value) ? value : otherwise;
}

struct str oauth_text(struct arena *a, const struct cJSON *document, const char *name)
{
	const struct cJSON *item = json_get(document, name);
	return item && json_kind(item) == JSON_STRING ? json_text(a, item) : STR_NONE;
}

bool oauth_has_value(const struct cJSON *document, const char *name, const char *value)
{
	const struct cJSON *item = json_get(document, name);
	return item && json_kind(item) == JSON_STRING && str_eq(json_raw(item), str_of(value));
}

bool oauth_has(const struct cJSON *document, const char *name, const char *word)
{
	const struct cJSON *list = json_get(document, name);
	struct str wanted = str_of(word);
	if (!list || json_kind(list) != JSON_ARRAY)
		return false;
	json_each (item, list)
		if (json_kind(item) == JSON_STRING && str_eq(json_raw(item), wanted))
			return true;
	return false;
}

static bool lists(const struct cJSON *document, const char *name)
{
	const struct cJSON *list = json_get(document, name);
	return list && json_kind(list) == JSON_ARRAY && json_count(list) > 0;
}

bool oauth_service_grants(const struct cJSON *service, const char *grant_type)
{
	struct str wanted = str_of(grant_type);
	if (lists(service, "supportedGrantTypes"))
		return oauth_has(service, "supportedGrantTypes", grant_type);
	return str_eq(wanted, STR("AUTHORIZATION_CODE")) || str_eq(wanted, STR("REFRESH_TOKEN"));
}

bool oauth_client_grants(const struct cJSON *client, const char *grant_type)
{
	return !lists(client, "grantTypes") || oauth_has(client, "grantTypes", grant_type);
}

int oauth_keys(const struct oauth *o, const struct cJSON *document, const char *name,
	struct jwk_set **ret, const char **ret_why)
{
	const struct cJSON *item = json_get(document, name);
	/* as the tree has it: a zero byte, which is written otherwise there, is no JSON either way
	 */
	struct str text = item && json_kind(item) == JSON_STRING ? json_raw(item) : STR_NONE;
	if (text.n == 0) {
		*ret_why = "There are no keys.";
		return -ENOENT;
	}
	return o->keys ? jwk_cache_get(o->keys, o->arena, text, ret, ret_why)
		       : jwk_set_parse(o->arena, text, ret, ret_why);
}

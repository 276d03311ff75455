#include "oauth/params.h"

#include <errno.h>

static size_t count_pairs(struct str text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] != '&' && (i == 0 || text.p[i - 1] == '&');
	return n;
}

static int decode(struct arena *a, struct str text, struct str *ret)
{
	char *room = arena_alloc(a, text.n + 1);
	if (!room)
		return -ENOMEM;
	ptrdiff_t n = percent_decode(text, true, room);
	if (n < 0)
		return -EINVAL;
	struct str value = {room, (size_t)n};
	room[n] = '\0';
	if (!str_is_utf8(value))
		return -EINVAL;
	*ret = value;
	return 0;
}

int params_parse(struct arena *a, struct str text, struct params *ret)
{
	struct params params = {0};
	struct str rest = text, pair, name, value;
	size_t n = count_pairs(text);
	if (n > PARAMS_MAX)
		return -EINVAL;
	params.at = arena_alloc(a, (n ? n : 1) * sizeof *params.at);
	if (!params.at)
		return -ENOMEM;
	while (rest.n) {
		str_cut(rest, '&', &pair, &rest);
		if (pair.n == 0)
			continue;
		struct param *param = &params.at[params.n++];
		str_cut(pair, '=', &name, &value);
		int r = decode(a, name, &param->name);
		if (r == 0)
			r = decode(a, value, &param->value);
		if (r < 0)
			return r;
	}
	*ret = params;
	return 0;
}

enum param_state params_get(const struct params *p, const char *name, struct str *ret)
{
	struct str wanted = str_of(name), value = STR_NONE;
	size_t found = 0;
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->at[i].name, wanted)) {
			value = p->at[i].value;
			found++;
		}
	if (ret)
		*ret = found == 1 ? value : STR_NONE;
	if (found == 0)
		return PARAM_ABSENT;
	if (found > 1)
		return PARAM_REPEATED;
	return value.n ? PARAM_ONE : PARAM_EMPTY;
}

struct str params_one(const struct params *p, const char *name)
{
	struct str value;
	return params_get(p, name, &value) == PARAM_ONE ? value : STR_NONE;
}

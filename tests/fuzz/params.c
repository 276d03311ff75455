/* Any bytes as the parameters of a client. What is accepted are well-formed texts, found again by
 * their names, the same after they were written and read again; scopes come apart and together. */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "oauth/params.h"
#include "oauth/scope.h"

static void put(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		buf_addf(out, "%%%02X", (unsigned char)text.p[i]);
}

static void check_one(struct arena *a, const struct params *p, size_t i)
{
	struct str value;
	struct scopes scopes, again;
	const struct param *param = &p->at[i];
	must(str_is_utf8(param->name) && str_is_utf8(param->value));
	/* a name that holds U+0000 cannot be asked for */
	if (!memchr(param->name.p, '\0', param->name.n)) {
		enum param_state state = params_get(p, param->name.p, &value);
		must(state != PARAM_ABSENT);
		must(state == PARAM_REPEATED ? !value.p : str_eq(value, param->value));
		must(state == PARAM_ONE ? value.n > 0 : !params_one(p, param->name.p).n);
	}
	must(scopes_parse(a, param->value, &scopes) == 0);
	struct str text = scopes_text(a, &scopes);
	must(scopes_parse(a, text, &again) == 0);
	must(again.n == scopes.n && str_eq(text, scopes_text(a, &again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct params p, again;
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	int r = params_parse(&a, fuzz_str(data, size), &p);
	must(r == 0 || r == -EINVAL);
	if (r == 0) {
		struct buf out = buf_make(&a, SIZE_MAX);
		must(p.n <= size && p.n <= PARAMS_MAX);
		for (size_t i = 0; i < p.n; i++) {
			check_one(&a, &p, i);
			put(&out, p.at[i].name);
			buf_add_char(&out, '=');
			put(&out, p.at[i].value);
			buf_add_char(&out, '&');
		}
		must(params_parse(&a, buf_str(&out), &again) == 0 && again.n == p.n);
		for (size_t i = 0; i < p.n; i++) {
			must(str_eq(again.at[i].name, p.at[i].name));
			must(str_eq(again.at[i].value, p.at[i].value));
		}
	}
	arena_reset(&a);
	return 0;
}

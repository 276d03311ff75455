#include "oauth/challenge.h"

#include "oauth/dpop.h"

#define CHALLENGE_MAX ((size_t)1 << 20)

static struct buf begin(const struct oauth *o, const char *error, bool dpop)
{
	struct buf out = buf_make(o->arena, CHALLENGE_MAX);
	buf_addf(&out, "%s error=\"%s\"", dpop ? "DPoP" : "Bearer", error);
	return out;
}

static struct str end(struct buf *out, bool dpop)
{
	if (dpop)
		buf_add(out, STR(",algs=\"" DPOP_ALGS "\""));
	return buf_str(out);
}

struct str challenge_content(
	const struct oauth *o, const struct refusal *why, struct str further, bool dpop)
{
	struct buf out = begin(o, why->error, dpop);
	if (!oauth_flag(o->service, "errorDescriptionOmitted"))
		buf_addf(&out, ",error_description=\"[%s] %.*s\"", why->code,
			STR_ARGS(why->message));
	if (!oauth_flag(o->service, "errorUriOmitted"))
		buf_addf(&out, ",error_uri=\"https://docs.authlete.com/#%s\"", why->code);
	if (further.n) {
		buf_add_char(&out, ',');
		buf_add(&out, further);
	}
	return end(&out, dpop);
}

struct str challenge_template(const struct oauth *o, bool dpop)
{
	struct buf out = begin(o, "invalid_request", dpop);
	return end(&out, dpop);
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\';
}

struct str challenge_words(struct arena *a, const char *name, const struct str *words, size_t n)
{
	struct buf out = buf_make(a, CHALLENGE_MAX);
	buf_addf(&out, "%s=\"", name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_char(&out, ' ');
		for (size_t k = 0; k < words[i].n; k++)
			if (is_plain(words[i].p[k]))
				buf_add_char(&out, words[i].p[k]);
	}
	buf_add_char(&out, '"');
	return buf_str(&out);
}

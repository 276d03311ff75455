/* Any bytes as a signed token, and as the payload of one. A token has one spelling only; what we
 * sign is taken, and not when it has changed. */
#include <errno.h>

#include "fuzz.h"
#include "core/b64.h"
#include "jose/jws.h"

/* Of RFC 7515 A.1, RFC 8037 A and RFC 7515 A.3. */
#define KEYS                                                                                       \
	"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH" \
	"75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\","              \
	"\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","                                   \
	"\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"},{\"kty\":\"EC\",\"crv\":\"P-"      \
	"256\","                                                                                   \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                                   \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"

static const struct jws_rules rules = {.algs = JOSE_SIGNATURES};

static struct jwk_set *keys(void)
{
	static struct jwk_set *set;
	const char *why;
	struct arena a;
	if (set)
		return set;
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	must(jwk_set_parse(&a, STR(KEYS), &set, &why) == 0);
	arena_reset(&a);
	return set;
}

/* The parts as they are, encoded again. */
static void check_spelling(struct arena *a, struct str token, const struct jws *jws)
{
	struct str rest, part;
	const struct str bytes[] = {jws->payload, jws->signature};
	str_cut(token, '.', &part, &rest);
	for (size_t i = 0; i < 2; i++) {
		str_cut(rest, '.', &part, &rest);
		char *again = arena_alloc(a, bytes[i].n * 2 + 4);
		size_t n = b64url_encode((const unsigned char *)bytes[i].p, bytes[i].n, again);
		must(str_eq(part, (struct str){again, n}));
	}
}

static void check_token(struct arena *a, struct str token)
{
	struct jws jws;
	const struct jwk *key = NULL;
	const char *why = NULL;
	int e = jws_parse(a, token, &jws, &why);
	must(e == 0 || ((e == -EINVAL || e == -ENOTSUP) && why));
	if (e < 0)
		return;
	check_spelling(a, token, &jws);
	e = jws_verify(&jws, &rules, keys(), &key, &why);
	must(e == 0 || why);
	must(e == 0 || e == -ENOTSUP || e == -EPERM || e == -ENOKEY || e == -EBADMSG);
	must(e < 0 || (jws.alg != JOSE_UNSET && key));
}

static void check_payload(struct arena *a, struct str payload)
{
	static const enum jose_alg algs[] = {JOSE_HS256, JOSE_EDDSA};
	/* curves take long, so that not every input gets them */
	for (size_t i = 0; i < (payload.n % 32 ? 1 : 2); i++) {
		struct str token;
		struct jws jws;
		const char *why = NULL;
		must(jws_sign(a, algs[i], jwk_set_at(keys(), i), STR(""), payload, &token, &why) ==
			0);
		must(jws_parse(a, token, &jws, &why) == 0);
		must(jws_verify(&jws, &rules, keys(), NULL, &why) == 0);
		must(str_eq(jws.payload, payload));
		struct str changed = arena_copy(a, jws.input);
		((char *)(uintptr_t)changed.p)[payload.n % changed.n] ^= 1;
		jws.input = changed;
		must(jws_verify(&jws, &rules, keys(), NULL, &why) == -EBADMSG);
	}
}

/* As members of a header: refused, or a token that is read back with them. */
static void check_members(struct arena *a, struct str members)
{
	struct str token;
	struct jws jws;
	const char *why = NULL;
	int e = jws_sign(a, JOSE_HS256, jwk_set_at(keys(), 0), members, STR("{}"), &token, &why);
	must(e == 0 || (e == -EINVAL && why));
	if (e == 0 && jws_parse(a, token, &jws, &why) == 0)
		must(jws.alg == JOSE_HS256);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct str text = fuzz_str(data, size);
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	check_token(&a, text);
	check_payload(&a, text);
	check_members(&a, text);
	arena_reset(&a);
	return 0;
}

/* server/jose/ on a pipe, for tests/flow/jose.test.mjs: one JSON object to a line of input, one to
 * a line of output, {"result": …} or {"error": "EINVAL", "why": …}.
 *   {"do":"sign","alg","key","members","payload"}          {"do":"verify","algs","key","token"}
 *   {"do":"encrypt","alg","enc","key","members","payload","apu","apv","p2c"}
 *   {"do":"decrypt","key","token","p2c"}                   {"do":"thumbprint"|"public","key"}
 * In place of a key there may be "set", a key set, for verify and decrypt. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/b64.h"
#include "core/json.h"
#include "jose/jwe.h"
#include "jose/jwk.h"
#include "jose/jws.h"

#define CEILING ((size_t)64 << 20)

struct job {
	struct arena *a;
	const struct cJSON *request;
	struct jwk key;
	struct jwk_set *set;
	struct str result;
	const char *why;
};

static struct str text(const struct job *job, const char *name)
{
	const struct cJSON *member = json_get(job->request, name);
	return member ? json_text(job->a, member) : STR_NONE;
}

static uint32_t number(const struct job *job, const char *name)
{
	int64_t value = 0;
	const struct cJSON *member = json_get(job->request, name);
	return member && json_int(member, &value) ? (uint32_t)value : 0;
}

static int do_sign(struct job *job)
{
	return jws_sign(job->a, jose_find(JOSE_SIGNATURE, text(job, "alg")), &job->key,
		text(job, "members"), text(job, "payload"), &job->result, &job->why);
}

static int do_verify(struct job *job)
{
	struct jws jws;
	struct jws_rules rules = {.try_each = json_get(job->request, "tryEach") != NULL};
	json_each (name, json_get(job->request, "algs"))
		rules.algs |= JOSE_BIT(jose_find(JOSE_SIGNATURE, json_raw(name)));
	int e = jws_parse(job->a, text(job, "token"), &jws, &job->why);
	if (e == 0)
		e = job->set ? jws_verify(&jws, &rules, job->set, NULL, &job->why)
			     : jws_verify_key(&jws, &rules, &job->key, &job->why);
	job->result = jws.payload;
	return e;
}

static int do_encrypt(struct job *job)
{
	const struct jwe_how how = {.alg = jose_find(JOSE_KEY_MANAGEMENT, text(job, "alg")),
		.enc = jose_find(JOSE_CONTENT, text(job, "enc")),
		.key = &job->key,
		.members = text(job, "members"),
		.apu = text(job, "apu"),
		.apv = text(job, "apv"),
		.p2c = number(job, "p2c")};
	return jwe_encrypt(job->a, NULL, &how, text(job, "payload"), &job->result, &job->why);
}

static int do_decrypt(struct job *job)
{
	struct jwe jwe;
	const struct jwe_rules rules = {
		.algs = JOSE_KEY_MANAGEMENTS, .encs = JOSE_CONTENTS, .p2c_max = number(job, "p2c")};
	int e = jwe_parse(job->a, text(job, "token"), &jwe, &job->why);
	if (e < 0)
		return e;
	return job->set ? jwe_decrypt(job->a, &jwe, &rules, job->set, &job->result, &job->why)
			: jwe_decrypt_key(job->a, &jwe, &rules, &job->key, &job->result, &job->why);
}

static int do_thumbprint(struct job *job)
{
	char *out = arena_alloc(job->a, 64);
	job->result = (struct str){out, b64url_encode(job->key.thumbprint, SHA256_SIZE, out)};
	return 0;
}

static int do_public(struct job *job)
{
	struct buf out = buf_make(job->a, CEILING);
	int e = jwk_write_public(&out, &job->key, &job->why);
	job->result = buf_str(&out);
	return e;
}

static int run(struct job *job)
{
	static const struct {
		const char *name;
		int (*work)(struct job *job);
	} works[] = {
		{"sign", do_sign},
		{"verify", do_verify},
		{"encrypt", do_encrypt},
		{"decrypt", do_decrypt},
		{"thumbprint", do_thumbprint},
		{"public", do_public},
	};
	const struct cJSON *key = json_get(job->request, "key");
	struct buf set = buf_make(job->a, CEILING);
	struct json_writer w = json_writer(&set);
	int e = 0;
	if (key) {
		e = jwk_read(job->a, key, &job->key, &job->why);
	} else {
		json_put_tree(&w, json_get(job->request, "set"));
		e = jwk_set_parse(job->a, buf_str(&set), &job->set, &job->why);
	}
	if (e < 0)
		return e;
	for (size_t i = 0; i < sizeof works / sizeof works[0]; i++)
		if (str_eq(text(job, "do"), str_of(works[i].name)))
			return works[i].work(job);
	job->why = "nothing known to do";
	return -EINVAL;
}

static void answer(struct arena *a, int e, const struct job *job)
{
	struct buf out = buf_make(a, CEILING);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	if (e == 0) {
		json_member_str(&w, "result", job->result);
	} else {
		json_member_str(&w, "error", str_of(strerrorname_np(-e)));
		json_member_str(&w, "why", str_of(job->why ? job->why : ""));
	}
	json_close(&w, '}');
	if (out.failed)
		exit(1);
	printf("%.*s\n", STR_ARGS(buf_str(&out)));
	fflush(stdout);
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	struct arena a;
	arena_init(&a, NULL, 0, CEILING);
	while ((n = getline(&line, &room, stdin)) > 0) {
		struct cJSON *request;
		struct json_fault fault;
		struct job job = {.a = &a};
		if (json_parse(&a, (struct str){line, (size_t)n}, &request, &fault) < 0)
			return 1;
		job.request = request;
		answer(&a, run(&job), &job);
		jwk_clear(&job.key);
		jwk_set_unref(job.set);
		arena_reset(&a);
	}
	free(line);
	return 0;
}

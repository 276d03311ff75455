/* ES256: tokens a second from jws_sign beside signatures a second from libcrypto alone, one second
 * each: what the framing costs. Then the same for verification. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "jose/jws.h"

#define KEY                                                                                        \
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\"," \
	"\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\","                                   \
	"\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}"
#define CLAIMS                                                                                     \
	"{\"iss\":\"https://"                                                                      \
	"example.com\",\"sub\":\"subject\",\"aud\":[\"12345\"],\"exp\":1900000000,"                \
	"\"iat\":1899996400,\"auth_time\":1899996000,\"nonce\":\"n-0S6_WzA2Mj\"}"

static struct arena a;
static struct jwk key;
static EVP_MD *sha256;
static struct str token;

static void sign_token(void)
{
	const char *why;
	arena_reset(&a);
	if (jws_sign(&a, JOSE_ES256, &key, STR("\"kid\":\"1\""), STR(CLAIMS), &token, &why) < 0)
		exit(1);
}

static void sign_alone(void)
{
	unsigned char der[80];
	size_t n = sizeof der;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (EVP_DigestSignInit(context, NULL, sha256, NULL, key.pkey) != 1 ||
		EVP_DigestSign(
			context, der, &n, (const unsigned char *)CLAIMS, sizeof CLAIMS - 1) != 1)
		exit(1);
	EVP_MD_CTX_free(context);
}

static void verify_token(void)
{
	static const struct jws_rules rules = {.algs = JOSE_BIT(JOSE_ES256)};
	struct arena own;
	static char room[4096];
	struct jws jws;
	const char *why;
	arena_init(&own, room, sizeof room, 0);
	if (jws_parse(&own, token, &jws, &why) < 0 || jws_verify_key(&jws, &rules, &key, &why) < 0)
		exit(1);
}

struct tally {
	void (*work)(void);
	int64_t us;
	unsigned long n;
};

static void run_for(struct tally *t, int64_t us)
{
	int64_t start = clock_monotonic_us(), end = start;
	for (; end - start < us; t->n++) {
		t->work();
		end = clock_monotonic_us();
	}
	t->us += end - start;
}

static double rate(const struct tally *t)
{
	return (double)t->n * 1e6 / (double)t->us;
}

int main(void)
{
	static char room[8192], key_room[4096];
	struct arena keys;
	const char *why;
	arena_init(&a, room, sizeof room, 0);
	arena_init(&keys, key_room, sizeof key_room, 1 << 20);
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!sha256 || jwk_parse(&keys, STR(KEY), &key, &why) < 0)
		return 1;
	sign_token();
	struct tally alone = {.work = sign_alone}, whole = {.work = sign_token},
		     verified = {.work = verify_token};
	for (int turn = 0; turn < 50; turn++) { /* in turns, so that a busy machine hits all */
		run_for(&alone, 20000);
		run_for(&whole, 20000);
		run_for(&verified, 20000);
	}
	printf("ES256: %.0f signatures/s alone, %.0f tokens/s (%.3f), %.0f verified/s\n",
		rate(&alone), rate(&whole), rate(&whole) / rate(&alone), rate(&verified));
	jwk_clear(&key);
	EVP_MD_free(sha256);
	return 0;
}

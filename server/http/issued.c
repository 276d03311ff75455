#include "http/issued.h"

#include <errno.h>
#include <string.h>

#include "core/b64.h"
#include "entity/names.h"
#include "oauth/details.h"
#include "oauth/oauth.h"

typedef int finder(struct store *s, struct arena *a, int64_t service_id,
	const unsigned char hash[SHA256_SIZE], struct store_issued *ret);

static int find_by_value(struct call *c, finder *find, struct str token, struct store_issued *ret)
{
	unsigned char hash[SHA256_SIZE];
	int r = hash_sha256(token, hash);
	return r < 0 ? r : find(c->silo->store, &c->arena, c->service_id, hash, ret);
}

/* A SHA-256 in base64url. */
static bool read_hash(struct str text, unsigned char ret[SHA256_SIZE])
{
	unsigned char bytes[SHA256_SIZE + 8];
	if (text.n != RAND_TOKEN_SIZE || b64url_decode(text, bytes) != SHA256_SIZE)
		return false;
	memcpy(ret, bytes, SHA256_SIZE);
	return true;
}

static int find_by_hash(struct call *c, finder *find, struct str text, struct store_issued *ret)
{
	unsigned char hash[SHA256_SIZE];
	return read_hash(text, hash) ? find(c->silo->store, &c->arena, c->service_id, hash, ret)
				     : -ENOENT;
}

/* A value that a caller chose may have the form of a JWT: so that comes second. */
int issued_of_access(
	struct call *c, struct str token, struct store_issued *ret, enum access_jwt *ret_form)
{
	struct str id;
	int form = ACCESS_JWT_OPAQUE;
	int r = find_by_value(c, store_issued_by_access, token, ret);
	if (r == -ENOENT) {
		form = access_jwt_read(&c->arena, token, &id);
		if (form < 0)
			return form;
		if (form == ACCESS_JWT)
			r = find_by_value(c, store_issued_by_access, id, ret);
	}
	if (ret_form)
		*ret_form = (enum access_jwt)form;
	return r;
}

int issued_of_refresh(struct call *c, struct str token, struct store_issued *ret)
{
	return find_by_value(c, store_issued_by_refresh, token, ret);
}

int issued_of_access_identifier(struct call *c, struct str identifier, struct store_issued *ret)
{
	int r = issued_of_access(c, identifier, ret, NULL);
	return r == -ENOENT ? find_by_hash(c, store_issued_by_access, identifier, ret) : r;
}

int issued_of_refresh_identifier(struct call *c, struct str identifier, struct store_issued *ret)
{
	int r = issued_of_refresh(c, identifier, ret);
	return r == -ENOENT ? find_by_hash(c, store_issued_by_refresh, identifier, ret) : r;
}

int issued_is_foreign(struct call *c, struct str identifier, bool *ret)
{
	struct str id = identifier;
	unsigned char hash[SHA256_SIZE];
	int form = access_jwt_read(&c->arena, identifier, &id);
	int r = form < 0 ? form : hash_sha256(form == ACCESS_JWT ? id : identifier, hash);
	if (r == 0)
		r = store_issued_is_foreign(c->silo->store, c->service_id, hash, ret);
	if (r == 0 && !*ret && read_hash(identifier, hash))
		r = store_issued_is_foreign(c->silo->store, c->service_id, hash, ret);
	return r;
}

int issued_put(struct store *s, const struct oauth *o, const struct oauth_client *client,
	struct store_issued *row)
{
	static const char name[] = "singleAccessTokenPerSubject";
	bool single = oauth_flag(o->service, name) || oauth_flag(client->document, name);
	struct issued_filter others = {.client_id = row->client_id, .subject = row->subject};
	int64_t count;
	int r = 0;
	if (single && row->subject.p && !str_eq(row->grant_type, STR("CLIENT_CREDENTIALS")))
		r = store_issued_delete_all(s, o->row.service_id, &others, &count);
	return r < 0 ? r : store_issued_put(s, o->row.service_id, row);
}

int issued_details(struct call *c, const struct store_issued *row, struct cJSON **ret)
{
	return document_read(&c->arena, row->details, ret);
}

struct str issued_details_text(struct call *c, const struct cJSON *details)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, details);
	struct str text = buf_str(&out);
	return text.p ? (struct str){text.p + 1, text.n - 2} : STR_NONE;
}

/* A value cannot be in two trees. NULL without memory. */
static struct cJSON *copy_of(struct arena *a, const struct cJSON *value)
{
	struct json_fault fault;
	struct cJSON *copy;
	struct buf out = buf_make(a, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_put_tree(&w, value);
	return out.failed || json_parse(a, buf_str(&out), &copy, &fault) < 0 ? NULL : copy;
}

bool issued_detail_set(
	struct call *c, struct cJSON *details, const char *name, const struct cJSON *value)
{
	struct cJSON *old = json_get(details, name);
	if (old)
		json_remove(details, old);
	if (!value)
		return true;
	struct cJSON *copy = copy_of(&c->arena, value);
	return copy && json_add(&c->arena, details, str_of(name), copy);
}

struct str issued_type(const struct oauth *o, const struct cJSON *details)
{
	struct str type = oauth_text(o->arena, o->service, "accessTokenType");
	if (json_get(details, DETAIL_DPOP))
		return STR("DPoP");
	return type.n ? type : STR("Bearer");
}

void issued_put_words(struct json_writer *w, const char *name, struct str words)
{
	struct str word;
	if (!words.n)
		return;
	json_put_name(w, name);
	json_open(w, '[');
	for (bool more = true; more;) {
		more = str_cut(words, ' ', &word, &words);
		json_put_str(w, word);
	}
	json_close(w, ']');
}

void issued_put_hash(struct json_writer *w, const char *name, const unsigned char hash[SHA256_SIZE])
{
	char text[SHA256_SIZE * 2];
	size_t n = b64url_encode(hash, SHA256_SIZE, text);
	json_member_str(w, name, (struct str){text, n});
}

void issued_put_detail(struct json_writer *w, const struct cJSON *details, const char *name)
{
	const struct cJSON *item = json_get(details, name);
	if (item) {
		json_put_name(w, name);
		json_put_tree(w, item);
	}
}

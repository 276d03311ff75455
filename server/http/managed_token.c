#include "http/managed_token.h"

#include <errno.h>
#include <inttypes.h>

#include "http/reply.h"

static bool is_of_organization(const struct call *c)
{
	return str_starts(str_of(c->op->name), STR("organizationtoken/"));
}

int managed_token_owner(struct call *c, int64_t *ret_owner)
{
	*ret_owner = STORE_ORGANIZATION;
	if (is_of_organization(c))
		return 0;
	checking(c, "service");
	c->service_id = *ret_owner = in_int(c->in, "serviceId", 0);
	int r = store_service_find(c->silo->store, NULL, *ret_owner, NULL);
	if (r == -ENOENT)
		return refuse(c, 403, "A457101", "there is no service %" PRId64, *ret_owner);
	if (r == 0)
		found(c, "there is such a service");
	return r;
}

int64_t managed_token_id(struct call *c)
{
	int64_t id;
	struct str text = in_str(c, "tokenId");
	return str_is_digits(text) && str_to_i64(text, &id) ? id : 0;
}

int managed_token_refuse_unknown(struct call *c)
{
	checking(c, "token");
	return refuse(c, 404, M_NO_ACCESS_TOKEN,
		"%s has no access token of that id; those of a seed have no id",
		is_of_organization(c) ? "the organization" : "the service");
}

/* Gives back what the caller sent. */
static void echo(struct call *c, struct json_writer *w, const char *name)
{
	if (json_get(c->in, name))
		json_member_int(w, name, in_int(c->in, name, 0));
}

void managed_token_write(struct call *c, struct json_writer *w,
	const struct store_managed_token *row, struct str token)
{
	bool service = !is_of_organization(c);
	json_open(w, '{');
	if (service)
		json_member_int(w, "serviceId", c->service_id);
	echo(c, w, "organizationId");
	if (service)
		echo(c, w, "apiServerId");
	if (token.p)
		json_member_str(w, "accessToken", token);
	json_member_str(w, "tokenId", arena_i64(&c->arena, row->token_id));
	json_member_str(w, "description", row->description);
	json_close(w, '}');
}

int managed_token_answer(struct call *c, const struct store_managed_token *row, struct str token)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	managed_token_write(c, &w, row, token);
	return answer_json(c, 200, c->arena.failed ? STR_NONE : buf_str(&out));
}

int managed_token_draw(struct call *c, struct fresh_token *ret)
{
	int r = rand_token(&c->silo->rand, ret->text);
	return r < 0 ? r : hash_sha256(str_of(ret->text), ret->hash);
}

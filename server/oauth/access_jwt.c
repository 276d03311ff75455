#include "oauth/access_jwt.h"

#include <errno.h>
#include <string.h>

#include "core/json.h"
#include "jose/jws.h"

static size_t dots(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '.';
	return n;
}

int access_jwt_read(struct arena *a, struct str token, struct str *ret)
{
	struct jws jws;
	struct cJSON *claims = NULL;
	struct json_fault fault;
	const char *why;
	size_t n = dots(token);
	if (n == 4)
		return ACCESS_JWT_UNSIGNED;
	if (n != 2)
		return ACCESS_JWT_OPAQUE;
	int r = jws_parse(a, token, &jws, &why);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return ACCESS_JWT_UNREADABLE;
	if (jws.alg == JOSE_UNSET || jose_is_symmetric(jws.alg))
		return ACCESS_JWT_UNSIGNED;
	r = json_parse(a, jws.payload, &claims, &fault);
	if (r == -ENOMEM)
		return r;
	const struct cJSON *id = r == 0 ? json_get(claims, "jti") : NULL;
	if (id && json_kind(id) == JSON_NULL)
		return ACCESS_JWT_EMPTY_ID;
	if (!id || json_kind(id) != JSON_STRING)
		return ACCESS_JWT_UNREADABLE;
	struct str text = json_text(a, id);
	if (!text.p)
		return -ENOMEM;
	*ret = text;
	return text.n ? ACCESS_JWT : ACCESS_JWT_EMPTY_ID;
}

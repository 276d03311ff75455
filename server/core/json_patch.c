#include "core/json_patch.h"

#include <errno.h>
#include <string.h>

/* One operation at work. */
struct patching {
	struct arena *arena;
	struct cJSON **document;
	const char *why; /* static; why it cannot be done */
};

/* Where a pointer leads: a value that is there (item), and the place it has or would have. */
struct place {
	struct cJSON *parent; /* NULL: the whole document */
	struct cJSON *item;   /* NULL: nothing is there yet */
	const char *name;     /* of an object's member, in tree form */
	size_t index;         /* of an array's element; its length: behind the last */
};

static int refuse(struct patching *p, const char *why)
{
	p->why = why;
	return -EINVAL;
}

/* The next token of a pointer (RFC 6901), unescaped; *rest begins behind the slash. */
static int next_token(struct patching *p, const char **rest, const char **ret)
{
	size_t n = strcspn(*rest, "/");
	char *token = arena_alloc(p->arena, n + 1), *out = token;
	if (!token)
		return -ENOMEM;
	for (const char *at = *rest; at < *rest + n; at++) {
		if (*at != '~') {
			*out++ = *at;
			continue;
		}
		at++;
		if (at == *rest + n || (*at != '0' && *at != '1'))
			return refuse(p, "a pointer has a ~ that neither 0 nor 1 follows");
		*out++ = *at == '0' ? '~' : '/';
	}
	*out = '\0';
	*rest += n;
	*ret = token;
	return 0;
}

static int find_element(
	struct patching *p, struct cJSON *array, const char *token, struct place *to)
{
	struct str text = str_of(token);
	uint64_t wanted;
	size_t n = json_count(array);
	to->item = NULL;
	to->index = n;
	if (str_eq(text, STR("-")))
		return 0;
	if (!str_to_u64(text, &wanted) || (text.n > 1 && text.p[0] == '0'))
		return refuse(p, "a pointer names an element of an array by what is no index");
	if (wanted > n)
		return refuse(p, "a pointer leads behind the end of an array");
	to->index = (size_t)wanted;
	size_t i = 0;
	json_each (element, array)
		if (i++ == wanted)
			to->item = element;
	return 0;
}

/* One step down from where to leads. */
static int step_down(struct patching *p, const char *token, struct place *to)
{
	struct cJSON *parent = to->item;
	if (!parent)
		return refuse(p, "a pointer leads through what is not there");
	*to = (struct place){.parent = parent, .name = token};
	if (json_kind(parent) == JSON_ARRAY)
		return find_element(p, parent, token, to);
	if (json_kind(parent) != JSON_OBJECT)
		return refuse(p, "a pointer leads into what is neither object nor array");
	to->item = json_get(parent, token);
	return 0;
}

static int resolve(struct patching *p, const char *pointer, struct place *to)
{
	*to = (struct place){.item = *p->document};
	while (*pointer) {
		const char *token;
		if (*pointer++ != '/')
			return refuse(p, "a pointer does not begin with a slash");
		int r = next_token(p, &pointer, &token);
		if (r == 0)
			r = step_down(p, token, to);
		if (r < 0)
			return r;
	}
	return 0;
}

static int resolve_existing(struct patching *p, const char *pointer, struct place *to)
{
	int r = resolve(p, pointer, to);
	return r < 0 || to->item ? r : refuse(p, "there is nothing at that place");
}

/* Puts a value of our own at the place: instead of what is there in an object, before it in an
 * array. */
static int put(struct patching *p, const struct place *to, struct cJSON *value)
{
	if (!value)
		return -ENOMEM;
	if (!to->parent) {
		*p->document = value;
		return 0;
	}
	if (json_kind(to->parent) == JSON_ARRAY) {
		json_insert(to->parent, to->index, value);
		return 0;
	}
	if (to->item)
		json_remove(to->parent, to->item);
	struct str name = json_decode(p->arena, str_of(to->name));
	return json_add(p->arena, to->parent, name, value) ? 0 : -ENOMEM;
}

static int take(struct patching *p, const struct place *from)
{
	if (!from->parent)
		return refuse(p, "the whole document cannot be removed");
	json_remove(from->parent, from->item);
	return 0;
}

/* ---- The operations ---- */

struct operands {
	const char *path, *from;
	const struct cJSON *value;
};

static int do_add(struct patching *p, const struct operands *o)
{
	struct place to = {0};
	int r = resolve(p, o->path, &to);
	return r < 0 ? r : put(p, &to, json_copy(p->arena, o->value));
}

static int do_remove(struct patching *p, const struct operands *o)
{
	struct place from = {0};
	int r = resolve_existing(p, o->path, &from);
	return r < 0 ? r : take(p, &from);
}

static int do_replace(struct patching *p, const struct operands *o)
{
	struct place to = {0};
	int r = resolve_existing(p, o->path, &to);
	if (r == 0 && to.parent) {
		json_remove(to.parent, to.item);
		to.item = NULL;
	}
	return r < 0 ? r : put(p, &to, json_copy(p->arena, o->value));
}

static int do_copy(struct patching *p, const struct operands *o)
{
	struct place from = {0}, to = {0};
	int r = resolve_existing(p, o->from, &from);
	if (r == 0)
		r = resolve(p, o->path, &to);
	return r < 0 ? r : put(p, &to, json_copy(p->arena, from.item));
}

static int do_move(struct patching *p, const struct operands *o)
{
	struct place from = {0}, to = {0};
	size_t n = strlen(o->from);
	if (strncmp(o->path, o->from, n) == 0 && o->path[n] == '/')
		return refuse(p, "a value cannot be moved into itself");
	int r = resolve_existing(p, o->from, &from);
	if (r < 0 || strcmp(o->from, o->path) == 0)
		return r;
	r = take(p, &from);
	if (r == 0)
		r = resolve(p, o->path, &to);
	return r < 0 ? r : put(p, &to, from.item);
}

static int do_test(struct patching *p, const struct operands *o)
{
	struct place at = {0};
	int r = resolve_existing(p, o->path, &at);
	if (r == 0 && !json_equal(at.item, o->value))
		r = refuse(p, "the value at that place is another");
	return r;
}

static const struct operation {
	struct str name;
	bool value, from; /* the members it needs beside path */
	int (*work)(struct patching *p, const struct operands *o);
} operations[] = {
	{STR("add"), true, false, do_add},
	{STR("remove"), false, false, do_remove},
	{STR("replace"), true, false, do_replace},
	{STR("move"), false, true, do_move},
	{STR("copy"), false, true, do_copy},
	{STR("test"), true, false, do_test},
};

static const struct operation *find_operation(const struct cJSON *name)
{
	if (!name || json_kind(name) != JSON_STRING)
		return NULL;
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if (str_eq(operations[i].name, json_raw(name)))
			return &operations[i];
	return NULL;
}

static bool is_text(const struct cJSON *item)
{
	return item && json_kind(item) == JSON_STRING;
}

static int apply(struct patching *p, const struct cJSON *entry)
{
	if (json_kind(entry) != JSON_OBJECT)
		return refuse(p, "it is no object");
	const struct operation *operation = find_operation(json_get(entry, "op"));
	const struct cJSON *path = json_get(entry, "path"), *from = json_get(entry, "from");
	struct operands o = {.value = json_get(entry, "value")};
	if (!operation)
		return refuse(p, "its \"op\" is none of add, remove, replace, move, copy and test");
	if (!is_text(path))
		return refuse(p, "it has no \"path\", or one that is no string");
	if (operation->from && !is_text(from))
		return refuse(p, "it has no \"from\", or one that is no string");
	if (operation->value && !o.value)
		return refuse(p, "it has no \"value\"");
	o.path = json_raw(path).p;
	o.from = operation->from ? json_raw(from).p : NULL;
	return operation->work(p, &o);
}

/* Values in the tree, counted as far as the limit. */
static size_t weigh(const struct cJSON *tree, size_t depth)
{
	size_t n = 1;
	if (depth > JSON_DEPTH_MAX)
		return JSON_PATCH_VALUES_MAX + 1;
	json_each (child, tree) {
		n += weigh(child, depth + 1);
		if (n > JSON_PATCH_VALUES_MAX)
			break;
	}
	return n;
}

int json_patch(
	struct arena *a, struct cJSON **document, const struct cJSON *patch, const char **ret_why)
{
	struct patching p = {a, document, NULL};
	int n = 0, r = 0;
	if (json_kind(patch) != JSON_ARRAY) {
		*ret_why = "it is no array of operations";
		return -EINVAL;
	}
	for (const struct cJSON *entry = json_first(patch); entry && r == 0;
		entry = json_next(entry)) {
		n++;
		r = apply(&p, entry);
		if (r == 0 && weigh(*document, 1) > JSON_PATCH_VALUES_MAX)
			r = refuse(&p, "it makes the document too large");
	}
	if (r != -EINVAL)
		return r;
	*ret_why = arena_printf(a, "operation %d: %s", n, p.why).p;
	return *ret_why ? -EINVAL : -ENOMEM;
}

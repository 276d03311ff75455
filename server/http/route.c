#include "http/route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A tree of path segments; the literal child is tried before the parameter. */
struct node {
	struct str segment;
	struct node *literals; /* first child, siblings by next */
	struct node *next;
	struct node *parameter; /* the child that takes any segment, if there is one */
	bool service;           /* {serviceId}: digits only */
	const struct op *ops[OP_METHODS];
	const struct op_route *routes[OP_METHODS];
};

static struct node root;

const char *const op_method_names[OP_METHODS] = {
	[OP_GET] = "GET",
	[OP_POST] = "POST",
	[OP_PUT] = "PUT",
	[OP_DELETE] = "DELETE",
};

static struct node *literal_child(const struct node *parent, struct str segment)
{
	struct node *child = parent->literals;
	while (child && !str_eq(child->segment, segment))
		child = child->next;
	return child;
}

static struct node *add_child(struct node *parent, struct str segment)
{
	bool parameter = segment.p[0] == '{';
	struct node *child = parameter ? parent->parameter : literal_child(parent, segment);
	if (child)
		return child;
	child = calloc(1, sizeof *child);
	if (!child)
		return NULL;
	child->segment = segment;
	if (parameter) {
		child->service = str_eq(segment, STR("{serviceId}"));
		parent->parameter = child;
	} else {
		child->next = parent->literals;
		parent->literals = child;
	}
	return child;
}

static int add_route(const struct op *op, const struct op_route *route)
{
	struct str rest = str_of(route->pattern + 1), segment;
	struct node *at = &root;
	while (rest.n) {
		str_cut(rest, '/', &segment, &rest);
		at = add_child(at, segment);
		if (!at)
			return -ENOMEM;
	}
	at->ops[route->method] = op;
	at->routes[route->method] = route;
	return 0;
}

int route_init(void)
{
	for (size_t i = 0; i < n_ops; i++)
		for (size_t k = 0; k < ops[i].n_routes; k++)
			if (add_route(&ops[i], &ops[i].routes[k]) < 0)
				return -ENOMEM;
	return 0;
}

static void release(struct node *node)
{
	while (node->literals) {
		struct node *child = node->literals;
		node->literals = child->next;
		release(child);
		free(child);
	}
	if (node->parameter) {
		release(node->parameter);
		free(node->parameter);
	}
}

void route_release(void)
{
	release(&root);
	memset(&root, 0, sizeof root);
}

static int decode(struct arena *a, struct str segment, struct str *ret)
{
	if (!memchr(segment.p, '%', segment.n)) {
		*ret = segment;
		return 0;
	}
	char *out = arena_alloc(a, segment.n);
	if (!out)
		return -ENOMEM;
	ptrdiff_t n = percent_decode(segment, false, out);
	if (n < 0)
		return -EINVAL;
	*ret = (struct str){out, (size_t)n};
	return 0;
}

/* Walks down; NULL when no pattern has this path. */
static int walk(struct arena *a, struct str path, struct route_match *m, const struct node **ret)
{
	const struct node *at = &root;
	struct str segment;
	size_t n = 0;
	*ret = NULL;
	while (path.n) {
		str_cut(path, '/', &segment, &path);
		int r = segment.n ? decode(a, segment, &segment) : -EINVAL;
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			return 0;
		const struct node *child = literal_child(at, segment);
		if (!child) {
			child = at->parameter;
			if (!child || !str_is_utf8(segment))
				return 0;
			if (child->service && !str_is_digits(segment)) {
				m->service_segment_bad = true;
				return 0;
			}
			m->params[n++] = segment;
		}
		at = child;
	}
	*ret = at;
	return 0;
}

int route_find(struct arena *a, struct str method, struct str path, struct route_match *ret)
{
	const struct node *node = NULL;
	*ret = (struct route_match){0};
	if (path.n == 0 || path.p[0] != '/')
		return 0;
	path = (struct str){path.p + 1, path.n - 1};
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	int r = walk(a, path, ret, &node);
	if (r < 0 || !node)
		return r;
	if (str_eq(method, STR("HEAD")))
		method = STR("GET");
	for (int i = 0; i < OP_METHODS; i++) {
		if (!node->ops[i])
			continue;
		ret->methods |= 1u << i;
		ret->control |= op_is_control(node->ops[i]);
		if (str_eq(method, str_of(op_method_names[i]))) {
			ret->op = node->ops[i];
			ret->route = node->routes[i];
		}
	}
	return 0;
}

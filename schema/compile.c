#include "schema/compile.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/compile_parts.h"

/* ---- Errors ---- */

static void add_spot(struct buf *out, const struct spot *at)
{
	if (!at->up) {
		buf_addf(out, "%s#%s", at->file->name, at->pointer);
		return;
	}
	add_spot(out, at->up);
	if (!at->name) {
		buf_addf(out, "/%zu", at->index);
		return;
	}
	buf_add_char(out, '/');
	for (const char *p = at->name; *p; p++) {
		if (*p == '~' || *p == '/')
			buf_add(out, *p == '~' ? STR("~0") : STR("~1"));
		else
			buf_add_char(out, *p);
	}
}

bool compile_fail(struct schema_compiler *c, const struct spot *at, const char *format, ...)
{
	char message[400];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	if (c->error.p)
		return false;
	struct buf out = buf_make(c->arena, SIZE_MAX);
	add_spot(&out, at);
	buf_addf(&out, ": %s", message);
	c->error = out.failed ? STR("no memory") : buf_str(&out);
	return false;
}

void *compile_alloc(struct schema_compiler *c, size_t count, size_t size)
{
	void *p = arena_calloc(c->arena, count ? count : 1, size);
	if (!p && !c->error.p)
		c->error = STR("no memory");
	return p;
}

struct spot spot_member(const struct spot *up, const char *name)
{
	return (struct spot){.up = up, .file = up->file, .name = name};
}

struct spot spot_item(const struct spot *up, size_t index)
{
	return (struct spot){.up = up, .file = up->file, .index = index};
}

/* ---- Nodes ---- */

static bool make_room(struct schema_compiler *c)
{
	if (c->n_made < c->room)
		return true;
	size_t room = c->room ? c->room * 2 : 64;
	struct schema_made *made = compile_alloc(c, room, sizeof *made);
	if (!made)
		return false;
	if (c->n_made)
		memcpy(made, c->made, c->n_made * sizeof *made);
	c->made = made;
	c->room = room;
	return true;
}

static struct schema *new_node(struct schema_compiler *c, const struct spot *at)
{
	struct schema *node = compile_alloc(c, 1, sizeof *node);
	struct buf origin = buf_make(c->arena, SIZE_MAX);
	add_spot(&origin, at);
	buf_add_char(&origin, '\0');
	if (!node || origin.failed || !make_room(c)) {
		c->error = c->error.p ? c->error : STR("no memory");
		return NULL;
	}
	node->id = (unsigned)c->n_made;
	c->made[c->n_made++] = (struct schema_made){.schema = node, .origin = origin.p};
	return node;
}

/* A part that some keyword used, moved to the arena. */
static const void *keep(struct schema_compiler *c, const struct draft *d, enum part part,
	const void *bytes, size_t n)
{
	void *kept = d->used[part] ? compile_alloc(c, 1, n) : NULL;
	return kept ? memcpy(kept, bytes, n) : NULL;
}

static bool finish(struct schema_compiler *c, struct draft *d, const struct spot *at)
{
	if (!compile_members(c, d, at))
		return false;
	struct schema *node = d->node;
	node->string = keep(c, d, PART_STRING, &d->string, sizeof d->string);
	node->number = keep(c, d, PART_NUMBER, &d->number, sizeof d->number);
	node->array = keep(c, d, PART_ARRAY, &d->array, sizeof d->array);
	node->logic = keep(c, d, PART_LOGIC, &d->logic, sizeof d->logic);
	if (d->used[PART_OBJECT]) {
		struct schema_object *object = compile_alloc(c, 1, sizeof *object);
		if (object)
			*object = d->object;
		c->made[node->id].object = object;
		node->object = object;
	}
	return !c->error.p;
}

static bool remember_target(
	struct schema_compiler *c, const struct cJSON *item, const struct schema *schema);

const struct schema *compile_node(struct schema_compiler *c, const struct cJSON *item,
	const struct spot *at, const struct schema *target, bool as_target)
{
	struct draft d = {
		.node = new_node(c, at),
		.string.max_length = SCHEMA_NO_MAX,
		.number = {-INFINITY, INFINITY, -INFINITY, INFINITY},
		.array.max_items = SCHEMA_NO_MAX,
		.object.max_properties = SCHEMA_NO_MAX,
	};
	if (!d.node || (as_target && !remember_target(c, item, d.node)))
		return NULL;
	d.node->ref = target;
	unsigned hops = c->hops;
	c->hops = 0;
	json_each (member, item)
		if (!compile_keyword(c, &d, member, at))
			return NULL;
	c->hops = hops;
	return finish(c, &d, at) ? d.node : NULL;
}

static const struct schema *compile_boolean(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at)
{
	struct schema *node = new_node(c, at);
	if (node)
		node->never = !json_true(item);
	return node;
}

const struct schema *compile_schema(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at)
{
	if (json_kind(item) == JSON_BOOL)
		return compile_boolean(c, item, at);
	if (json_kind(item) != JSON_OBJECT) {
		compile_fail(c, at, "a schema must be an object, true or false");
		return NULL;
	}
	if (json_get(item, "$ref"))
		return compile_ref(c, item, at);
	return compile_node(c, item, at, NULL, false);
}

/* ---- Targets of $refs ---- */

struct schema_target {
	struct schema_target *next;
	const struct cJSON *item;
	const struct schema *schema;
};

static bool remember_target(
	struct schema_compiler *c, const struct cJSON *item, const struct schema *schema)
{
	struct schema_target *target = compile_alloc(c, 1, sizeof *target);
	if (!target)
		return false;
	*target = (struct schema_target){.next = c->targets, .item = item, .schema = schema};
	c->targets = target;
	return true;
}

const struct schema *compile_target(
	struct schema_compiler *c, const struct cJSON *item, const struct spot *at)
{
	for (const struct schema_target *target = c->targets; target; target = target->next)
		if (target->item == item)
			return target->schema;
	if (json_kind(item) == JSON_OBJECT && !json_get(item, "$ref"))
		return compile_node(c, item, at, NULL, true);
	const struct schema *schema = compile_schema(c, item, at);
	return schema && remember_target(c, item, schema) ? schema : NULL;
}

/* ---- Loops ---- */

enum colour { WHITE, GREY, BLACK };

struct walk {
	struct schema_compiler *compiler;
	unsigned char *colours; /* by id */
	size_t culprit;
};

static bool leads_back(struct walk *w, const struct schema *s);

static bool list_leads_back(struct walk *w, const struct schema_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (leads_back(w, list->at[i]))
			return true;
	return false;
}

/* True when s applies itself to the same value, which would never end. */
static bool leads_back(struct walk *w, const struct schema *s)
{
	if (!s || w->colours[s->id] == BLACK)
		return false;
	w->culprit = s->id;
	if (w->colours[s->id] == GREY)
		return true;
	w->colours[s->id] = GREY;
	const struct schema_logic *logic = s->logic;
	if (leads_back(w, s->ref) || leads_back(w, s->strict))
		return true;
	if (logic && (list_leads_back(w, &logic->all_of) || list_leads_back(w, &logic->any_of) ||
			     list_leads_back(w, &logic->one_of) || leads_back(w, logic->excluded)))
		return true;
	w->colours[s->id] = BLACK;
	return false;
}

static bool refuse_loops(struct schema_compiler *c)
{
	struct walk w = {.compiler = c, .colours = compile_alloc(c, c->n_made, 1)};
	for (size_t i = 0; w.colours && i < c->n_made; i++) {
		if (!leads_back(&w, c->made[i].schema))
			continue;
		struct str message = arena_printf(c->arena,
			"%s: leads back to itself for the same value", c->made[w.culprit].origin);
		c->error = message.p ? message : STR("no memory");
		return false;
	}
	return !c->error.p;
}

/* ---- The outside ---- */

void schema_compiler_init(struct schema_compiler *c, struct arena *a, struct schema_loader loader)
{
	*c = (struct schema_compiler){.arena = a, .loader = loader};
}

const struct schema *schema_compile(struct schema_compiler *c, const char *file,
	const struct cJSON *document, const char *pointer)
{
	size_t first = c->n_made;
	struct schema_file *home = compile_alloc(c, 1, sizeof *home);
	if (!home)
		return NULL;
	*home = (struct schema_file){.name = file, .document = document};
	const struct spot at = {.file = home, .pointer = pointer};
	const struct cJSON *item = compile_resolve(c, document, pointer, &at);
	const struct schema *schema = item ? compile_target(c, item, &at) : NULL;
	if (!schema || !refuse_loops(c))
		return NULL;
	for (size_t i = first; i < c->n_made; i++)
		if (c->made[i].object && !compile_mandatory(c, c->made[i].object))
			return NULL;
	return schema;
}

const struct schema *schema_compile_text(struct arena *a, struct str text, struct str *ret_error)
{
	struct schema_compiler c;
	struct json_fault fault;
	struct cJSON *document;
	schema_compiler_init(&c, a, (struct schema_loader){0});
	int r = json_parse(a, text, &document, &fault);
	if (r < 0) {
		*ret_error = r == -ENOMEM ? STR("no memory") : str_of(fault.reason);
		return NULL;
	}
	const struct schema *schema = schema_compile(&c, "", document, "");
	*ret_error = c.error;
	return schema;
}

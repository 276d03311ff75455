/* Writes what mkops knows as one C file of constant data. Nested data are compound literals, which
 * outside functions live as long as the program. */
#include "schema/emit.h"

#include <inttypes.h>
#include <math.h>

static void put_bytes(FILE *f, struct str s)
{
	fputc('"', f);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else if (c >= ' ' && c < 127)
			fputc(c, f);
		else
			fprintf(f, "\\%03o", c);
	}
	fputc('"', f);
}

static void put_text(FILE *f, const char *text)
{
	if (text)
		put_bytes(f, str_of(text));
	else
		fputs("NULL", f);
}

static void put_double(FILE *f, double value)
{
	if (isinf(value))
		fputs(value < 0 ? "-INFINITY" : "INFINITY", f);
	else
		fprintf(f, "%.17e", value);
}

static void put_size(FILE *f, size_t n)
{
	if (n == SCHEMA_NO_MAX)
		fputs("SCHEMA_NO_MAX", f);
	else
		fprintf(f, "%zu", n);
}

static void put_node(FILE *f, const struct schema *s)
{
	if (s)
		fprintf(f, "&nodes[%u]", s->id);
	else
		fputs("NULL", f);
}

/* ---- Schemas ---- */

static void put_values(FILE *f, const struct schema_value *values, size_t n)
{
	static const char *const kinds[] = {"JSON_NULL", "JSON_BOOL", "JSON_NUMBER", "JSON_STRING",
		"JSON_ARRAY", "JSON_OBJECT"};
	fputs("(const struct schema_value[]){", f);
	for (size_t i = 0; i < n; i++) {
		const struct schema_value *v = &values[i];
		fprintf(f, "{.kind = %s", kinds[v->kind]);
		if (v->name) {
			fputs(", .name = ", f);
			put_text(f, v->name);
		}
		if (v->kind == JSON_STRING) {
			fputs(", .text = {", f);
			put_bytes(f, v->text);
			fprintf(f, ", %zu}", v->text.n);
		}
		if (v->kind == JSON_NUMBER || v->kind == JSON_BOOL) {
			fputs(", .number = ", f);
			put_double(f, v->number);
		}
		if (v->n_children) {
			fputs(", .children = ", f);
			put_values(f, v->children, v->n_children);
			fprintf(f, ", .n_children = %zu", v->n_children);
		}
		fputs("}, ", f);
	}
	fputs("}", f);
}

static void put_atom(FILE *f, const struct pattern_atom *atom)
{
	static const char *const repeats[] = {
		"PATTERN_ONCE", "PATTERN_OPTIONAL", "PATTERN_ANY_NUMBER"};
	fprintf(f, "{.repeat = %s, .ascii = {0x%" PRIx64 "u, 0x%" PRIx64 "u}",
		repeats[atom->repeat], atom->ascii[0], atom->ascii[1]);
	if (atom->n_ranges) {
		fputs(", .ranges = (const struct pattern_range[]){", f);
		for (size_t i = 0; i < atom->n_ranges; i++)
			fprintf(f, "{0x%" PRIx32 ", 0x%" PRIx32 "}, ", atom->ranges[i].low,
				atom->ranges[i].high);
		fprintf(f, "}, .n_ranges = %zu", atom->n_ranges);
	}
	fputs("}, ", f);
}

static void put_pattern(FILE *f, const struct pattern *p)
{
	fputs("&(const struct pattern){.text = ", f);
	put_text(f, p->text);
	fprintf(f, ", .from_start = %d, .to_end = %d", p->from_start, p->to_end);
	if (p->n_atoms) {
		fputs(", .atoms = (const struct pattern_atom[]){", f);
		for (size_t i = 0; i < p->n_atoms; i++)
			put_atom(f, &p->atoms[i]);
		fprintf(f, "}, .n_atoms = %zu", p->n_atoms);
	}
	fputs("}", f);
}

static void put_string(FILE *f, const struct schema_string *s)
{
	fputs("\t\t.string = &(const struct schema_string){", f);
	put_size(f, s->min_length);
	fputs(", ", f);
	put_size(f, s->max_length);
	fputs(", ", f);
	if (s->pattern)
		put_pattern(f, s->pattern);
	else
		fputs("NULL", f);
	fputs("},\n", f);
}

static void put_number(FILE *f, const struct schema_number *n)
{
	const double limits[] = {
		n->minimum, n->maximum, n->exclusive_minimum, n->exclusive_maximum};
	fputs("\t\t.number = &(const struct schema_number){", f);
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		put_double(f, limits[i]);
		fputs(", ", f);
	}
	fputs("},\n", f);
}

static void put_array(FILE *f, const struct schema_array *a)
{
	fputs("\t\t.array = &(const struct schema_array){", f);
	put_node(f, a->items);
	fputs(", ", f);
	put_size(f, a->min_items);
	fputs(", ", f);
	put_size(f, a->max_items);
	fprintf(f, ", %d},\n", a->unique);
}

static void put_object(FILE *f, const struct schema_object *o)
{
	fputs("\t\t.object = &(const struct schema_object){\n", f);
	if (o->n_properties) {
		fputs("\t\t\t.properties = (const struct schema_property[]){\n", f);
		for (size_t i = 0; i < o->n_properties; i++) {
			fputs("\t\t\t\t{", f);
			put_text(f, o->properties[i].name);
			fputs(", ", f);
			put_node(f, o->properties[i].schema);
			fputs("},\n", f);
		}
		fprintf(f, "\t\t\t}, .n_properties = %zu,\n", o->n_properties);
	}
	if (o->n_required) {
		fputs("\t\t\t.required = (const struct schema_required[]){", f);
		for (size_t i = 0; i < o->n_required; i++)
			fprintf(f, "{%zu, %d}, ", o->required[i].property,
				o->required[i].mandatory);
		fprintf(f, "}, .n_required = %zu,\n", o->n_required);
	}
	fputs("\t\t\t.additional = ", f);
	put_node(f, o->additional);
	fputs(",\n\t\t\t.min_properties = ", f);
	put_size(f, o->min_properties);
	fputs(", .max_properties = ", f);
	put_size(f, o->max_properties);
	fprintf(f, ", .described = %d,\n\t\t},\n", o->described);
}

static void put_list(FILE *f, const char *member, const struct schema_list *list)
{
	if (list->n == 0)
		return;
	fprintf(f, "\t\t\t.%s = {(const struct schema *const[]){", member);
	for (size_t i = 0; i < list->n; i++) {
		put_node(f, list->at[i]);
		fputs(", ", f);
	}
	fprintf(f, "}, %zu},\n", list->n);
}

static void put_logic(FILE *f, const struct schema_logic *logic)
{
	fputs("\t\t.logic = &(const struct schema_logic){\n", f);
	put_list(f, "all_of", &logic->all_of);
	put_list(f, "any_of", &logic->any_of);
	put_list(f, "one_of", &logic->one_of);
	fputs("\t\t\t.excluded = ", f);
	put_node(f, logic->excluded);
	fputs("},\n", f);
}

static void put_refusals(FILE *f, const struct schema *s)
{
	fputs("\t\t.refusals = (const struct schema_refusal[]){\n", f);
	for (size_t i = 0; i < s->n_refusals; i++) {
		const struct schema_refusal *r = &s->refusals[i];
		fputs("\t\t\t{.keyword = ", f);
		put_text(f, r->keyword);
		fprintf(f, ", .status = %d, .action = ", r->status);
		put_text(f, r->action);
		fputs(", .result_code = ", f);
		put_text(f, r->result_code);
		fputs(", .error = ", f);
		put_text(f, r->error);
		fprintf(f, ", .challenge = %d, .message = ", r->challenge);
		put_text(f, r->message);
		fputs("},\n", f);
	}
	fprintf(f, "\t\t}, .n_refusals = %zu,\n", s->n_refusals);
}

/* The way in the schema files, as a comment. */
static void put_origin(FILE *f, const char *origin)
{
	fputs("\t/* ", f);
	for (; *origin; origin++)
		fputc(*origin == '*' || *origin < ' ' ? '?' : *origin, f);
	fputs(" */\n", f);
}

static void put_flag(FILE *f, const char *member, bool value)
{
	if (value)
		fprintf(f, "\t\t.%s = true,\n", member);
}

static void put_other(FILE *f, const char *member, const struct schema *s)
{
	if (s)
		fprintf(f, "\t\t.%s = &nodes[%u],\n", member, s->id);
}

static void put_schema(FILE *f, const struct schema *s)
{
	fprintf(f, "\t{.id = %u, .types = %u,\n", s->id, s->types);
	put_flag(f, "never", s->never);
	put_flag(f, "empty_is_absent", s->empty_is_absent);
	put_flag(f, "mandatory", s->mandatory);
	put_flag(f, "read_only", s->read_only);
	if (s->standard) {
		fputs("\t\t.standard = ", f);
		put_values(f, s->standard, 1);
		fputs(",\n", f);
	}
	put_other(f, "ref", s->ref);
	put_other(f, "strict", s->strict);
	if (s->constant) {
		fputs("\t\t.constant = ", f);
		put_values(f, s->constant, 1);
		fputs(",\n", f);
	}
	if (s->n_values) {
		fputs("\t\t.values = ", f);
		put_values(f, s->values, s->n_values);
		fprintf(f, ", .n_values = %zu,\n", s->n_values);
	}
	if (s->string)
		put_string(f, s->string);
	if (s->number)
		put_number(f, s->number);
	if (s->array)
		put_array(f, s->array);
	if (s->object)
		put_object(f, s->object);
	if (s->logic)
		put_logic(f, s->logic);
	if (s->n_refusals)
		put_refusals(f, s);
	fputs("\t},\n", f);
}

void emit_schemas(FILE *f, const struct schema_compiler *c)
{
	size_t n = c->n_made ? c->n_made : 1;
	fprintf(f, "static const struct schema nodes[%zu];\n", n);
	fprintf(f, "static const struct schema nodes[%zu] = {\n", n);
	for (size_t i = 0; i < c->n_made; i++) {
		put_origin(f, c->made[i].origin);
		put_schema(f, c->made[i].schema);
	}
	fputs("};\n\n", f);
}

void emit_text(FILE *f, const char *text)
{
	put_text(f, text);
}

void emit_node(FILE *f, const struct schema *s)
{
	put_node(f, s);
}

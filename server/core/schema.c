#include "core/schema.h"

#include "core/schema_check.h"

static size_t count_fitting(struct check *c, const struct scope *in, const struct schema_list *list,
	const struct cJSON *item, size_t enough)
{
	size_t n = 0;
	c->silent++;
	for (size_t i = 0; i < list->n && n < enough; i++)
		n += check_item(c, list->at[i], item, in->place, in);
	c->silent--;
	return n;
}

static bool fits(
	struct check *c, const struct scope *in, const struct schema *s, const struct cJSON *item)
{
	const struct schema_list list = {&s, 1};
	return count_fitting(c, in, &list, item, 1) == 1;
}

static bool any_of_fits(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema_list *list = &in->schema->logic->any_of;
	return list->n == 0 || count_fitting(c, in, list, item, 1) == 1;
}

static bool one_of_fits(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema_list *list = &in->schema->logic->one_of;
	return list->n == 0 || count_fitting(c, in, list, item, 2) == 1;
}

static bool not_fits(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema *excluded = in->schema->logic->excluded;
	return !excluded || !fits(c, in, excluded, item);
}

/* One of the three above said no. Asks again without the flags, to learn whether they were why. */
static bool refuse_choice(struct check *c, const struct scope *in, const char *keyword,
	const struct cJSON *item, const struct schema_line *expected,
	bool (*fits_choice)(struct check *c, const struct scope *in, const struct cJSON *item))
{
	if (c->silent)
		return false;
	unsigned flags = c->flags;
	c->flags = 0;
	struct schema_violation v = {
		.keyword = keyword,
		.refusal = check_refusal_in(in, keyword),
		.strict_only = flags && fits_choice(c, in, item),
	};
	c->flags = flags;
	struct schema_line came = schema_line(SCHEMA_CAME_MAX);
	schema_line_came(&came, item);
	return check_report(c, &v, in->place, expected, &came);
}

/* The only alternative that wants an object or array where one came; NULL: none or several. */
static const struct schema *meant_alternative(
	const struct schema_list *list, const struct cJSON *item)
{
	enum json_kind kind = json_kind(item);
	unsigned type = kind == JSON_OBJECT ? SCHEMA_OBJECT : kind == JSON_ARRAY ? SCHEMA_ARRAY : 0;
	const struct schema *meant = NULL;
	for (size_t i = 0; i < list->n; i++) {
		const struct schema *s = list->at[i];
		while (s->ref)
			s = s->ref;
		if (!(s->types & type))
			continue;
		if (meant)
			return NULL;
		meant = s;
	}
	return meant;
}

static bool refuse_any_of(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema *meant = meant_alternative(&in->schema->logic->any_of, item);
	if (meant && !c->silent) /* its own complaints say more than "none fits" */
		return check_item(c, meant, item, in->place, in);
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	schema_line_choice(&expected, &in->schema->logic->any_of);
	return refuse_choice(c, in, "anyOf", item, &expected, any_of_fits);
}

static bool refuse_one_of(struct check *c, const struct scope *in, const struct cJSON *item)
{
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	schema_line_add(&expected, STR("exactly one of: "));
	schema_line_choice(&expected, &in->schema->logic->one_of);
	return refuse_choice(c, in, "oneOf", item, &expected, one_of_fits);
}

static bool refuse_not(struct check *c, const struct scope *in, const struct cJSON *item)
{
	struct schema_line expected = schema_line(SCHEMA_EXPECTED_MAX);
	schema_line_add(&expected, STR("something that the schema's \"not\" does not exclude"));
	return refuse_choice(c, in, "not", item, &expected, not_fits);
}

static bool check_logic(struct check *c, const struct scope *in, const struct cJSON *item)
{
	const struct schema_logic *logic = in->schema->logic;
	bool good = true;
	for (size_t i = 0; i < logic->all_of.n; i++) {
		good = check_item(c, logic->all_of.at[i], item, in->place, in) && good;
		if (!good && c->silent)
			return false;
	}
	if (!any_of_fits(c, in, item))
		good = refuse_any_of(c, in, item);
	if (!one_of_fits(c, in, item))
		good = refuse_one_of(c, in, item);
	if (!not_fits(c, in, item))
		good = refuse_not(c, in, item);
	return good;
}

static bool check_strict(struct check *c, const struct scope *in, const struct cJSON *item)
{
	c->strict++;
	bool good = check_item(c, in->schema->strict, item, in->place, in);
	c->strict--;
	return good;
}

bool check_item(struct check *c, const struct schema *s, const struct cJSON *item,
	const struct schema_place *place, const struct scope *outer)
{
	const struct scope in = {.schema = s, .outer = outer, .place = place};
	bool good = true;

	/* The rest of a schema speaks of values of its types. */
	if (!check_type(c, &in, item))
		return false;
	if (s->values || s->constant)
		good = check_values(c, &in, item);
	if (s->string)
		good = check_string(c, &in, item) && good;
	if (s->number)
		good = check_number(c, &in, item) && good;
	if (!good && c->silent)
		return false;
	if (s->array)
		good = check_array(c, &in, item) && good;
	if (s->object || !outer)
		good = check_object(c, &in, item) && good;
	if (s->ref)
		good = check_item(c, s->ref, item, place, &in) && good;
	if (s->logic)
		good = check_logic(c, &in, item) && good;
	if (s->strict && (c->flags & SCHEMA_STRICT))
		good = check_strict(c, &in, item) && good;
	return good;
}

bool schema_check(struct arena *a, const struct schema *s, const struct cJSON *tree, unsigned flags,
	struct schema_report *ret)
{
	struct check c = {.arena = a, .flags = flags, .report = ret};
	const struct schema_place root = {0};
	*ret = (struct schema_report){0};
	check_item(&c, s, tree, &root, NULL);
	return !c.no_memory;
}

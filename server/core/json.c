#include "core/json.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_private.h"
#include "core/json_scan.h"

/* cJSON takes its memory from here; its hooks are process-wide, so the arena is the thread's. */
static _Thread_local struct arena *current;

static void *hook_alloc(size_t n)
{
	return arena_alloc(current, n);
}

static void hook_free(void *p)
{
	(void)p; /* arenas give everything back at once */
}

static void install_hooks(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = hook_alloc, .free_fn = hook_free});
}

static void use_arena(struct arena *a)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, install_hooks);
	current = a;
}

int json_parse(struct arena *a, struct str text, struct cJSON **ret, struct json_fault *ret_fault)
{
	size_t zeros;
	if (!json_scan(text, &zeros, ret_fault))
		return -EINVAL;
	if (zeros) {
		text = json_scan_rewrite(a, text);
		if (!text.p)
			return -ENOMEM;
	}
	use_arena(a);
	struct cJSON *tree = cJSON_ParseWithLengthOpts(text.p, text.n, NULL, false);
	if (!tree) {
		if (a->failed)
			return -ENOMEM;
		*ret_fault = (struct json_fault){"it is not JSON", 0}; /* json_scan let it pass */
		return -EINVAL;
	}
	const struct cJSON *twice = json_find_duplicate(a, tree);
	if (a->failed)
		return -ENOMEM;
	if (twice) {
		struct str name = str_prefix(json_decode(a, json_name(twice)), 80);
		struct str reason = arena_printf(
			a, "the member \"%.*s\" appears twice", STR_ARGS(name));
		*ret_fault = (struct json_fault){reason.p, 0};
		return reason.p ? -EINVAL : -ENOMEM;
	}
	*ret = tree;
	return 0;
}

enum json_kind json_kind(const struct cJSON *item)
{
	switch (item->type & 0xFF) {
	case cJSON_True:
	case cJSON_False:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

struct cJSON *json_first(const struct cJSON *parent)
{
	return parent ? parent->child : NULL;
}

struct cJSON *json_next(const struct cJSON *item)
{
	return item->next;
}

size_t json_count(const struct cJSON *parent)
{
	size_t n = 0;
	json_each (child, parent)
		n++;
	return n;
}

struct str json_name(const struct cJSON *item)
{
	return str_of(item->string);
}

struct cJSON *json_get(const struct cJSON *object, const char *name)
{
	if (object && object->type & JSON_INDEXED)
		return json_get_indexed(object, name);
	/* cJSON_GetObjectItemCaseSensitive, without a call for each member: most differ from the
	 * name within a few bytes, and a service has over a hundred. */
	json_each (child, object) {
		const char *a = child->string, *b = name;
		if (!a)
			return NULL;
		while (*a && *a == *b)
			a++, b++;
		if (*a == *b)
			return child;
	}
	return NULL;
}

bool json_true(const struct cJSON *item)
{
	return cJSON_IsTrue(item);
}

double json_double(const struct cJSON *item)
{
	return item->valuedouble;
}

bool json_int(const struct cJSON *item, int64_t *ret)
{
	if (!cJSON_IsNumber(item))
		return false;
	double value = item->valuedouble;
	if (!(fabs(value) <= (double)JSON_INT_MAX) || floor(value) < value)
		return false;
	*ret = (int64_t)value;
	return true;
}

struct str json_raw(const struct cJSON *item)
{
	return str_of(cJSON_GetStringValue(item));
}

struct str json_text(struct arena *a, const struct cJSON *item)
{
	return json_decode(a, json_raw(item));
}

struct str json_decode(struct arena *a, struct str tree_form)
{
	if (!tree_form.n || !memchr(tree_form.p, 0xC0, tree_form.n))
		return tree_form;
	char *p = arena_alloc(a, tree_form.n);
	size_t n = 0;
	if (!p)
		return STR_NONE;
	for (size_t i = 0; i < tree_form.n; i++) {
		bool zero = (unsigned char)tree_form.p[i] == 0xC0;
		p[n++] = zero ? '\0' : tree_form.p[i];
		i += zero;
	}
	return (struct str){p, n};
}

struct str json_encode(struct arena *a, struct str bytes)
{
	size_t zeros = 0;
	for (size_t i = 0; i < bytes.n; i++)
		zeros += bytes.p[i] == '\0';
	char *p = arena_alloc(a, bytes.n + zeros + 1);
	size_t n = 0;
	if (!p)
		return STR_NONE;
	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] == '\0') {
			p[n++] = (char)0xC0;
			p[n++] = (char)0x80;
		} else {
			p[n++] = bytes.p[i];
		}
	}
	p[n] = '\0';
	return (struct str){p, n};
}

const char *json_library_version(void)
{
	return cJSON_Version();
}

struct cJSON *json_new_object(struct arena *a)
{
	use_arena(a);
	return cJSON_CreateObject();
}

struct cJSON *json_new_string(struct arena *a, struct str bytes)
{
	struct str text = json_encode(a, bytes);
	if (!text.p)
		return NULL;
	use_arena(a);
	struct cJSON *item = cJSON_CreateStringReference(text.p);
	if (item)
		item->type = cJSON_String;
	return item;
}

bool json_add(struct arena *a, struct cJSON *object, struct str name, struct cJSON *value)
{
	struct str key = json_encode(a, name);
	if (!key.p || !value)
		return false;
	use_arena(a);
	return cJSON_AddItemToObject(object, key.p, value);
}

static int by_name(const void *a, const void *b)
{
	const struct cJSON *const *left = a, *const *right = b;
	return strcmp((*left)->string, (*right)->string);
}

/* Pairs while they are few; sorted when many, so that a hostile object costs n log n. */
static const struct cJSON *duplicate_member(struct arena *a, const struct cJSON *object)
{
	enum { FEW = 12 };
	size_t n = json_count(object);
	if (n <= FEW) {
		json_each (left, object)
			for (const struct cJSON *right = left->next; right; right = right->next)
				if (strcmp(left->string, right->string) == 0)
					return right;
		return NULL;
	}
	const struct cJSON **members = arena_alloc(a, n * sizeof(const struct cJSON *));
	if (!members)
		return NULL;
	size_t i = 0;
	json_each (child, object)
		members[i++] = child;
	qsort(members, n, sizeof members[0], by_name);
	for (i = 1; i < n; i++)
		if (strcmp(members[i - 1]->string, members[i]->string) == 0)
			return members[i];
	return NULL;
}

const struct cJSON *json_find_duplicate(struct arena *a, const struct cJSON *tree)
{
	if (cJSON_IsObject(tree)) {
		const struct cJSON *twice = duplicate_member(a, tree);
		if (twice)
			return twice;
	}
	json_each (child, tree) {
		const struct cJSON *twice = child->child ? json_find_duplicate(a, child) : NULL;
		if (twice)
			return twice;
	}
	return NULL;
}

void json_remove(struct cJSON *parent, struct cJSON *item)
{
	cJSON_DetachItemViaPointer(parent, item);
}

struct cJSON *json_copy(struct arena *a, const struct cJSON *item)
{
	use_arena(a);
	struct cJSON *copy = cJSON_Duplicate(item, true);
	if (copy) {
		copy->string = NULL;
		copy->type &= ~JSON_INDEXED;
	}
	return copy;
}

/* By hand: cJSON_InsertItemInArray of 1.7.16 and 1.7.17, and of Debian's 1.7.15, refuses every
 * place but the first and the last. */
void json_insert(struct cJSON *array, size_t at, struct cJSON *value)
{
	struct cJSON *next = array->child;
	while (next && at--)
		next = next->next;
	if (!next) {
		cJSON_AddItemToArray(array, value);
		return;
	}
	value->next = next;
	value->prev = next->prev; /* of the first: the last */
	if (next == array->child)
		array->child = value;
	else
		next->prev->next = value;
	next->prev = value;
}

bool json_equal(const struct cJSON *one, const struct cJSON *other)
{
	return cJSON_Compare(one, other, true);
}

void json_become_bool(struct cJSON *item, bool value)
{
	item->type = value ? cJSON_True : cJSON_False;
	item->valueint = value;
	item->valuestring = NULL;
}

void json_become_int(struct cJSON *item, int64_t value)
{
	item->type = cJSON_Number;
	item->valuestring = NULL;
	cJSON_SetNumberHelper(item, (double)value);
}

bool json_become_words(struct arena *a, struct cJSON *item)
{
	struct str rest = json_raw(item), word;
	item->type = cJSON_Array;
	item->valuestring = NULL;
	item->child = NULL;
	while (rest.n) {
		str_cut(rest, ' ', &word, &rest);
		if (word.n == 0)
			continue;
		struct str text = arena_copy(a, word);
		use_arena(a);
		struct cJSON *string = text.p ? cJSON_CreateStringReference(text.p) : NULL;
		if (!string)
			return false;
		string->type = cJSON_String;
		cJSON_AddItemToArray(item, string);
	}
	return true;
}

/* JSON in and out: a strict reader over cJSON, typed getters, and a writer.
 *
 * cJSON ends strings at U+0000, so the reader hands it U+0000 as the bytes C0 80, which no valid
 * input contains. Names and strings inside a tree are in that form; json_text gives them back with
 * the zero restored. Trees live in the arena they were read into and are never freed. */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "core/arena.h"
#include "core/buf.h"

struct cJSON;

#define JSON_DEPTH_MAX 64
#define JSON_VALUES_MAX                                                                            \
	131072 /* values in one document: bounds what a body can make us allocate                  \
		*/
#define JSON_INT_MAX ((int64_t)9007199254740991) /* 2^53-1, RFC 8259 section 6 */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Why a text is refused. reason is static or in the arena; at is a byte offset from 0. */
struct json_fault {
	const char *reason;
	size_t at;
};

/* Reads one document (RFC 8259) and refuses what is ambiguous: duplicate names, ill-formed UTF-8,
 * lone surrogates, nesting past JSON_DEPTH_MAX, more than JSON_VALUES_MAX values, bytes after the
 * end. Returns 0; -EINVAL with *ret_fault; -ENOMEM. text must outlive the call only. */
int json_parse(struct arena *a, struct str text, struct cJSON **ret, struct json_fault *ret_fault);

enum json_kind json_kind(const struct cJSON *item);
struct cJSON *json_first(const struct cJSON *parent); /* first child of an array or object */
struct cJSON *json_next(const struct cJSON *item);
#define json_each(child, parent)                                                                   \
	for (struct cJSON *child = json_first(parent); child; child = json_next(child))
size_t json_count(const struct cJSON *parent);
struct str json_name(const struct cJSON *item); /* of an object's member, in tree form */
/* The member of that name (tree form, case-sensitive), NULL when absent. NULL object: NULL. */
struct cJSON *json_get(const struct cJSON *object, const char *name);
bool json_true(const struct cJSON *item);
double json_double(const struct cJSON *item);
/* True when item is a whole number within ±JSON_INT_MAX. */
bool json_int(const struct cJSON *item, int64_t *ret);
struct str json_raw(const struct cJSON *item); /* a string in tree form */
/* A string with U+0000 restored. STR_NONE (and a->failed) without memory. */
struct str json_text(struct arena *a, const struct cJSON *item);
/* Tree form to bytes and back. */
struct str json_decode(struct arena *a, struct str tree_form);
struct str json_encode(struct arena *a, struct str bytes);

const char *json_library_version(void);

/* Changing a tree. The makers return NULL (and a->failed) without memory. */
struct cJSON *json_new_object(struct arena *a);
struct cJSON *json_new_string(struct arena *a, struct str bytes);
/* name in bytes form; false without memory. Does not look for a duplicate. */
bool json_add(struct arena *a, struct cJSON *object, struct str name, struct cJSON *value);
/* Null, or the name of one member that appears twice in any object of the tree. */
const struct cJSON *json_find_duplicate(struct arena *a, const struct cJSON *tree);
void json_remove(struct cJSON *parent, struct cJSON *item);
/* A copy of its own, without the name; NULL (and a->failed) without memory. */
struct cJSON *json_copy(struct arena *a, const struct cJSON *item);
/* Likewise of an object that is read often and never changed: json_get finds its members by hash.
 */
const struct cJSON *json_copy_indexed(struct arena *a, const struct cJSON *object);
/* Before the at-th element, or at the end. The value must be in no other tree. */
void json_insert(struct cJSON *array, size_t at, struct cJSON *value);
/* The same value, whatever the order of members (RFC 6902 section 4.6). */
bool json_equal(const struct cJSON *one, const struct cJSON *other);
/* Turn a value into another in place; it keeps its name and neighbours. */
void json_become_bool(struct cJSON *item, bool value);
void json_become_int(struct cJSON *item, int64_t value);
/* An array of the words between the spaces. False without memory. */
bool json_become_words(struct arena *a, struct cJSON *item);

/* The writer. Sticky like the buf under it; commas are its business. */
struct json_writer {
	struct buf *out;
	bool comma; /* the next value needs one before it */
};

struct json_writer json_writer(struct buf *out);
void json_open(struct json_writer *w, char bracket); /* '{' or '[' */
void json_close(struct json_writer *w, char bracket);
void json_put_name(struct json_writer *w, const char *name); /* plain ASCII, written as it is */
void json_put_str(struct json_writer *w, struct str value);
void json_put_int(struct json_writer *w, int64_t value);
void json_put_bool(struct json_writer *w, bool value);
void json_put_raw(struct json_writer *w, struct str json); /* JSON text, already well formed */
void json_put_tree(struct json_writer *w, const struct cJSON *item);
/* Members of an object: name and value. */
void json_member_str(struct json_writer *w, const char *name, struct str value);
void json_member_int(struct json_writer *w, const char *name, int64_t value);
void json_member_bool(struct json_writer *w, const char *name, bool value);

/* JSON text without blanks, with line breaks and indentation. */
void json_pretty(struct buf *out, struct str compact);

#endif

/* Images: the whole database as bytes, with the clock and the place of the random sequence in it.
 */
#include <errno.h>
#include <string.h>

#include "store/migrations.h"
#include "store/store_private.h"

/* SQLite's file format, section 1.3: the header of the first page. */
#define HEADER_SIZE 100
#define PAGES_AT 28
#define VERSION_AT 60
#define APPLICATION_AT 68

/* What an image holds beside the data. */
struct extra {
	int64_t clock;
	uint64_t rand;
};

static const char damaged[] = "the image is damaged, or no snapshot of authlete-mock";

int store_save(struct store *s, struct clock *clock, struct rand *rand, struct str *ret)
{
	struct sql *db = store_enter(s);
	struct sqlite3_stmt *q = sql_use(db, SQL_SILO_PUT);
	sql_bind_int(q, 1, clock_save(clock));
	sql_bind_int(q, 2, (int64_t)rand_save(rand));
	int r = sql_step(q);
	sql_end(q);
	if (r == 0)
		r = store_return_numbers(s);
	if (r == 0)
		r = sql_image(db, ret);
	store_leave(s);
	return r;
}

void store_image_free(struct str image)
{
	sql_image_free(image);
}

/* An image without that row is one of before there was any, or was taken of a file: real time. */
static int read_extra(struct sql *db, struct extra *ret)
{
	struct extra extra = {0};
	struct sqlite3_stmt *q = sql_use(db, SQL_SILO_GET);
	int r = sql_step(q);
	if (r == 1) {
		extra.clock = sql_int(q, 0);
		extra.rand = (uint64_t)sql_int(q, 1);
	}
	sql_end(q);
	if (r >= 0)
		*ret = extra;
	return r < 0 ? r : 0;
}

int store_restore(struct store *s, struct str image, struct clock *clock, struct rand *rand)
{
	struct sql *from;
	struct extra extra;
	int r = sql_open_image(image, false, &from);
	if (r < 0)
		return r;
	r = read_extra(from, &extra);
	if (r == 0) {
		struct sql *db = store_enter(s);
		r = sql_replace(db, from);
		if (r == 0) { /* before anybody looks at these data by another clock */
			clock_restore(clock, extra.clock);
			rand_restore(rand, extra.rand);
			s->numbers.left = 0;
		}
		store_expires_unknown(s);
		store_changed(s);
		store_leave(s);
	}
	sql_close(from, true);
	return r;
}

static uint32_t number_at(struct str image, size_t at)
{
	const unsigned char *p = (const unsigned char *)image.p + at;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* What can be told before SQLite sees a byte of it. Gives the version. */
static int check_head(struct str image, int64_t *ret_version, const char **ret_why)
{
	static const char magic[] = "SQLite format 3";
	*ret_why = damaged;
	if (image.n < HEADER_SIZE || memcmp(image.p, magic, sizeof magic) != 0)
		return -EBADMSG;
	if (number_at(image, APPLICATION_AT) != STORE_APPLICATION_ID) {
		*ret_why = "the image is a SQLite database of another program";
		return -EBADMSG;
	}
	uint32_t version = number_at(image, VERSION_AT);
	if (version > store_version() && version <= INT32_MAX) {
		*ret_why = "the image was made by a newer authlete-mock";
		return -EBADMSG;
	}
	if (version < 1 || version > INT32_MAX)
		return -EBADMSG;
	*ret_version = version;
	return 0;
}

/* Its header says what that of the model says, wherever content makes no difference, and its length
 * is as it says. */
static bool is_shaped_like(struct str image, struct str model)
{
	static const struct {
		size_t from, to;
	} same[] = {
		{16, 18}, /* page size */
		{20, 24}, /* reserved bytes, payload fractions */
		{44, 60}, /* format of the schema, vacuuming, encoding */
		{64, 68}, /* vacuuming */
		{72, 92}, /* reserved for the future */
	};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (memcmp(image.p + same[i].from, model.p + same[i].from,
			    same[i].to - same[i].from) != 0)
			return false;
	size_t page = model.n / number_at(model, PAGES_AT);
	return image.n % page == 0 && image.n / page == number_at(image, PAGES_AT);
}

static int has_shape_of(struct str image, struct sql *model, bool *ret)
{
	struct str shape;
	int r = sql_image(model, &shape);
	if (r < 0)
		return r;
	*ret = is_shaped_like(image, shape);
	sql_image_free(shape);
	return 0;
}

static int has_schema_of(struct sql *db, struct sql *model, bool *ret)
{
	struct sqlite3_stmt *ours = sql_use(model, SQL_SCHEMA);
	int r = sql_step(ours);
	struct sqlite3_stmt *theirs = r == 1 ? sql_use(db, SQL_SCHEMA) : NULL;
	if (r == 1)
		r = sql_step(theirs);
	*ret = r == 1 && str_eq(sql_str(theirs, 0), sql_str(ours, 0));
	sql_end(theirs);
	sql_end(ours);
	return r < 0 ? r : 0;
}

/* No table, index, view or trigger but ours, the tree intact, each value of its type, each
 * reference to something, each text UTF-8. */
static int has_good_content(struct sql *db, struct sql *model, bool *ret)
{
	int64_t dangling = 0;
	int r = sql_exec(db, "PRAGMA cell_size_check = ON");
	if (r == 0)
		r = has_schema_of(db, model, ret);
	if (r == 0 && *ret)
		r = sql_exec_is(db, "PRAGMA integrity_check(1)", "ok", ret);
	if (r == 0 && *ret)
		r = sql_exec_int(db, "SELECT count(*) FROM pragma_foreign_key_check", &dangling);
	if (r == 0 && *ret)
		r = sql_is_utf8(db, ret);
	*ret = *ret && dangling == 0;
	return r;
}

/* Checks a copy and brings it up to date; model is a fresh store of the same version. */
static int make_ours(struct sql *copy, struct sql *model, int64_t version, bool *ret_good)
{
	struct extra extra;
	int r = has_good_content(copy, model, ret_good);
	if (r < 0 || !*ret_good)
		return r;
	r = store_migrate(copy, version, store_version());
	if (r == 0)
		r = read_extra(copy, &extra);
	if (r == 0)
		*ret_good = clock_can_restore(extra.clock);
	return r;
}

int store_import(struct str given, struct str *ret, const char **ret_why)
{
	int64_t version;
	struct sql *model = NULL, *copy = NULL;
	bool good = false;
	int r = check_head(given, &version, ret_why);
	if (r < 0)
		return r;
	r = sql_open(NULL, &model);
	if (r == 0)
		r = store_migrate(model, 0, version);
	if (r == 0)
		r = has_shape_of(given, model, &good);
	if (r == 0 && good) {
		r = sql_open_image(given, true, &copy);
		if (r == 0)
			r = make_ours(copy, model, version, &good);
		if (r == 0 && good)
			r = sql_image(copy, ret);
	}
	sql_close(copy, true);
	sql_close(model, true);
	if (r == -ENOMEM)
		return r;
	return r < 0 || !good ? -EBADMSG : 0;
}

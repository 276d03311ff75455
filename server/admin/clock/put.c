/* Sets the silo's time, lets it stand still or run. */
#include "admin/control.h"
#include "op.h"

/* Milliseconds, or RFC 3339. False: it is neither. */
static bool read_time(struct call *c, const struct cJSON *item, int64_t *ret)
{
	if (json_int(item, ret))
		return true;
	struct str text = json_text(&c->arena, item);
	return text.p && clock_parse(text.p, text.n, ret);
}

OPERATION(admin_clock_put)
{
	struct clock *clock = &c->silo->clock;
	const struct cJSON *given = json_get(c->in, "now"), *frozen = json_get(c->in, "frozen");
	bool was_frozen = clock_is_frozen(clock);
	bool freeze = frozen ? json_true(frozen) : was_frozen;
	int64_t now = clock_now(clock);
	checking(c, "time");
	if (given && !read_time(c, given, &now))
		return refuse(c, 400, M_CONTROL,
			"/now: expected integer milliseconds since the epoch, or RFC 3339 as in "
			"\"2027-01-31T12:00:00Z\", from the year 1970 to 9999");
	if (given || freeze != was_frozen) {
		clock_set(clock, now, freeze);
		store_clock_changed(c->silo->store);
	}
	return control_answer_clock(c);
}

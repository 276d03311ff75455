/* Moves the silo's time forward. */
#include "admin/control.h"
#include "op.h"

OPERATION(admin_clock_advance)
{
	double ms = json_double(json_get(c->in, "seconds")) * 1000 + 0.5; /* rounded below */
	checking(c, "time");
	if (!(ms <= (double)CLOCK_MAX) || !clock_advance(&c->silo->clock, (int64_t)ms))
		return refuse(c, 400, M_CONTROL,
			"/seconds: the clock would pass the end of the year 9999");
	store_clock_changed(c->silo->store);
	return control_answer_clock(c);
}

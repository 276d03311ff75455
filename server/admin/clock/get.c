/* What time it is in the silo. */
#include "admin/control.h"
#include "op.h"

OPERATION(admin_clock_get)
{
	return control_answer_clock(c);
}

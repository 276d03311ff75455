/* Removes all faults. */
#include "http/fault.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_faults_clear)
{
	faults_remove_all(c->silo->faults);
	return answer_nothing(c);
}

/* Forgets all kept calls. */
#include "http/journal.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_requests_delete)
{
	journal_clear(c->silo->journal);
	return answer_nothing(c);
}

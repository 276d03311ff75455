#include "http/hint.h"
#include <stddef.h>
const char *hint_for(const struct call *c)
{
	(void)c;
	return NULL;
}

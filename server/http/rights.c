#include "http/rights.h"

enum right {
	VIEW_CLIENT = 1 << 0,
	MODIFY_CLIENT = 1 << 1,
	USE_INTROSPECTION = 1 << 2,
	VIEW_SERVICE = 1 << 3,
	USE_SERVICE = 1 << 4,
	CREATE_CLIENT = 1 << 5,
	MODIFY_SERVICE = 1 << 6,
	DELETE_SERVICE = 1 << 7,
	VIEW_AUDIT_LOG = 1 << 8,
	VIEW_DEFAULT_SERVICE = 1 << 9,
	CREATE_SERVICE = 1 << 10,
};

#define VIEWS_SERVICE (VIEW_SERVICE | VIEW_CLIENT)
#define USES_SERVICE (USE_SERVICE | USE_INTROSPECTION | VIEWS_SERVICE)
#define CREATES_CLIENT (CREATE_CLIENT | MODIFY_CLIENT | USES_SERVICE)

static const struct {
	struct str name;
	uint32_t bit, includes; /* includes holds the bit itself */
} rights[] = {
	{STR("VIEW_CLIENT"), VIEW_CLIENT, VIEW_CLIENT},
	{STR("MODIFY_CLIENT"), MODIFY_CLIENT, MODIFY_CLIENT | VIEW_CLIENT},
	{STR("USE_INTROSPECTION"), USE_INTROSPECTION, USE_INTROSPECTION},
	{STR("VIEW_SERVICE"), VIEW_SERVICE, VIEWS_SERVICE},
	{STR("USE_SERVICE"), USE_SERVICE, USES_SERVICE},
	{STR("CREATE_CLIENT"), CREATE_CLIENT, CREATES_CLIENT},
	{STR("MODIFY_SERVICE"), MODIFY_SERVICE, MODIFY_SERVICE | CREATES_CLIENT},
	{STR("DELETE_SERVICE"), DELETE_SERVICE, DELETE_SERVICE},
	{STR("VIEW_AUDIT_LOG"), VIEW_AUDIT_LOG, VIEW_AUDIT_LOG},
	{STR("VIEW_DEFAULT_SERVICE"), VIEW_DEFAULT_SERVICE, VIEW_DEFAULT_SERVICE},
	{STR("CREATE_SERVICE"), CREATE_SERVICE, CREATE_SERVICE | VIEW_DEFAULT_SERVICE},
	{STR("ADMIN"), RIGHTS_ALL, RIGHTS_ALL},
};

uint32_t rights_of(struct str name)
{
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
		if (str_eq_nocase(rights[i].name, name))
			return rights[i].includes;
	return 0;
}

uint32_t right_bit(struct str name)
{
	for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
		if (str_eq_nocase(rights[i].name, name))
			return rights[i].bit;
	return 0;
}

bool rights_allow(uint32_t held, struct str name)
{
	uint32_t bits = right_bit(name);
	return bits && (held & bits) == bits;
}

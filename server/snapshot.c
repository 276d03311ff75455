#include "snapshot.h"
#include <stdlib.h>
struct snapshots {
	int none;
};
struct snapshots *snapshots_make(void)
{
	return calloc(1, sizeof(struct snapshots));
}
void snapshots_free(struct snapshots *s)
{
	free(s);
}
size_t snapshots_bytes(struct snapshots *s)
{
	(void)s;
	return 0;
}

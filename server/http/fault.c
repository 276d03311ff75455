#include "http/fault.h"
#include <stdlib.h>
struct faults {
	int none;
};
struct faults *faults_make(int64_t random_seed, const char *silo_name)
{
	(void)random_seed;
	(void)silo_name;
	return calloc(1, sizeof(struct faults));
}
void faults_free(struct faults *faults)
{
	free(faults);
}
void faults_clear(struct faults *faults)
{
	(void)faults;
}
int fault_find(struct call *c)
{
	(void)c;
	return 0;
}
int fault_before(struct call *c)
{
	(void)c;
	return 0;
}
int fault_after(struct call *c)
{
	(void)c;
	return 0;
}
uint64_t fault_id(const struct call *c)
{
	(void)c;
	return 0;
}

/* Any text as a seed: refused with a line, or loaded whole, or refused by the store whole. */
#include <errno.h>

#include "fixture.h"
#include "fuzz.h"

static bool has_service_1(struct store *store)
{
	/* what a load that failed may not leave behind */
	return store_service_find(store, NULL, 1, NULL) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct silo silo;
	bool fresh;
	const char *why;
	struct arena a;
	struct seed *seed;
	struct seed_fault fault;
	if (!silo.store)
		must(store_open(NULL, &silo.store, &fresh, &why) == 0);
	arena_init(&a, NULL, 0, FUZZ_CEILING);
	struct config config = {.seed_json = arena_copy(&a, fuzz_str(data, size)).p};
	int r = seed_read(&config, &seed);
	must(r == 0 || r == -EINVAL);
	if (r == 0) {
		must(store_transaction(silo.store, true, NULL, NULL) == 0);
		r = seed_load(seed, &silo, false, &fault);
		must(r == 0 || (r == -EEXIST && fault.text[0] == '/'));
		if (r < 0)
			must(!has_service_1(silo.store));
		else
			must(seed_load(seed, &silo, true, &fault) == 0); /* as a reset does */
		seed_free(seed);
	}
	arena_reset(&a);
	return 0;
}

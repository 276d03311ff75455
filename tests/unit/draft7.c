/* Runs the draft-07 part of the JSON Schema test suite (Debian: json-schema-test-suite) through the
 * compiler and the checker. A group whose schema uses what the compiler does not know is skipped
 * and said so; every other test must give the suite's answer.
 *
 * draft7 [DIRECTORY]: prints counts, exit code 1 when an answer differs. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/schema.h"
#include "schema/compile.h"

#define SUITE "/usr/share/json-schema-test-suite/tests/draft7"
#define CEILING ((size_t)256 << 20)

struct counts {
	unsigned passed, failed, skipped; /* tests, tests, groups */
};

static struct str read_file(struct arena *a, const char *path)
{
	struct buf out = buf_make(a, CEILING);
	FILE *file = fopen(path, "rb");
	char chunk[4096];
	size_t n;
	if (!file)
		return STR_NONE;
	while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
		buf_add(&out, (struct str){chunk, n});
	fclose(file);
	return buf_str(&out);
}

static void run_group(
	struct arena *a, const char *file, const struct cJSON *group, struct counts *counts)
{
	const char *title = json_raw(json_get(group, "description")).p;
	struct schema_compiler c;
	schema_compiler_init(&c, a, (struct schema_loader){0});
	c.ignores_beside_ref = true;
	const struct schema *s = schema_compile(&c, "", json_get(group, "schema"), "");
	if (!s) {
		printf("skipped: %s: %s: %.*s\n", file, title, STR_ARGS(c.error));
		counts->skipped++;
		return;
	}
	json_each (test, json_get(group, "tests")) {
		struct schema_report report;
		bool wanted = json_true(json_get(test, "valid"));
		bool done = schema_check(a, s, json_get(test, "data"), SCHEMA_PUBLISHED, &report);
		if (done && (report.count == 0) == wanted) {
			counts->passed++;
			continue;
		}
		counts->failed++;
		printf("FAILED: %s: %s: %s: should be %s\n", file, title,
			json_raw(json_get(test, "description")).p, wanted ? "valid" : "invalid");
	}
}

static void run_file(const char *directory, const char *name, struct counts *counts)
{
	struct arena a;
	struct cJSON *groups;
	struct json_fault fault = {0};
	arena_init(&a, NULL, 0, CEILING);
	struct str path = arena_printf(&a, "%s/%s", directory, name);
	if (json_parse(&a, read_file(&a, path.p), &groups, &fault) == 0) {
		json_each (group, groups)
			run_group(&a, name, group, counts);
	} else {
		printf("FAILED: %s: %s\n", name, fault.reason ? fault.reason : "cannot read it");
		counts->failed++;
	}
	arena_reset(&a);
}

static int is_json(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);
	return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

int main(int argc, char **argv)
{
	const char *directory = argc > 1 ? argv[1] : SUITE;
	struct counts counts = {0};
	struct dirent **entries;
	int n = scandir(directory, &entries, is_json, alphasort);
	if (n <= 0) {
		fprintf(stderr, "draft7: no tests in %s\n", directory);
		return 1;
	}
	for (int i = 0; i < n; i++) {
		run_file(directory, entries[i]->d_name, &counts);
		free(entries[i]);
	}
	free(entries);
	printf("%u passed, %u failed, %u groups skipped\n", counts.passed, counts.failed,
		counts.skipped);
	return counts.failed != 0;
}

/* Gives a fuzz target each file of the directories and files named, as libFuzzer would. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static size_t files;

static void run_file(const char *path, size_t size)
{
	/* exactly as large as the input, so that a sanitizer sees the first byte too many */
	uint8_t *data = malloc(size ? size : 1);
	FILE *file = fopen(path, "rb");
	must(data && file);
	must(fread(data, 1, size, file) == size);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	files++;
}

static void run(const char *path)
{
	struct stat facts;
	struct dirent **entries;
	char inside[4096];
	if (stat(path, &facts) < 0) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(facts.st_mode)) {
		run_file(path, (size_t)facts.st_size);
		return;
	}
	int n = scandir(path, &entries, NULL, alphasort);
	must(n >= 0);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			snprintf(inside, sizeof inside, "%s/%s", path, entries[i]->d_name);
			run(inside);
		}
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	printf("%zu inputs\n", files);
	return files ? 0 : 1;
}

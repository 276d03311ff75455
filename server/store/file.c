#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_private.h"

/* SQLite's file format, section 1.3: the header, and the page size in it (1 means 65536). */
#define HEADER_SIZE 100
#define MAGIC "SQLite format 3"
#define PAGE_SIZE_AT 16

/* A write-ahead log with content: SQLite will mend the file from it. */
static bool has_log(const char *path)
{
	char name[4096];
	struct stat facts;
	int n = snprintf(name, sizeof name, "%s-wal", path);
	return n < (int)sizeof name && stat(name, &facts) == 0 && facts.st_size > 0;
}

int store_file_check(const char *path)
{
	unsigned char header[HEADER_SIZE];
	struct stat facts;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0; /* a new one, or SQLite will say what is wrong */
	ssize_t n = fstat(file, &facts) == 0 ? read(file, header, sizeof header) : 0;
	close(file);
	if (n <= 0)
		return 0;
	if (n < HEADER_SIZE || memcmp(header, MAGIC, sizeof MAGIC) != 0)
		return -EBADMSG;
	unsigned page = (unsigned)header[PAGE_SIZE_AT] << 8 | header[PAGE_SIZE_AT + 1];
	if (page == 1)
		page = 65536;
	if (page < 512 || (facts.st_size % page != 0 && !has_log(path)))
		return -EBADMSG;
	return 0;
}

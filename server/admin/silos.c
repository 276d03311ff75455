/* All silos, the default one first. */
#include "silos.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "http/reply.h"
#include "op.h"

/* What is seen under the lock of the silos, to be written without it. */
struct line {
	char name[SILO_NAME_MAX + 1];
	int64_t created_at, used_us, bytes;
};

static void note(struct silo *silo, void *lines)
{
	struct line line = {
		.created_at = silo->created_at,
		.used_us = atomic_load(&silo->used_us),
		.bytes = atomic_load(&silo->bytes),
	};
	memcpy(line.name, silo->name, sizeof line.name);
	buf_add(lines, (struct str){(const char *)&line, sizeof line});
}

static void put_line(struct json_writer *w, const struct line *line, int64_t now, int64_t now_us)
{
	json_open(w, '{');
	json_member_str(w, "name", str_of(line->name));
	json_member_int(w, "createdAt", line->created_at);
	int64_t used_at = now - (now_us - line->used_us) / 1000;
	json_member_int(w, "lastUsedAt", used_at < line->created_at ? line->created_at : used_at);
	json_member_int(w, "bytes", line->bytes);
	json_close(w, '}');
}

OPERATION(admin_silos)
{
	struct buf noted = buf_make(&c->arena, SIZE_MAX), out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	int64_t now = clock_now(NULL), now_us = clock_coarse_us();
	silos_each(c->server, note, &noted);
	struct str lines = buf_str(&noted);
	if (!lines.p)
		return -ENOMEM;
	json_open(&w, '{');
	json_put_name(&w, "silos");
	json_open(&w, '[');
	for (size_t at = 0; at < lines.n; at += sizeof(struct line)) {
		struct line line;
		memcpy(&line, lines.p + at, sizeof line);
		put_line(&w, &line, now, now_us);
	}
	json_close(&w, ']');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}

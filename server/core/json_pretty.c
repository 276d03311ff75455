#include "core/json.h"

#define INDENT 2

static void new_line(struct buf *out, size_t depth)
{
	buf_add_char(out, '\n');
	for (size_t i = 0; i < depth * INDENT; i++)
		buf_add_char(out, ' ');
}

/* The string that begins at text.p[at], quotes included; returns where it ends. */
static size_t copy_string(struct buf *out, struct str text, size_t at)
{
	size_t end = at + 1;
	while (end < text.n && text.p[end] != '"')
		end += text.p[end] == '\\' ? 2 : 1;
	end = end < text.n ? end + 1 : text.n;
	buf_add(out, (struct str){text.p + at, end - at});
	return end;
}

void json_pretty(struct buf *out, struct str compact)
{
	size_t depth = 0;
	for (size_t i = 0; i < compact.n;) {
		char c = compact.p[i];
		bool empty = i + 1 < compact.n &&
			     (compact.p[i + 1] == '}' || compact.p[i + 1] == ']');
		if (c == '"') {
			i = copy_string(out, compact, i);
			continue;
		}
		i++;
		if ((c == '{' || c == '[') && empty) {
			buf_add_char(out, c);
			buf_add_char(out, compact.p[i++]);
		} else if (c == '{' || c == '[') {
			buf_add_char(out, c);
			new_line(out, ++depth);
		} else if (c == '}' || c == ']') {
			new_line(out, --depth);
			buf_add_char(out, c);
		} else if (c == ',') {
			buf_add_char(out, c);
			new_line(out, depth);
		} else {
			buf_add_char(out, c);
			if (c == ':')
				buf_add_char(out, ' ');
		}
	}
}

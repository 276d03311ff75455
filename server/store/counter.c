/* Numbers in the order of creation, none of them twice: not when its row is gone, nor by another
 * process on the same file. */
#include "store/store_private.h"

#define AT_ONCE 1000

int store_next_numbers(struct sql *db, const char *of, int64_t n, int64_t *ret)
{
	/* not one statement with RETURNING: that gathers its rows in a table of its own first */
	struct sqlite3_stmt *q = sql_use(db, SQL_COUNTER_NEXT);
	sql_bind_text(q, 1, str_of(of));
	sql_bind_int(q, 2, n);
	int r = sql_step(q);
	sql_end(q);
	if (r < 0)
		return r;
	q = sql_use(db, SQL_COUNTER_GET);
	sql_bind_text(q, 1, str_of(of));
	r = sql_step(q);
	if (r == 1)
		*ret = sql_int(q, 0);
	sql_end(q);
	return r < 0 ? r : 0;
}

int store_issued_number(struct store *s, int64_t *ret)
{
	if (!s->numbers.left) {
		int r = store_next_numbers(s->db, "issued", AT_ONCE, &s->numbers.last);
		if (r < 0)
			return r;
		s->numbers.left = AT_ONCE;
	}
	*ret = s->numbers.last - --s->numbers.left;
	return 0;
}

int store_return_numbers(struct store *s)
{
	int64_t unused = s->numbers.left, last;
	s->numbers.left = 0; /* also on failure: better some are skipped than given twice */
	return unused ? store_next_numbers(s->db, "issued", -unused, &last) : 0;
}

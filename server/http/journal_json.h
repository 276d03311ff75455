/* The journal's calls as control operations show them, and the query that chooses among them. */
#ifndef HTTP_JOURNAL_JSON_H
#define HTTP_JOURNAL_JSON_H

#include "http/journal.h"

/* From c->in_query. */
struct journal_filter journal_filter_of(struct call *c);

/* As one element of a list. */
void journal_put_entry(struct json_writer *w, const struct journal_entry *e);
/* With both bodies and the checks. */
void journal_put_whole(struct json_writer *w, const struct journal_entry *e);
/* The resultMessage of the reply, its secrets hidden; STR_NONE where it has none, is cut short, or
 * without memory. */
struct str journal_message(struct arena *a, const struct journal_entry *e);

#endif

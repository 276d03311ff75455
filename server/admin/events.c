/* Server-sent events (HTML Standard, section 9.2): one for each finished call to the API. A stream
 * keeps no call waiting: it reads the journal at its own pace, and is told what it missed. */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "http/journal_json.h"
#include "http/reply.h"
#include "op.h"

/* For one event at a time: a path of some kilobytes, its copies, and the text made of them. */
#define EVENT_MEMORY ((size_t)256 * 1024)
#define SILENCE_US ((int64_t)10 * 1000000)

struct stream {
	struct arena arena; /* of the event under way */
	struct str rest;    /* of its text */
	struct journal_place place;
	struct journal_filter filter; /* for the next call that comes */
	int64_t spoke_us;             /* when something was last sent, monotonic */
};

/* 0, -ENOMEM, or -EAGAIN when there is nothing to tell. */
static int next_event(struct call *c, struct stream *s)
{
	struct journal_entry *e;
	uint64_t dropped;
	arena_reset(&s->arena);
	int r = journal_next(c->silo->journal, &s->arena, &s->place, &e, &dropped);
	if (r < 0)
		return r;
	if (!e && !dropped)
		return -EAGAIN;
	struct buf out = buf_make(&s->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	if (dropped)
		buf_addf(&out, "event: dropped\ndata: {\"dropped\":%llu}\n\n",
			(unsigned long long)dropped);
	if (e) {
		buf_addf(&out, "event: call\nid: %llu\ndata: ", (unsigned long long)e->id);
		journal_put_entry(&w, e);
		buf_add(&out, STR("\n\n"));
	}
	s->rest = buf_str(&out);
	return s->rest.p ? 0 : -ENOMEM;
}

/* Nothing has come: waits for it, and says now and then that we are still there. */
static int wait_for_event(struct call *c, struct stream *s)
{
	uint64_t count, dropped;
	s->filter = (struct journal_filter){.after = s->place.after};
	int r = journal_wait(c, &s->filter, 1, &count, &dropped);
	if (r < 0)
		return r;
	if (atomic_load(&c->silo->dropped))
		return -ESHUTDOWN;
	if (count || dropped || journal_end(c->silo->journal).restarts != s->place.restarts)
		return 0;
	if (clock_monotonic_us() - s->spoke_us < SILENCE_US)
		return -EAGAIN;
	s->rest = STR(": nothing new\n\n");
	return 0;
}

static ptrdiff_t write_events(struct call *c, char *out, size_t room)
{
	struct stream *s = c->reply.stream_state;
	size_t n = 0;
	int r = 0;
	while (n < room) {
		if (s->rest.n == 0)
			r = next_event(c, s);
		if (r == -EAGAIN && n == 0)
			r = wait_for_event(c, s);
		if (r < 0)
			break;
		size_t part = s->rest.n < room - n ? s->rest.n : room - n;
		memcpy(out + n, s->rest.p, part);
		s->rest = (struct str){s->rest.p + part, s->rest.n - part};
		n += part;
	}
	if (n)
		s->spoke_us = clock_monotonic_us();
	return n || r == -EAGAIN ? (ptrdiff_t)n : -1;
}

OPERATION(admin_events)
{
	struct stream *s = arena_calloc(&c->arena, 1, sizeof *s);
	void *memory = arena_alloc(&c->arena, EVENT_MEMORY);
	if (!s || !memory)
		return -ENOMEM;
	arena_init(&s->arena, memory, EVENT_MEMORY, 0);
	s->rest = STR(": connected\n\n");
	s->place = journal_end(c->silo->journal);
	if (json_get(c->in_query, "after"))
		s->place.after = (uint64_t)in_int(c->in_query, "after", 0);
	c->reply = (struct reply){
		.status = 200,
		.content_type = "text/event-stream",
		.stream = write_events,
		.stream_state = s,
	};
	return 0;
}

/* Replies that leave together: what the event loop sends is held until it looks for events. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* As part of this program, or a sanitizer's functions of those names would come before them. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "http/epoll.c"

#define PAIRS (HELD_MAX + 1)

static int ours[PAIRS], theirs[PAIRS], events, ready[MANY];

static int make_pair(int listener, const struct sockaddr_in *address, int i)
{
	static const int on = 1;
	theirs[i] = socket(AF_INET, SOCK_STREAM, 0);
	if (theirs[i] < 0 ||
		connect(theirs[i], (const struct sockaddr *)address, sizeof *address) != 0)
		return -1;
	ours[i] = accept(listener, NULL, NULL);
	/* as libmicrohttpd does */
	return setsockopt(ours[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int set_up(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	(void)state;
	events = epoll_create1(0);
	if (listener < 0 || events < 0 ||
		bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
		listen(listener, PAIRS) != 0 ||
		getsockname(listener, (struct sockaddr *)&address, &size) != 0)
		return -1;
	for (int i = 0; i < PAIRS; i++)
		if (make_pair(listener, &address, i) != 0)
			return -1;
	for (int i = 0; i < MANY; i++) {
		struct epoll_event event = {.events = EPOLLIN};
		ready[i] = eventfd(i < MANY - 1, 0); /* one is for the tests to set */
		if (epoll_ctl(events, EPOLL_CTL_ADD, ready[i], &event) != 0)
			return -1;
	}
	return close(listener);
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < PAIRS; i++) {
		close(ours[i]);
		close(theirs[i]);
	}
	for (int i = 0; i < MANY; i++)
		close(ready[i]);
	return close(events);
}

static void send_reply(int i)
{
	char text[] = "reply";
	struct iovec part = {.iov_base = text, .iov_len = 5};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	assert_int_equal(sendmsg(ours[i], &message, MSG_NOSIGNAL), 5);
}

static bool has_come(int i, int wait_ms)
{
	struct pollfd one = {.fd = theirs[i], .events = POLLIN};
	char text[8];
	return poll(&one, 1, wait_ms) == 1 && recv(theirs[i], text, sizeof text, 0) == 5;
}

/* Looks for events, of which there are many, or one too few for that. */
static void look(bool many)
{
	struct epoll_event found[MANY + 1];
	uint64_t one = 1;
	if (many)
		assert_int_equal(write(ready[MANY - 1], &one, sizeof one), sizeof one);
	assert_int_equal(epoll_wait(events, found, MANY + 1, 0), many ? MANY : MANY - 1);
	if (many)
		assert_int_equal(read(ready[MANY - 1], &one, sizeof one), sizeof one);
}

/* Replies on the first n connections, before the time that they may be held is over. */
static void send_in_time(int n)
{
	for (;;) {
		char text[64];
		look(true);
		int64_t begun_us = clock_monotonic_us();
		for (int i = 0; i < n; i++)
			send_reply(i);
		if (clock_monotonic_us() - begun_us < HELD_US)
			return;
		look(true); /* others had the processor: once more */
		for (int i = 0; i < n; i++)
			while (recv(theirs[i], text, sizeof text, MSG_DONTWAIT) > 0)
				continue;
	}
}

#define SOON 150 /* milliseconds; what is held the kernel itself sends after 200 */

static void sends_at_once_when_few_come(void **state)
{
	(void)state;
	send_reply(0); /* outside of a loop */
	assert_true(has_come(0, SOON));
	look(true);
	look(false);
	send_reply(1);
	assert_true(has_come(1, SOON));
}

static void holds_until_the_next_look(void **state)
{
	(void)state;
	send_in_time(2);
	assert_false(has_come(0, 0) || has_come(1, 0));
	look(true);
	assert_true(has_come(0, SOON) && has_come(1, SOON));
}

static void holds_so_many_at_most(void **state)
{
	(void)state;
	send_in_time(PAIRS);
	for (int i = 0; i < HELD_MAX; i++)
		assert_true(has_come(i, SOON));
	assert_false(has_come(HELD_MAX, 0));
	look(false);
	assert_true(has_come(HELD_MAX, SOON));
}

static void holds_so_long_at_most(void **state)
{
	static const struct timespec pause = {.tv_nsec = (HELD_US + 1000) * 1000};
	(void)state;
	send_in_time(1);
	nanosleep(&pause, NULL);
	send_reply(1);
	assert_true(has_come(0, SOON));
	look(true);
	assert_true(has_come(1, SOON));
}

static void sends_what_a_shut_socket_holds(void **state)
{
	(void)state;
	look(true);
	send_reply(0);
	assert_int_equal(shutdown(ours[0], SHUT_WR), 0);
	assert_true(has_come(0, SOON));
	look(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_at_once_when_few_come), /* first: no loop yet */
		cmocka_unit_test(holds_until_the_next_look),
		cmocka_unit_test(holds_so_many_at_most),
		cmocka_unit_test(holds_so_long_at_most),
		cmocka_unit_test(sends_what_a_shut_socket_holds),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

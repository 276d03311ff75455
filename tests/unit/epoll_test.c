/* Replies that leave together: what the event loop sends is held until it looks for events. */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* As part of this program, or a sanitizer's functions of those names would come before them. */
/* NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "http/epoll.c"

#define PAIRS (HELD_MAX + 1)

static int ours[PAIRS], theirs[PAIRS], events;

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
	return close(listener);
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < PAIRS; i++) {
		close(ours[i]);
		close(theirs[i]);
	}
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

static void look(void)
{
	struct epoll_event event;
	assert_int_equal(epoll_wait(events, &event, 1, 0), 0);
}

#define SOON 150 /* milliseconds; what is held the kernel itself sends after 200 */

static void sends_at_once_outside_of_a_loop(void **state)
{
	(void)state;
	send_reply(0);
	assert_true(has_come(0, SOON));
}

static void holds_until_the_next_look(void **state)
{
	(void)state;
	look();
	send_reply(0);
	send_reply(1);
	send_reply(1);
	assert_false(has_come(0, 0) || has_come(1, 0));
	look();
	char text[16];
	assert_true(has_come(0, SOON));
	assert_int_equal(recv(theirs[1], text, sizeof text, 0), 10);
}

static void holds_so_many_at_most(void **state)
{
	(void)state;
	look();
	for (int i = 0; i < PAIRS; i++)
		send_reply(i);
	for (int i = 0; i < HELD_MAX; i++)
		assert_true(has_come(i, SOON));
	assert_false(has_come(HELD_MAX, 0));
	look();
	assert_true(has_come(HELD_MAX, SOON));
}

static void sends_what_a_closed_socket_holds(void **state)
{
	(void)state;
	look();
	send_reply(0);
	assert_int_equal(shutdown(ours[0], SHUT_WR), 0);
	assert_true(has_come(0, SOON));
	look();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_at_once_outside_of_a_loop), /* first: no loop yet */
		cmocka_unit_test(holds_until_the_next_look),
		cmocka_unit_test(holds_so_many_at_most),
		cmocka_unit_test(sends_what_a_closed_socket_holds),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

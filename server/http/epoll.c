/* Two calls of libc as libmicrohttpd's event loops shall have them. (A definition in the program
 * comes before that of libc, for shared libraries too.) */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/clock.h"

/* When many calls come at once their replies leave together: each sent by itself wakes its client,
 * which then takes the processor from the call that is next. So they are held back until the loop
 * looks for events again, or they are so many, or the first has waited so long. (That is looked at
 * when the next is sent: behind one long call, a reset of a large silo, they wait for it, at most
 * the 200 ms that the kernel holds them.) Where few come, clients have a processor to themselves
 * and shall begin at once. */
#define MANY 8
#define HELD_MAX 32
#define HELD_US 2000

static _Thread_local struct {
	bool holding; /* for this look's events, by a thread that comes back for more */
	int n;
	int sockets[HELD_MAX];
	int64_t since_us;
} held;

/* Setting it, again, sends what is held: tcp(7). Of a socket that was closed meanwhile all is sent;
 * on another that has its number by now the option does no harm. */
static void send_held(void)
{
	static const int on = 1;
	for (int i = 0; i < held.n; i++)
		setsockopt(held.sockets[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	held.n = 0;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
	if (held.holding) {
		int64_t now_us = clock_monotonic_us();
		if (held.n == HELD_MAX || now_us - held.since_us > HELD_US)
			send_held();
		if (held.n == 0)
			held.since_us = now_us;
		held.sockets[held.n++] = socket;
		flags |= MSG_MORE;
	}
	return syscall(SYS_sendmsg, socket, message, flags);
}

/* libmicrohttpd asks for 128 events at a time and, when it gets a full hand, sleeps on further ones
 * before it looks at those: 128 calls in one instant would hang. Here the hand is never full. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
	send_held();
	int n = (int)syscall(SYS_epoll_pwait, epoll, events, room > 1 ? room - 1 : room, timeout_ms,
		NULL, (size_t)8);
	held.holding = n >= MANY;
	return n;
}

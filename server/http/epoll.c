#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

/* libmicrohttpd asks for 128 events at a time and, when it gets a full hand, sleeps on further ones
 * before it looks at those: 128 calls in one instant would hang. Here the hand is never full. (A
 * definition in the program comes before that of libc, for shared libraries too.) */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms)
{
	return (int)syscall(SYS_epoll_pwait, epoll, events, room > 1 ? room - 1 : room, timeout_ms,
		NULL, (size_t)8);
}

/* Puts tickets numbered from .. from + count - 1 of ticket.c into a server, or so many clients into
 * one of its services, and prints how many it took per second. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "ticket.h"

enum {
	BATCH = 16000,    /* keeps a body below the 1 MiB a server takes by default */
	MEMBER_SIZE = 57, /* {"ticket":"..."}, */
	REPLY_LIMIT = 4096,
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "fill: %s: %s\n", what, errno ? strerror(errno) : "unexpected");
	exit(1);
}

static int open_connection(unsigned port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval limit = {.tv_sec = 30};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0 ||
		connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
		fail("connect");
	return fd;
}

static void send_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
		if (n <= 0)
			fail("send");
		bytes += n;
		size -= (size_t)n;
	}
}

/* Reads one reply to its end; it must be a 201 with a Content-Length. */
static void read_reply(int fd)
{
	static char text[REPLY_LIMIT + 1], rest[65536];
	size_t size = 0;
	char *end = NULL;

	while (!end && size < REPLY_LIMIT) {
		ssize_t n = recv(fd, text + size, REPLY_LIMIT - size, 0);
		if (n <= 0)
			fail("receive");
		size += (size_t)n;
		text[size] = '\0';
		end = strstr(text, "\r\n\r\n");
	}
	char *length = strcasestr(text, "\r\nContent-Length:");
	if (!end || strncmp(text, "HTTP/1.1 201 ", 13) != 0 || !length) {
		fprintf(stderr, "fill: the server answered:\n%.600s\n", text);
		exit(1);
	}
	size_t got = size - (size_t)(end + 4 - text);
	for (size_t want = strtoul(length + 17, NULL, 10); got < want;) {
		ssize_t n = recv(fd, rest, want - got < sizeof rest ? want - got : sizeof rest, 0);
		if (n <= 0)
			fail("receive");
		got += (size_t)n;
	}
}

static void post_batch(int fd, const char *service, uint64_t from, uint64_t count)
{
	static char body[BATCH * MEMBER_SIZE + 64];
	char head[512];
	char *at = stpcpy(body, "{\"tickets\":[");

	for (uint64_t i = 0; i < count; i++) {
		at = stpcpy(at, i ? ",{\"ticket\":\"" : "{\"ticket\":\"");
		ticket_name(from + i, at);
		at = stpcpy(at + TICKET_SIZE, "\"}");
	}
	at = stpcpy(at, "]}");
	int n = snprintf(head, sizeof head,
		"POST /__admin/services/%s/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		service, (size_t)(at - body));
	send_all(fd, head, (size_t)n);
	send_all(fd, body, (size_t)(at - body));
	read_reply(fd);
}

static void post_client(int fd, const char *service, const char *token, uint64_t number)
{
	char body[160], head[512];
	int size = snprintf(body, sizeof body,
		"{\"clientName\":\"Client %" PRIu64 "\",\"clientType\":\"CONFIDENTIAL\","
		"\"redirectUris\":[\"https://client.example.com/%" PRIu64 "\"]}",
		number, number);
	int n = snprintf(head, sizeof head,
		"POST /api/%s/client/create HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		"Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
		"Content-Length: %d\r\n\r\n%s",
		service, token, size, body);
	send_all(fd, head, (size_t)n);
	read_reply(fd);
}

int main(int argc, char **argv)
{
	struct timespec begin, end;

	if (argc != 5 && argc != 6) {
		fprintf(stderr, "usage: fill PORT SERVICE FROM COUNT\n"
				"       fill PORT SERVICE clients COUNT TOKEN\n");
		return 2;
	}
	uint64_t from = argc == 5 ? strtoull(argv[3], NULL, 10) : 0;
	uint64_t last = from + strtoull(argv[4], NULL, 10);
	double count = (double)(last - from);
	int fd = open_connection((unsigned)atoi(argv[1]));
	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (argc == 5)
		for (; from < last; from += BATCH)
			post_batch(fd, argv[2], from, last - from < BATCH ? last - from : BATCH);
	else
		for (; from < last; from++)
			post_client(fd, argv[2], argv[5], from);
	clock_gettime(CLOCK_MONOTONIC, &end);
	close(fd);
	printf("%.0f\n", count / ((double)(end.tv_sec - begin.tv_sec) +
					 (double)(end.tv_nsec - begin.tv_nsec) / 1e9));
	return 0;
}

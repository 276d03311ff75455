#include "healthcheck.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "log.h"

#define PATIENCE_SECONDS 2

struct place {
	char host[256], port[8];
};

/* http://HOST[:PORT][/...]; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
static bool parse_url(const char *url, struct place *ret)
{
	struct str rest = str_of(url), host, port;
	const struct str scheme = STR("http://");
	if (!str_starts(rest, scheme))
		return false;
	rest = (struct str){rest.p + scheme.n, rest.n - scheme.n};
	str_cut(rest, '/', &rest, &port);
	if (rest.n && rest.p[0] == '[') {
		if (!str_cut((struct str){rest.p + 1, rest.n - 1}, ']', &host, &port))
			return false;
		port = str_starts(port, STR(":")) ? (struct str){port.p + 1, port.n - 1}
						  : STR("80");
	} else if (!str_cut(rest, ':', &host, &port)) {
		port = STR("80");
	}
	if (host.n == 0 || host.n >= sizeof ret->host || port.n >= sizeof ret->port ||
		!str_is_digits(port))
		return false;
	snprintf(ret->host, sizeof ret->host, "%.*s", STR_ARGS(host));
	snprintf(ret->port, sizeof ret->port, "%.*s", STR_ARGS(port));
	return true;
}

/* A wildcard is no place to connect to; this machine is. */
static void configured_place(const struct config *config, struct place *ret)
{
	const char *host = config->host;
	if (strcmp(host, "0.0.0.0") == 0)
		host = "127.0.0.1";
	else if (strcmp(host, "::") == 0)
		host = "::1";
	snprintf(ret->host, sizeof ret->host, "%s", host);
	snprintf(ret->port, sizeof ret->port, "%d", (int)config->port);
}

static int connect_to(const struct place *place)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
	const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
	if (getaddrinfo(place->host, place->port, &hints, &found) != 0)
		return -1;
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
		if (connect(fd, found->ai_addr, found->ai_addrlen) < 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

/* True when the status line says 200. */
static bool ask(int fd, const struct place *place)
{
	char request[400], reply[64];
	size_t n = 0;
	int length = snprintf(request, sizeof request,
		"GET /api/lifecycle/healthcheck HTTP/1.1\r\nHost: %s:%s\r\n"
		"User-Agent: " PROBE_AGENT "\r\nConnection: close\r\n\r\n",
		place->host, place->port);
	if (send(fd, request, (size_t)length, MSG_NOSIGNAL) != length)
		return false;
	while (n < 12) { /* "HTTP/1.1 200" */
		ssize_t got = recv(fd, reply + n, sizeof reply - n, 0);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	return memcmp(reply, "HTTP/1.1 200", 12) == 0;
}

int healthcheck(const struct config *config, const char *url)
{
	struct place place;
	if (!url) {
		configured_place(config, &place);
	} else if (!parse_url(url, &place)) {
		log_line("authlete-mock: --url takes http://HOST:PORT");
		return 2;
	}
	int fd = connect_to(&place);
	bool good = fd >= 0 && ask(fd, &place);
	if (fd >= 0)
		close(fd);
	if (!good)
		log_line("authlete-mock: no healthy server at %s port %s", place.host, place.port);
	return good ? 0 : 1;
}

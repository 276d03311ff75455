#include "healthcheck.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/clock.h"
#include "log.h"
#include "tls.h"

#define PATIENCE_SECONDS 2

struct place {
	char host[256], port[8];
	bool tls;
};

/* http[s]://HOST[:PORT][/...]; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
static bool parse_url(const char *url, struct place *ret)
{
	struct str rest = str_of(url), host, port;
	ret->tls = str_starts(rest, STR("https://"));
	const struct str scheme = ret->tls ? STR("https://") : STR("http://");
	const struct str usual = ret->tls ? STR("443") : STR("80");
	if (!str_starts(rest, scheme))
		return false;
	rest = (struct str){rest.p + scheme.n, rest.n - scheme.n};
	str_cut(rest, '/', &rest, &port);
	if (rest.n && rest.p[0] == '[') {
		if (!str_cut((struct str){rest.p + 1, rest.n - 1}, ']', &host, &port))
			return false;
		port = str_starts(port, STR(":")) ? (struct str){port.p + 1, port.n - 1} : usual;
	} else if (!str_cut(rest, ':', &host, &port)) {
		port = usual;
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
	ret->tls = config->tls_cert || config->tls_key;
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

static ssize_t ask_plainly(int fd, struct str request, char *reply, size_t enough, int64_t until_us)
{
	size_t n = 0;
	if (send(fd, request.p, request.n, MSG_NOSIGNAL) != (ssize_t)request.n)
		return -1;
	while (n < enough) {
		ssize_t got = recv(fd, reply + n, enough - n, 0);
		if (got <= 0 || clock_monotonic_us() >= until_us)
			return -1;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

/* True when the status line says 200. The certificate may be anybody's: the probe tells nobody a
 * secret, and believes nothing but that line. */
static bool ask(int fd, const struct place *place, int64_t until_us)
{
	static const char good[] = "HTTP/1.1 200";
	const size_t enough = sizeof good - 1;
	char request[400], reply[sizeof good];
	int length = snprintf(request, sizeof request,
		"GET /api/lifecycle/healthcheck HTTP/1.1\r\nHost: %s:%s\r\n"
		"User-Agent: " PROBE_AGENT "\r\nConnection: close\r\n\r\n",
		place->host, place->port);
	const struct str text = {request, (size_t)length};
	ssize_t n = place->tls ? tls_ask(fd, place->host, text, reply, enough, until_us)
			       : ask_plainly(fd, text, reply, enough, until_us);
	return n > 0 && memcmp(reply, good, enough) == 0;
}

int healthcheck(const struct config *config, const char *url)
{
	struct place place = {.tls = false};
	if (!url) {
		configured_place(config, &place);
	} else if (!parse_url(url, &place)) {
		log_line("authlete-mock: --url takes http://HOST:PORT or https://HOST:PORT");
		return 2;
	}
	int64_t until_us = clock_monotonic_us() + (int64_t)PATIENCE_SECONDS * 1000000;
	int fd = connect_to(&place);
	bool good = fd >= 0 && ask(fd, &place, until_us);
	if (fd >= 0)
		close(fd);
	if (!good)
		log_line("authlete-mock: no healthy server at %s port %s", place.host, place.port);
	return good ? 0 : 1;
}

#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"

#define BACKLOG 4096

static int open_socket(const struct addrinfo *address)
{
	int on = 1;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
		int r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

static int port_of(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return 0;
	if (address.ss_family == AF_INET6) {
		struct sockaddr_in6 v6;
		memcpy(&v6, &address, sizeof v6);
		return ntohs(v6.sin6_port);
	}
	struct sockaddr_in v4;
	memcpy(&v4, &address, sizeof v4);
	return ntohs(v4.sin_port);
}

int listen_on(const char *host, int port, int *ret_port)
{
	char service[8];
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
	snprintf(service, sizeof service, "%d", port);
	int error = getaddrinfo(host, service, &hints, &found);
	if (error) {
		log_line("authlete-mock: --host %.100s is no address: %s", host,
			gai_strerror(error));
		return -EADDRNOTAVAIL;
	}
	int fd = open_socket(found);
	freeaddrinfo(found);
	if (fd < 0) {
		log_line("authlete-mock: cannot listen on %.100s port %d: %s", host, port,
			strerror(-fd));
		return fd;
	}
	*ret_port = port_of(fd);
	return fd;
}

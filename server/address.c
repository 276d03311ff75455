#include "address.h"

#include <string.h>

/* A wildcard is no place to connect to; this machine is. */
static const char *host_of(const struct config *config)
{
	const char *host = config->host;
	return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 ? "127.0.0.1" : host;
}

static struct str url_of(struct arena *a, const struct config *config, const char *host, int port)
{
	bool v6 = strchr(host, ':') != NULL;
	return arena_printf(a, "http%s://%s%s%s:%d", config->tls_cert ? "s" : "", v6 ? "[" : "",
		host, v6 ? "]" : "", port);
}

struct str address_url(struct arena *a, const struct config *config, int port)
{
	return url_of(a, config, host_of(config), port);
}

struct str address_url_for_clients(
	struct arena *a, const struct config *config, const struct tls *tls, int port)
{
	const char *host = host_of(config);
	bool local = strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
	if (tls->certificate && local && !tls_is_for(tls, host) && tls_is_for(tls, "localhost"))
		host = "localhost";
	return url_of(a, config, host, port);
}

bool address_is_url(const char *text)
{
	struct str url = str_of(text);
	size_t scheme = str_starts(url, STR("http://")) ? 7 : 8;
	if (scheme == 8 && !str_starts(url, STR("https://")))
		return false;
	if (url.n == scheme || text[scheme] == '/' || text[scheme] == ':')
		return false;
	for (size_t i = scheme; i < url.n; i++)
		if (text[i] <= ' ' || text[i] >= 0x7F || text[i] == '?' || text[i] == '#')
			return false;
	return true;
}

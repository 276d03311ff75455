#include "address.h"

#include <string.h>

struct str address_url(struct arena *a, const struct config *config, int port)
{
	const char *host = config->host;
	if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0)
		host = "127.0.0.1";
	bool v6 = strchr(host, ':') != NULL;
	return arena_printf(a, "http://%s%s%s:%d", v6 ? "[" : "", host, v6 ? "]" : "", port);
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

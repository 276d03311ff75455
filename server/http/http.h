/* The wire: the only user of libmicrohttpd. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "server.h"

struct http;

/* Listens on the configured address and serves on as many threads as configured. 0; -EADDRINUSE and
 * the like after one line on stderr. *ret_port is the real one. */
int http_start(struct server *server, struct http **ret, int *ret_port);
/* Ends every connection and all threads. */
void http_stop(struct http *http);
bool http_has_tls(void); /* whether the library can do it */
const char *http_library_version(void);

#endif

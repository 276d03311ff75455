/* The open connections, and the janitor that ends requests past their deadline. libmicrohttpd knows
 * only inactivity: a client that sends a byte now and then would hold its place for ever. */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <stdbool.h>

#define CONN_REQUEST_SECONDS 30 /* from a request's first line to the last byte of its reply */
#define CONN_IDLE_SECONDS 120   /* between the requests of a kept-alive connection */

struct conn;
struct server;

/* NULL without memory. The descriptor stays the caller's and must be open until conn_close. */
struct conn *conn_open(int fd);
void conn_close(struct conn *conn);
/* A request begins and ends on it. NULL is nothing. */
void conn_begin(struct conn *conn);
void conn_end(struct conn *conn);

/* The request waits for something that is not the client's doing: no deadline until it begins
 * again. */
void conn_pause(struct conn *conn);

/* Also sweeps the server's silos, once a second. 0 or -ENOMEM. */
int conn_janitor_start(struct server *server);
void conn_janitor_stop(void);

#endif

#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

/* A listening TCP socket on that address (a name or a number) and port, 0 for any free one.
 * Returns the descriptor and *ret_port, or a negative errno after one line on stderr. */
int listen_on(const char *host, int port, int *ret_port);

#endif

/* TLS beside libmicrohttpd's own use of it: the only user of GnuTLS, which comes with it. */
#ifndef TLS_H
#define TLS_H

#include <sys/types.h>

#include "config.h"

/* What the server proves itself with: PEM texts, NUL-terminated. Both NULL: there is no TLS. */
struct tls {
	const char *certificate; /* and those between it and its authority */
	const char *key;
};

/* The protocol versions of the server, as GnuTLS writes them: TLS 1.2 (RFC 5246) and 1.3. */
extern const char tls_priorities[];

/* Reads the files that the settings name, if any, and checks that they fit together. Texts are in
 * the arena. 0, or -EINVAL after one line on stderr that names the file. */
int tls_load(struct arena *a, const struct config *config, struct tls *ret);

/* Whether the certificate is for that name or address (RFC 6125, as its subjectAltName has it). */
bool tls_is_for(const struct tls *tls, const char *host);

/* As a client: a handshake with whoever has that connection, whatever the certificate; then the
 * request goes out, and the reply comes in until it has enough bytes. Returns how many came; -1
 * when something failed, or they did not come before that monotonic time; how long each wait for
 * more lasts, is the socket's to say. */
ssize_t tls_ask(
	int fd, const char *host, struct str request, char *reply, size_t enough, int64_t until_us);

const char *tls_library_version(void);

#endif

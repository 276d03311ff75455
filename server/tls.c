#include "tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "log.h"

#define FILE_MAX_KIB 64
#define CHAIN_MAX 16

const char tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";

static int complain(const char *what, const char *path, const char *why)
{
	log_line("authlete-mock: %s %s cannot be used: %s", what, path, why);
	return -EINVAL;
}

/* A text; binary forms end at their first zero, and are refused for what is left. */
static int read_file(struct arena *a, const char *what, const char *path, const char **ret)
{
	char text[FILE_MAX_KIB * 1024];
	FILE *file = fopen(path, "re");
	if (!file)
		return complain(what, path, strerror(errno));
	size_t n = fread(text, 1, sizeof text, file);
	int error = ferror(file) ? errno : 0;
	fclose(file);
	if (error)
		return complain(what, path, strerror(error));
	if (n == sizeof text)
		return complain(what, path, "it is too large for one");
	*ret = arena_copy(a, (struct str){text, n}).p;
	gnutls_memset(text, 0, sizeof text);
	return *ret ? 0 : complain(what, path, strerror(ENOMEM));
}

/* GnuTLS takes a text as bytes that are not constant, and leaves them alone. */
static gnutls_datum_t datum_of(const char *text)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)text, (unsigned)strlen(text)};
}

static int read_chain(const char *text, gnutls_x509_crt_t chain[CHAIN_MAX], unsigned *ret_n)
{
	const gnutls_datum_t pem = datum_of(text);
	*ret_n = CHAIN_MAX;
	int r = gnutls_x509_crt_list_import(chain, ret_n, &pem, GNUTLS_X509_FMT_PEM,
		GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
	if (r < 0)
		*ret_n = 0;
	return r;
}

static void free_chain(gnutls_x509_crt_t chain[CHAIN_MAX], unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(chain[i]);
}

/* Sensible words where those of GnuTLS are about something else. */
static const char *words_for(int error)
{
	switch (error) {
	case GNUTLS_E_NO_CERTIFICATE_FOUND:
		return "there is no certificate in PEM form in it";
	case GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE:
	case GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR:
		return "there is no private key in PEM form in it";
	case GNUTLS_E_DECRYPTION_FAILED:
		return "the private key is encrypted, and nobody can be asked for its password";
	default:
		return gnutls_strerror(error);
	}
}

/* 0, or the error with *ret_bad_key saying in which of the two files. */
static int check_pair(const struct tls *tls, bool *ret_bad_key)
{
	gnutls_x509_crt_t chain[CHAIN_MAX];
	gnutls_x509_privkey_t key;
	gnutls_certificate_credentials_t both;
	const gnutls_datum_t pem = datum_of(tls->key);
	unsigned n;
	*ret_bad_key = false;
	int r = read_chain(tls->certificate, chain, &n);
	if (r < 0)
		return r;
	*ret_bad_key = true;
	if (gnutls_x509_privkey_init(&key) < 0) {
		free_chain(chain, n);
		return GNUTLS_E_MEMORY_ERROR;
	}
	r = gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (r >= 0)
		r = gnutls_certificate_allocate_credentials(&both);
	if (r >= 0) {
		r = gnutls_certificate_set_x509_key(both, chain, (int)n, key);
		gnutls_certificate_free_credentials(both);
	}
	gnutls_x509_privkey_deinit(key);
	free_chain(chain, n);
	return r < 0 ? r : 0;
}

int tls_load(struct arena *a, const struct config *config, struct tls *ret)
{
	static const char certificate[] = "the certificate", key[] = "the key";
	struct tls tls = {0};
	bool bad_key;
	*ret = tls;
	if (!config->tls_cert)
		return 0;
	int r = read_file(a, certificate, config->tls_cert, &tls.certificate);
	if (r == 0)
		r = read_file(a, key, config->tls_key, &tls.key);
	if (r < 0)
		return r;
	r = check_pair(&tls, &bad_key);
	if (r == GNUTLS_E_CERTIFICATE_KEY_MISMATCH) {
		log_line("authlete-mock: the key %s is not that of the certificate %s",
			config->tls_key, config->tls_cert);
		return -EINVAL;
	}
	if (r < 0)
		return complain(bad_key ? key : certificate,
			bad_key ? config->tls_key : config->tls_cert, words_for(r));
	*ret = tls;
	return 0;
}

bool tls_is_for(const struct tls *tls, const char *host)
{
	gnutls_x509_crt_t chain[CHAIN_MAX];
	unsigned n;
	if (read_chain(tls->certificate, chain, &n) < 0)
		return false;
	bool is_for = n && gnutls_x509_crt_check_hostname(chain[0], host);
	free_chain(chain, n);
	return is_for;
}

/* Something that is no data came, such as a ticket (RFC 8446 section 4.6.1), or nothing in time. */
static bool try_again(ssize_t r, int64_t until_us)
{
	return (r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED) &&
	       clock_monotonic_us() < until_us;
}

static ssize_t exchange(
	gnutls_session_t session, struct str request, char *reply, size_t enough, int64_t until_us)
{
	size_t n = 0;
	int r;
	do
		r = gnutls_handshake(session);
	while (try_again(r, until_us));
	if (r < 0)
		return -1;
	if (gnutls_record_send(session, request.p, request.n) != (ssize_t)request.n)
		return -1;
	while (n < enough) {
		ssize_t got = gnutls_record_recv(session, reply + n, enough - n);
		if (try_again(got, until_us))
			continue;
		if (got <= 0 || clock_monotonic_us() >= until_us)
			return -1;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

ssize_t tls_ask(
	int fd, const char *host, struct str request, char *reply, size_t enough, int64_t until_us)
{
	gnutls_certificate_credentials_t nobody;
	gnutls_session_t session;
	ssize_t n = -1;
	if (gnutls_certificate_allocate_credentials(&nobody) < 0)
		return -1;
	if (gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) < 0) {
		gnutls_certificate_free_credentials(nobody);
		return -1;
	}
	gnutls_transport_set_int(session, fd);
	/* an address is no name (RFC 6066 section 3), and a name has a letter at its end */
	bool named = !strchr(host, ':') && (host[strlen(host) - 1] | 32) >= 'a';
	if ((!named || gnutls_server_name_set(session, GNUTLS_NAME_DNS, host, strlen(host)) >= 0) &&
		gnutls_priority_set_direct(session, tls_priorities, NULL) >= 0 &&
		gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, nobody) >= 0)
		n = exchange(session, request, reply, enough, until_us);
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(nobody);
	return n;
}

const char *tls_library_version(void)
{
	return gnutls_check_version(NULL);
}

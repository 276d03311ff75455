/* Certificates: what mutual TLS needs to know of them (RFC 8705). Errors are those of jose/jose.h.
 */
#ifndef JOSE_X509_H
#define JOSE_X509_H

#include "core/arena.h"

struct x509_st;

#define X509_THUMBPRINT_SIZE 43 /* SHA-256 in base64url */

/* One certificate in PEM, whose line breaks may be missing or spaces; or in base64 alone, as in
 * "x5c". *ret must be given back by x509_free. -EINVAL. */
int x509_parse(struct str text, struct x509_st **ret);
void x509_free(struct x509_st *certificate); /* NULL is fine */
bool x509_same(const struct x509_st *a, const struct x509_st *b);
/* "x5t#S256" (RFC 8705 section 3.1), with a NUL. */
int x509_thumbprint(const struct x509_st *certificate, char ret[X509_THUMBPRINT_SIZE + 1]);
/* Both at once, for who wants nothing else. -EINVAL. */
int x509_thumbprint_of(struct str text, char ret[X509_THUMBPRINT_SIZE + 1]);

/* The subject as RFC 4514 writes it; for messages. */
struct str x509_subject(struct arena *a, const struct x509_st *certificate);
/* 1 or 0: whether the subject is the name in RFC 4514 form. -EINVAL: that is no name. */
int x509_subject_is(const struct x509_st *certificate, struct str name);

/* Which of the subject's alternative names (RFC 8705 section 2.1.2). */
enum x509_san { X509_SAN_DNS, X509_SAN_URI, X509_SAN_IP, X509_SAN_EMAIL };
/* 1 or 0: whether one of that type is the wanted one. -EINVAL: the extension cannot be decoded;
 * -EBADMSG: an entry of that type has the wrong structure. */
int x509_has_san(const struct x509_st *certificate, enum x509_san type, struct str wanted);

/* Whether the certificate leads over some of the path to one of the roots at that time (seconds).
 * 0, -ENOKEY: it does not. */
int x509_leads_to(struct x509_st *certificate, struct x509_st *const *path, size_t n_path,
	struct x509_st *const *roots, size_t n_roots, int64_t when);

#endif

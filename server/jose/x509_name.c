/* The names in a certificate: its subject and the subject's alternative names. */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "jose/crypto.h"
#include "jose/x509.h"

CLEANUP_DEFINE(X509_NAME, X509_NAME_free)
CLEANUP_DEFINE(ASN1_TYPE, ASN1_TYPE_free)
CLEANUP_DEFINE(ASN1_OBJECT, ASN1_OBJECT_free)
CLEANUP_DEFINE(BIO, BIO_free_all)
CLEANUP_DEFINE(GENERAL_NAMES, GENERAL_NAMES_free)

#define TYPE_MAX 128
#define VALUE_MAX 1024
#define PARTS_MAX 64

/* ---- RFC 4514 to a name ---- */

/* One type=value, decoded; joined: it belongs to the part before it ("+"). */
struct part {
	struct str type;
	unsigned char value[VALUE_MAX];
	size_t n;
	bool hex; /* value is DER ("#04…") */
	bool joined;
};

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static bool take_byte(struct str *s, unsigned char *ret)
{
	if (s->n < 2 || hex_digit(s->p[0]) < 0 || hex_digit(s->p[1]) < 0)
		return false;
	*ret = (unsigned char)(hex_digit(s->p[0]) * 16 + hex_digit(s->p[1]));
	s->p += 2;
	s->n -= 2;
	return true;
}

static void skip_spaces(struct str *s)
{
	while (s->n && *s->p == ' ') {
		s->p++;
		s->n--;
	}
}

/* After a backslash: two hexadecimal digits or a character that would mean something else. */
static bool take_escape(struct str *s, unsigned char *ret)
{
	if (take_byte(s, ret))
		return true;
	if (!s->n || !strchr(" \"#+,;<=>\\", *s->p))
		return false;
	*ret = (unsigned char)*s->p++;
	s->n--;
	return true;
}

/* Up to the end or a separator that is not escaped; in quotes (RFC 2253) up to the other quote. */
static bool take_value(struct str *s, struct part *part)
{
	size_t keep = 0; /* trailing spaces count only when they are escaped */
	bool quoted = s->n && *s->p == '"';
	if (quoted) {
		s->p++;
		s->n--;
	}
	while (s->n && *s->p != '\0' && !strchr(quoted ? "\"" : ",+;\"<>", *s->p)) {
		unsigned char c = (unsigned char)*s->p++;
		bool escaped = c == '\\';
		s->n--;
		if ((escaped && !take_escape(s, &c)) || part->n >= VALUE_MAX)
			return false;
		part->value[part->n++] = c;
		if (escaped || quoted || c != ' ')
			keep = part->n;
	}
	part->n = keep;
	if (!quoted)
		return true;
	if (!s->n || *s->p != '"')
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool take_hex(struct str *s, struct part *part)
{
	part->hex = true;
	s->p++;
	s->n--;
	while (part->n < VALUE_MAX && take_byte(s, &part->value[part->n]))
		part->n++;
	return part->n > 0;
}

static bool take_part(struct str *s, struct part *part)
{
	struct str type, rest;
	if (!str_cut(*s, '=', &type, &rest))
		return false;
	part->type = str_trim(type);
	skip_spaces(&rest);
	bool good = rest.n && *rest.p == '#' ? take_hex(&rest, part) : take_value(&rest, part);
	skip_spaces(&rest);
	*s = rest;
	return good && part->type.n && part->type.n < TYPE_MAX;
}

/* Into an array of at most PARTS_MAX; the number, or -EINVAL. */
static int take_parts(struct str s, struct part *parts)
{
	int n = 0;
	bool joined = false;
	for (;;) {
		struct part *part = &parts[n];
		skip_spaces(&s);
		*part = (struct part){.joined = joined};
		if (!take_part(&s, part))
			return -EINVAL;
		n++;
		if (!s.n)
			return n;
		joined = *s.p == '+';
		if ((!joined && *s.p != ',' && *s.p != ';') || n == PARTS_MAX)
			return -EINVAL;
		s.p++;
		s.n--;
	}
}

/* Attribute types as libcrypto calls them: those that others write differently. */
static ASN1_OBJECT *find_type(struct str type)
{
	static const struct {
		const char *others, *ours;
	} names[] = {{"E", "emailAddress"}, {"EMAIL", "emailAddress"},
		{"EMAILADDRESS", "emailAddress"}, {"S", "ST"}, {"SP", "ST"}, {"STREET", "street"},
		{"T", "title"}, {"SERIALNUMBER", "serialNumber"}, {"SURNAME", "SN"},
		{"GIVENNAME", "GN"}, {"DNQ", "dnQualifier"},
		{"ORGANIZATIONIDENTIFIER", "organizationIdentifier"},
		{"JURISDICTIONCOUNTRYNAME", "jurisdictionC"},
		{"BUSINESSCATEGORY", "businessCategory"}, {"POSTALCODE", "postalCode"}};
	char name[TYPE_MAX], upper[TYPE_MAX];
	if (str_starts(type, STR("OID.")) || str_starts(type, STR("oid.")))
		type = (struct str){type.p + 4, type.n - 4};
	for (size_t i = 0; i < type.n; i++) {
		char c = type.p[i];
		name[i] = c;
		upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	name[type.n] = upper[type.n] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(str_of(upper), str_of(names[i].others)))
			return OBJ_txt2obj(names[i].ours, 0);
	ASN1_OBJECT *object = OBJ_txt2obj(name, 0);
	return object ? object : OBJ_txt2obj(upper, 0);
}

static int add_part(X509_NAME *name, const struct part *part)
{
	/* 0: a new set after the others; -1: into the set before */
	int set = part->joined ? -1 : 0;
	CLEANUP(ASN1_OBJECT) *type = find_type(part->type);
	if (!type)
		return crypto_error(-EINVAL);
	int kind = MBSTRING_UTF8;
	const unsigned char *value = part->value;
	size_t n = part->n;
	CLEANUP(ASN1_TYPE) *der = NULL;
	if (part->hex) {
		der = d2i_ASN1_TYPE(NULL, &value, (long)n);
		if (!der || value != part->value + n || der->type == V_ASN1_BOOLEAN ||
			der->type == V_ASN1_NULL || der->type == V_ASN1_OBJECT)
			return crypto_error(-EINVAL);
		kind = der->type;
		value = ASN1_STRING_get0_data(der->value.asn1_string);
		n = (size_t)ASN1_STRING_length(der->value.asn1_string);
	}
	return X509_NAME_add_entry_by_OBJ(name, type, kind, value, (int)n, -1, set)
		       ? 0
		       : crypto_error(-EINVAL);
}

/* RFC 4514 section 2.1 writes the last set first, and within a set "+" between its members. */
static int build_name(const struct part *parts, int n, X509_NAME *name)
{
	int end = n, r = 0;
	while (r == 0 && end > 0) {
		int start = end - 1;
		while (start > 0 && parts[start].joined)
			start--;
		for (int i = start; r == 0 && i < end; i++)
			r = add_part(name, &parts[i]);
		end = start;
	}
	return r;
}

int x509_subject_is(const struct x509_st *certificate, struct str name)
{
	if (!str_is_utf8(name))
		return -EINVAL;
	struct part *parts = OPENSSL_malloc(PARTS_MAX * sizeof *parts);
	CLEANUP(X509_NAME) *wanted = X509_NAME_new();
	int n = parts && wanted ? take_parts(name, parts) : -ENOMEM;
	int r = n < 0 ? n : build_name(parts, n, wanted);
	OPENSSL_free(parts);
	if (r < 0)
		return r;
	/* compares without regard to case, extra spaces and string types (RFC 4517) */
	int order = X509_NAME_cmp(X509_get_subject_name(certificate), wanted);
	return order == -2 ? crypto_error(-ENOMEM) : order == 0;
}

struct str x509_subject(struct arena *a, const struct x509_st *certificate)
{
	char *text;
	CLEANUP(BIO) *out = BIO_new(BIO_s_mem());
	unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	if (!out || X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0, flags) < 0)
		return STR_NONE;
	long n = BIO_get_mem_data(out, &text);
	return arena_copy(a, (struct str){text, n > 0 ? (size_t)n : 0});
}

/* ---- Alternative names ---- */

static const int general_types[] = {
	[X509_SAN_DNS] = GEN_DNS,
	[X509_SAN_URI] = GEN_URI,
	[X509_SAN_IP] = GEN_IPADD,
	[X509_SAN_EMAIL] = GEN_EMAIL,
};

static struct str value_of(const GENERAL_NAME *name)
{
	int type;
	const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
	return (struct str){
		(const char *)ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)};
}

/* An address as the octets of RFC 5280 section 4.2.1.6; an empty str when it is none. */
static struct str address_of(struct str text, unsigned char room[16])
{
	char address[INET6_ADDRSTRLEN + 1];
	if (text.n >= sizeof address)
		return STR_NONE;
	memcpy(address, text.p, text.n);
	address[text.n] = '\0';
	size_t n = inet_pton(AF_INET, address, room) == 1    ? 4
		   : inet_pton(AF_INET6, address, room) == 1 ? 16
							     : 0;
	return str_bytes(room, n);
}

static int compare(const GENERAL_NAME *name, enum x509_san type, struct str wanted)
{
	struct str came = value_of(name);
	if (type == X509_SAN_IP)
		return came.n != 4 && came.n != 16 ? -EBADMSG : wanted.n && str_eq(came, wanted);
	for (size_t i = 0; i < came.n; i++)
		if (came.p[i] <= ' ')
			return -EBADMSG; /* no name of these types has such a byte */
	return type == X509_SAN_DNS ? str_eq_nocase(came, wanted) : str_eq(came, wanted);
}

int x509_has_san(const struct x509_st *certificate, enum x509_san type, struct str wanted)
{
	unsigned char room[16];
	int critical, r = 0;
	CLEANUP(GENERAL_NAMES) *names = X509_get_ext_d2i(
		certificate, NID_subject_alt_name, &critical, NULL);
	if (!names)
		return critical == -1 ? 0 : crypto_error(-EINVAL);
	if (type == X509_SAN_IP)
		wanted = address_of(wanted, room);
	for (int i = 0; r == 0 && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type == general_types[type])
			r = compare(name, type, wanted);
	}
	return r;
}

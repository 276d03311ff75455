/* Which build this is, and the libraries it runs with. */
#include "http/http.h"
#include "http/reply.h"
#include "op.h"

OPERATION(admin_version)
{
	struct buf out = buf_make(&c->arena, SIZE_MAX);
	struct json_writer w = json_writer(&out);
	json_open(&w, '{');
	json_member_str(&w, "name", STR("authlete-mock"));
	json_member_str(&w, "version", STR(VERSION_TEXT));
	json_put_name(&w, "libraries");
	json_open(&w, '{');
	json_member_str(&w, "libmicrohttpd", str_of(http_library_version()));
	json_member_str(&w, "GnuTLS", str_of(tls_library_version()));
	json_member_str(&w, "cJSON", str_of(json_library_version()));
	json_member_str(&w, "SQLite", str_of(store_library_version()));
	json_member_str(&w, "libcrypto", str_of(hash_library_version()));
	json_close(&w, '}');
	json_close(&w, '}');
	return answer_json(c, 200, buf_str(&out));
}

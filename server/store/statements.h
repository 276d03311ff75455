/* Every SQL statement that runs on behalf of a call. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

/* clang-format off */
#define STATEMENTS(S) \
	S(SQL_ROLLBACK, \
		"ROLLBACK") \
	S(SQL_BYTES, \
		"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") \
	S(SQL_SERVICE_PUT, \
		"INSERT INTO service (service_id, api_secret, created_at) VALUES (?1, ?2, ?3)") \
	S(SQL_SERVICE_SECRET, \
		"SELECT api_secret FROM service WHERE service_id = ?1") \
	S(SQL_TOKEN_PUT, \
		"INSERT INTO access_token (token_hash, service_id, rights) VALUES (?1, ?2, ?3)") \
	S(SQL_TOKEN_FIND, \
		"SELECT service_id, rights FROM access_token WHERE token_hash = ?1") \
	S(SQL_OWNER_PUT, \
		"INSERT INTO owner (owner_key, secret) VALUES (?1, ?2)") \
	S(SQL_OWNER_SECRET, \
		"SELECT secret FROM owner WHERE owner_key = ?1") \
	S(SQL_TICKET_PUT, \
		"INSERT INTO ticket (ticket, service_id, client_id, created_at, expires_at)" \
		" VALUES (?1, ?2, ?3, ?4, ?5)") \
	S(SQL_TICKET_GET, \
		"SELECT ticket, client_id, created_at, expires_at FROM ticket" \
		" WHERE ticket = ?1 AND service_id = ?2") \
	S(SQL_TICKET_DELETE, \
		"DELETE FROM ticket WHERE ticket = ?1 AND service_id = ?2") \
	S(SQL_TICKET_COUNT, \
		"SELECT count(*) FROM ticket WHERE service_id = ?1") \
	S(SQL_TICKET_LIST, \
		"SELECT ticket, client_id, created_at, expires_at FROM ticket" \
		" WHERE service_id = ?1 ORDER BY ticket LIMIT ?2 OFFSET ?3")
/* clang-format on */

#define STATEMENT_ID(id, text) id,
enum statement { STATEMENTS(STATEMENT_ID) SQL_STATEMENTS };
#undef STATEMENT_ID

#endif

/* Every SQL statement that runs on behalf of a call. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

/* clang-format off */
#define STATEMENTS(S) \
	S(SQL_ROLLBACK, \
		"ROLLBACK") \
	S(SQL_BYTES, \
		"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") \
	S(SQL_SILO_PUT, \
		"INSERT OR REPLACE INTO silo (id, clock_state, rand_position) VALUES (1, ?1, ?2)") \
	S(SQL_SILO_GET, \
		"SELECT clock_state, rand_position FROM silo WHERE id = 1") \
	S(SQL_SCHEMA, \
		"SELECT group_concat(quote(type) || quote(name) || quote(tbl_name) || quote(sql))" \
		" FROM (SELECT * FROM sqlite_schema ORDER BY type, name)") \
	/* statements about all tables, whichever there are: for sql_run_made */ \
	S(SQL_MAKE_EMPTY, \
		"SELECT group_concat('DELETE FROM \"' || name || '\"', ';')" \
		" FROM sqlite_schema WHERE type = 'table'") \
	S(SQL_MAKE_PURGE, \
		"SELECT group_concat('DELETE FROM \"' || t.name || '\" WHERE expires_at < ' || ?1, ';')" \
		" FROM sqlite_schema t, pragma_table_info(t.name) c" \
		" WHERE t.type = 'table' AND c.name = 'expires_at'") \
	S(SQL_MAKE_EARLIEST, \
		"SELECT 'SELECT min(x) FROM (' || group_concat(" \
		" 'SELECT coalesce(min(expires_at), ' || ?1 || ') AS x FROM \"' || t.name || '\"'," \
		" ' UNION ALL ') || ')'" \
		" FROM sqlite_schema t, pragma_table_info(t.name) c" \
		" WHERE t.type = 'table' AND c.name = 'expires_at'") \
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

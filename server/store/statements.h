/* Every SQL statement that runs on behalf of a call. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

#define CLIENT_COLUMNS                                                                             \
	"number, client_id, alias, developer, secret, locked, created_at, modified_at, "           \
	"extension, "                                                                              \
	"document, rowid, alias_enabled"

#define ISSUED_COLUMNS                                                                             \
	"number, access_hash, refresh_hash, previous_hash, client_id, subject, grant_type, "       \
	"scopes, refresh_scopes, created_at, access_expires_at, refresh_expires_at, "              \
	"refreshed_at, details"

#define SERVICE_CLIENTS "SELECT client_id FROM client WHERE service_id = ?1"

/* What a struct issued_filter picks: ?1 the service, ?2 the client, ?3 the subject, ?4 the status,
 * ?5 the time. A statement for each kind, as only so SQLite uses the index that is made for it. */
#define ISSUED_STATUS " AND (?4 = 0 OR (access_expires_at > ?5) = (?4 = 1))"
#define ISSUED_FILTERS(S, id, verb, end)                                                           \
	S(id, verb " WHERE service_id = ?1" ISSUED_STATUS end)                                     \
	S(id##_OF_CLIENT, verb " WHERE service_id = ?1 AND client_id = ?2" ISSUED_STATUS end)      \
	S(id##_OF_SUBJECT, verb " WHERE service_id = ?1 AND client_id IN (" SERVICE_CLIENTS ")"    \
				" AND subject = ?3" ISSUED_STATUS end)                             \
	S(id##_OF_BOTH, verb                                                                       \
		" WHERE service_id = ?1 AND client_id = ?2 AND subject = ?3" ISSUED_STATUS end)

#define ISSUED_CLIENTS                                                                             \
	" AND (?3 IS NULL OR developer = ?3)"                                                      \
	" AND EXISTS (SELECT 1 FROM issued i WHERE i.service_id = ?1"                              \
	" AND i.client_id = client.client_id AND i.subject = ?2)"
#define CIBA_COLUMNS                                                                               \
	"ticket, service_id, client_id, created_at, expires_at, state, auth_req_id, polled_at, "   \
	"request, result"

/* clang-format off */
#define STATEMENTS(S) \
	S(SQL_BEGIN, \
		"BEGIN IMMEDIATE") \
	S(SQL_COMMIT, \
		"COMMIT") \
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
	S(SQL_MAKE_SERVICE_GONE, \
		"SELECT group_concat('DELETE FROM \"' || t.name || '\" WHERE service_id = ' || ?1, ';')" \
		" FROM sqlite_schema t, pragma_table_info(t.name) c" \
		" WHERE t.type = 'table' AND c.name = 'service_id'") \
	S(SQL_MAKE_CLIENT_GONE, /* ?1: its rowid */ \
		"SELECT group_concat('DELETE FROM \"' || name || '\" WHERE (service_id, client_id) ='" \
		" || ' (SELECT service_id, client_id FROM client WHERE rowid = ' || ?1 || ')', ';')" \
		" FROM (SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c" \
		" WHERE t.type = 'table' AND c.name = 'client_id' ORDER BY t.name = 'client')") \
	S(SQL_COUNTER_NEXT, \
		"INSERT INTO counter (name, value) VALUES (?1, ?2)" \
		" ON CONFLICT (name) DO UPDATE SET value = value + ?2") \
	S(SQL_COUNTER_GET, \
		"SELECT value FROM counter WHERE name = ?1") \
	S(SQL_SERVICE_PUT, \
		"INSERT INTO service (service_id, api_secret, created_at, modified_at, document, number)" \
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	S(SQL_SERVICE_SECRET, \
		"SELECT api_secret FROM service WHERE service_id = ?1") \
	S(SQL_SERVICE_GET, \
		"SELECT service_id, api_secret, created_at, modified_at, number, clients, document" \
		" FROM service WHERE service_id = ?1") \
	S(SQL_SERVICE_LIST, \
		"SELECT service_id, api_secret, created_at, modified_at, number, clients, document" \
		" FROM service ORDER BY number LIMIT ?1 OFFSET ?2") \
	S(SQL_SERVICE_COUNT, \
		"SELECT count(*) FROM service") \
	S(SQL_SERVICE_UPDATE, \
		"UPDATE service SET document = ?2, modified_at = ?3 WHERE service_id = ?1") \
	S(SQL_SERVICE_ADD_CLIENT, \
		"UPDATE service SET clients = clients + 1, clients_ever = clients_ever + 1" \
		" WHERE service_id = ?1 RETURNING clients_ever") \
	S(SQL_SERVICE_DROP_CLIENT, \
		"UPDATE service SET clients = clients - 1 WHERE service_id = ?1") \
	S(SQL_CLIENT_PUT, \
		"INSERT INTO client (service_id, number, client_id, alias, developer, secret, locked," \
		" created_at, modified_at, extension, document, alias_enabled)" \
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)") \
	S(SQL_CLIENT_BY_ID, \
		"SELECT " CLIENT_COLUMNS " FROM client WHERE service_id = ?1 AND client_id = ?2") \
	S(SQL_CLIENT_BY_ALIAS, \
		"SELECT " CLIENT_COLUMNS " FROM client WHERE service_id = ?1 AND alias = ?2") \
	S(SQL_CLIENT_ANYWHERE, /* by service: ids lead no index of their own */ \
		"SELECT 1 FROM service s WHERE EXISTS (SELECT 1 FROM client c" \
		" WHERE c.service_id = s.service_id AND c.client_id = ?1)") \
	S(SQL_CLIENT_UPDATE, \
		"UPDATE client SET alias = ?3, developer = ?4, modified_at = ?5, document = ?6," \
		" alias_enabled = ?7" \
		" WHERE service_id = ?1 AND client_id = ?2") \
	S(SQL_CLIENT_SECRET, \
		"UPDATE client SET secret = ?3, modified_at = ?4 WHERE service_id = ?1 AND client_id = ?2") \
	S(SQL_CLIENT_LOCK, \
		"UPDATE client SET locked = ?3, modified_at = ?4 WHERE service_id = ?1 AND client_id = ?2") \
	S(SQL_CLIENT_EXTENSION, \
		"UPDATE client SET extension = ?3 WHERE service_id = ?1 AND client_id = ?2") \
	/* pages from either end: what lies before them is gone over */ \
	S(SQL_CLIENT_LIST, \
		"SELECT " CLIENT_COLUMNS " FROM client WHERE service_id = ?1" \
		" ORDER BY number LIMIT ?2 OFFSET ?3") \
	S(SQL_CLIENT_LIST_BACK, \
		"SELECT " CLIENT_COLUMNS " FROM client WHERE service_id = ?1" \
		" ORDER BY number DESC LIMIT ?2 OFFSET ?3") \
	S(SQL_CLIENT_LIST_OF, \
		"SELECT " CLIENT_COLUMNS " FROM client WHERE service_id = ?1 AND developer = ?4" \
		" ORDER BY number LIMIT ?2 OFFSET ?3") \
	S(SQL_CLIENT_COUNT, \
		"SELECT clients FROM service WHERE service_id = ?1") \
	S(SQL_CLIENT_COUNT_OF, \
		"SELECT count(*) FROM client WHERE service_id = ?1 AND developer = ?2") \
	S(SQL_CONSENT_GET, \
		"SELECT latest, merged, modified_at FROM consent" \
		" WHERE service_id = ?1 AND client_id = ?2 AND subject = ?3") \
	S(SQL_CONSENT_PUT, \
		"INSERT OR REPLACE INTO consent" \
		" (service_id, client_id, subject, latest, merged, modified_at)" \
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	S(SQL_CONSENT_DELETE, \
		"DELETE FROM consent WHERE service_id = ?1 AND client_id = ?2 AND subject = ?3") \
	S(SQL_TOKEN_PUT, \
		"INSERT INTO access_token (token_hash, service_id, rights, token_id, description)" \
		" VALUES (?1, ?2, ?3, ?4, ?5)") \
	S(SQL_TOKEN_FIND, \
		"SELECT service_id, rights FROM access_token WHERE token_hash = ?1") \
	/* tokens with the id 0 are not managed */ \
	S(SQL_TOKEN_GET, \
		"SELECT token_id, description FROM access_token WHERE service_id = ?1 AND token_id = ?2") \
	S(SQL_TOKEN_COUNT, \
		"SELECT count(*) FROM access_token WHERE service_id = ?1 AND token_id <> 0") \
	S(SQL_TOKEN_LIST, \
		"SELECT token_id, description FROM access_token WHERE service_id = ?1 AND token_id <> 0" \
		" ORDER BY token_id") \
	S(SQL_TOKEN_ROTATE, \
		"UPDATE access_token SET token_hash = ?3 WHERE service_id = ?1 AND token_id = ?2") \
	S(SQL_TOKEN_RENAME, \
		"UPDATE access_token SET description = ?3 WHERE service_id = ?1 AND token_id = ?2") \
	S(SQL_TOKEN_REVOKE, \
		"DELETE FROM access_token WHERE service_id = ?1 AND token_id = ?2") \
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
		" WHERE service_id = ?1 ORDER BY ticket LIMIT ?2 OFFSET ?3") \
	S(SQL_ISSUED_PUT, \
		"INSERT INTO issued (service_id, access_hash, refresh_hash, previous_hash, client_id," \
		" subject, grant_type, scopes, refresh_scopes, created_at, access_expires_at," \
		" refresh_expires_at, refreshed_at, details, expires_at, number)" \
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)") \
	S(SQL_ISSUED_REPLACE, \
		"UPDATE issued SET access_hash = ?2, refresh_hash = ?3, previous_hash = ?4," \
		" client_id = ?5, subject = ?6, grant_type = ?7, scopes = ?8, refresh_scopes = ?9," \
		" created_at = ?10, access_expires_at = ?11, refresh_expires_at = ?12," \
		" refreshed_at = ?13, details = ?14, expires_at = ?15" \
		" WHERE number = ?16 AND service_id = ?1 AND access_hash = ?17") \
	S(SQL_ISSUED_BY_ACCESS, \
		"SELECT " ISSUED_COLUMNS " FROM issued WHERE access_hash = ?1 AND service_id = ?2") \
	S(SQL_ISSUED_BY_REFRESH, \
		"SELECT " ISSUED_COLUMNS " FROM issued WHERE refresh_hash = ?1 AND service_id = ?2") \
	S(SQL_ISSUED_BY_PREVIOUS, \
		"SELECT " ISSUED_COLUMNS " FROM issued WHERE previous_hash = ?1 AND service_id = ?2") \
	S(SQL_ISSUED_BY_NUMBER, \
		"SELECT " ISSUED_COLUMNS " FROM issued WHERE number = ?1 AND service_id = ?2") \
	S(SQL_ISSUED_ELSEWHERE, \
		"SELECT 1 FROM issued WHERE access_hash = ?1 AND service_id <> ?2 LIMIT 1") \
	S(SQL_ISSUED_DELETE, \
		"DELETE FROM issued WHERE number = ?1 AND service_id = ?2") \
	ISSUED_FILTERS(S, SQL_ISSUED_COUNT, "SELECT count(*) FROM issued", ) \
	ISSUED_FILTERS(S, SQL_ISSUED_LIST, "SELECT " ISSUED_COLUMNS " FROM issued", \
		" ORDER BY number LIMIT ?6 OFFSET ?7") \
	ISSUED_FILTERS(S, SQL_ISSUED_DELETE_ALL, "DELETE FROM issued", ) \
	ISSUED_FILTERS(S, SQL_ISSUED_SET_SCOPES, \
		"UPDATE issued SET scopes = ?6, refresh_scopes = ?6", ) \
	S(SQL_ISSUED_CLIENT_COUNT, \
		"SELECT count(*) FROM client WHERE service_id = ?1" ISSUED_CLIENTS) \
	S(SQL_ISSUED_CLIENT_LIST, \
		"SELECT " CLIENT_COLUMNS " FROM client WHERE service_id = ?1" ISSUED_CLIENTS \
		" ORDER BY number LIMIT ?4 OFFSET ?5") \
	S(SQL_CIBA_PUT, \
		"INSERT INTO ticket (ticket, service_id, client_id, created_at, expires_at, request)" \
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)") \
	/* whoever has it, the asking service first */ \
	S(SQL_CIBA_BY_TICKET, \
		"SELECT " CIBA_COLUMNS " FROM ticket WHERE ticket = ?1" \
		" ORDER BY service_id = ?2 DESC LIMIT 1") \
	S(SQL_CIBA_BY_AUTH_REQ_ID, \
		"SELECT " CIBA_COLUMNS " FROM ticket WHERE auth_req_id = ?1 AND service_id = ?2") \
	S(SQL_CIBA_ISSUE, \
		"UPDATE ticket SET state = ?5, auth_req_id = ?3, expires_at = ?4" \
		" WHERE ticket = ?1 AND service_id = ?2 AND state = ?6") \
	S(SQL_CIBA_COMPLETE, \
		"UPDATE ticket SET state = ?3, result = ?4" \
		" WHERE ticket = ?1 AND service_id = ?2 AND state = ?5") \
	S(SQL_CIBA_TAKE, \
		"DELETE FROM ticket WHERE ticket = ?1 AND service_id = ?2 AND state = ?3") \
	S(SQL_CIBA_POLLED, \
		"UPDATE ticket SET polled_at = ?3 WHERE auth_req_id = ?1 AND service_id = ?2")
/* clang-format on */

#define STATEMENT_ID(id, text) id,
enum statement { STATEMENTS(STATEMENT_ID) SQL_STATEMENTS };
#undef STATEMENT_ID

#endif

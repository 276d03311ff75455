/* The database's layout, version by version. A landed entry is never edited: files in users' hands
 * were made by it. PRAGMA user_version holds the number of entries applied.
 *
 * What holds for each table: a reset empties them one by one, so references are DEFERRABLE
 * INITIALLY DEFERRED (no pragma for that: it would undo kept statements, the ROLLBACK among them);
 * rows are purged by a column expires_at, whose writer calls store_expires. */
#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

/* PRAGMA application_id of our files: tells them from other programs' databases. */
#define STORE_APPLICATION_ID 28842884

static const char *const migrations[] = {
	/* 1: services, who may call them, tickets. The ticket comes first in its key: names are
	 * random, so the search is decided by the first bytes compared. */
	"CREATE TABLE service ("
	"  service_id INTEGER PRIMARY KEY,"
	"  api_secret TEXT NOT NULL,"
	"  created_at INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE access_token ("
	"  token_hash BLOB NOT NULL,"
	"  service_id INTEGER NOT NULL," /* 0: every service of the organization */
	"  rights INTEGER NOT NULL,"
	"  PRIMARY KEY (token_hash, service_id)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE owner ("
	"  owner_key TEXT PRIMARY KEY,"
	"  secret TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE ticket ("
	"  ticket TEXT NOT NULL,"
	"  service_id INTEGER NOT NULL,"
	"  client_id INTEGER NOT NULL,"
	"  created_at INTEGER NOT NULL,"
	"  expires_at INTEGER NOT NULL,"
	"  PRIMARY KEY (ticket, service_id)"
	") STRICT, WITHOUT ROWID;",
	/* 2: what an image holds of its silo beside the data; written when it is taken. */
	"CREATE TABLE silo ("
	"  id INTEGER PRIMARY KEY CHECK (id = 1),"
	"  clock_state INTEGER NOT NULL,"
	"  rand_position INTEGER NOT NULL"
	") STRICT;",
	/* 3: what services are, and clients. A document holds the members that callers set, with
	 * defaults, as JSON without the braces; '' when none ever were. Counts are kept, because
	 * SQLite would go over all rows for them. */
	"ALTER TABLE service ADD COLUMN number INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE service ADD COLUMN modified_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE service ADD COLUMN clients INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE service ADD COLUMN clients_ever INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE service ADD COLUMN document TEXT NOT NULL DEFAULT '';"
	"UPDATE service SET modified_at = created_at, number ="
	"  (SELECT count(*) FROM service s WHERE s.service_id <= service.service_id);"
	"CREATE INDEX service_by_number ON service (number);"
	"ALTER TABLE access_token ADD COLUMN token_id INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE access_token ADD COLUMN description TEXT NOT NULL DEFAULT '';"
	"CREATE INDEX access_token_by_service ON access_token (service_id, token_id);"
	"CREATE TABLE client ("
	"  service_id INTEGER NOT NULL,"
	"  number INTEGER NOT NULL,"
	"  client_id INTEGER NOT NULL,"
	"  alias TEXT," /* NULL: none but the id */
	"  alias_enabled INTEGER NOT NULL DEFAULT 0,"
	"  developer TEXT,"
	"  secret TEXT NOT NULL,"
	"  locked INTEGER NOT NULL,"
	"  created_at INTEGER NOT NULL,"
	"  modified_at INTEGER NOT NULL,"
	"  extension TEXT NOT NULL,"
	"  document TEXT NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX client_by_number ON client (service_id, number);"
	"CREATE UNIQUE INDEX client_by_id ON client (service_id, client_id);"
	"CREATE UNIQUE INDEX client_by_alias ON client (service_id, alias)"
	"  WHERE alias IS NOT NULL;"
	"CREATE INDEX client_by_developer ON client (service_id, developer, number)"
	"  WHERE developer IS NOT NULL;",
	/* 4: tickets that live on as auth_req_ids; tokens; consent. Ticket and auth_req_id are one
	 * row, so that one deletion ends both. */
	"ALTER TABLE ticket ADD COLUMN state INTEGER NOT NULL DEFAULT 0;" /* enum ciba_state */
	"ALTER TABLE ticket ADD COLUMN auth_req_id TEXT;"
	"ALTER TABLE ticket ADD COLUMN polled_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE ticket ADD COLUMN request TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE ticket ADD COLUMN result TEXT NOT NULL DEFAULT '';"
	"CREATE UNIQUE INDEX ticket_by_auth_req_id ON ticket (auth_req_id, service_id)"
	"  WHERE auth_req_id IS NOT NULL;"
	"CREATE TABLE issued ("
	"  service_id INTEGER NOT NULL,"
	"  number INTEGER PRIMARY KEY," /* in the order of issue */
	"  access_hash BLOB NOT NULL,"
	"  refresh_hash BLOB,"  /* NULL: there is no refresh token */
	"  previous_hash BLOB," /* of the refresh token before it, where that works on for a while
				 */
	"  client_id INTEGER NOT NULL,"
	"  subject TEXT," /* NULL: none */
	"  grant_type TEXT NOT NULL,"
	"  scopes TEXT NOT NULL," /* separated by spaces */
	"  refresh_scopes TEXT NOT NULL,"
	"  created_at INTEGER NOT NULL,"
	"  access_expires_at INTEGER NOT NULL,"
	"  refresh_expires_at INTEGER NOT NULL," /* 0: there is no refresh token */
	"  refreshed_at INTEGER NOT NULL,"       /* 0: never */
	"  expires_at INTEGER NOT NULL,"         /* the later of the two */
	"  details TEXT NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX issued_by_access ON issued (access_hash, service_id);"
	"CREATE UNIQUE INDEX issued_by_refresh ON issued (refresh_hash, service_id)"
	"  WHERE refresh_hash IS NOT NULL;"
	"CREATE INDEX issued_by_previous ON issued (previous_hash, service_id)"
	"  WHERE previous_hash IS NOT NULL;"
	"CREATE INDEX issued_by_client ON issued (service_id, client_id, subject);"
	"CREATE INDEX issued_by_subject ON issued (service_id, subject) WHERE subject IS NOT NULL;"
	"CREATE TABLE consent ("
	"  service_id INTEGER NOT NULL,"
	"  client_id INTEGER NOT NULL,"
	"  subject TEXT NOT NULL,"
	"  latest TEXT NOT NULL," /* scopes of the last grant, separated by spaces */
	"  merged TEXT NOT NULL," /* of all grants */
	"  modified_at INTEGER NOT NULL,"
	"  PRIMARY KEY (service_id, client_id, subject)"
	") STRICT, WITHOUT ROWID;",
	/* 5: how many services and issued tokens there ever were: numbers do not come again when
	 * the newest row goes. */
	"CREATE TABLE counter ("
	"  name TEXT PRIMARY KEY,"
	"  value INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO counter SELECT 'service', max(number) FROM service HAVING count(*) > 0;"
	"INSERT INTO counter SELECT 'issued', max(number) FROM issued HAVING count(*) > 0;",
	/* 6: one index less for each token to be put in. Those of a subject are found by way of the
	 * service's clients: 1 ms or less for a thousand of them, 3 ms for ten thousand. */
	"DROP INDEX issued_by_subject;",
};

#endif

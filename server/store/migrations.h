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
};

#endif

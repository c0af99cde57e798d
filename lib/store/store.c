/* store: the database: opening, the schema, transactions, and the one table of statements.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "store/internal.h"
#include "system/options.h"

/* Longer than any plan of ten thousand apps holds the lock, short enough that nobody waits for a dead one. */
enum { BUSY_MILLISECONDS = 60000, SCHEMA_VERSION = 2 };

/* The user's own; as design section 7 gives it. Made only where there is none. */
static const char user_schema[] =
"CREATE TABLE IF NOT EXISTS port_configurations (\n"
"    id INTEGER PRIMARY KEY,\n"
"    model VARCHAR(200) NOT NULL,\n"
"    app_num INTEGER NOT NULL,\n"
"    backend_port INTEGER UNIQUE NOT NULL,\n"
"    frontend_port INTEGER UNIQUE NOT NULL,\n"
"    is_available BOOLEAN DEFAULT TRUE,\n"
"    UNIQUE(model, app_num)\n"
");\n";

static const char own_schema[] =
/* What this schema is; nothing else. The file's user_version is left to its owner. */
"CREATE TABLE IF NOT EXISTS berth_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);\n"
/* The folders (absolute) that plan has met, with the identity each bears. */
"CREATE TABLE IF NOT EXISTS berth_apps (\n"
"    folder TEXT PRIMARY KEY,\n"
"    model TEXT NOT NULL,\n"
"    app_num INTEGER NOT NULL,\n"
"    in_layout INTEGER NOT NULL\n"
") WITHOUT ROWID;\n"
"CREATE UNIQUE INDEX IF NOT EXISTS berth_apps_identity ON berth_apps (model, app_num) WHERE in_layout;\n"
/* Every allocated port, in whatever role: the key gives it one owner. address is empty for all addresses. */
"CREATE TABLE IF NOT EXISTS berth_ports (\n"
"    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),\n"
"    protocol TEXT NOT NULL,\n"
"    address TEXT NOT NULL,\n"
"    folder TEXT NOT NULL REFERENCES berth_apps (folder) ON UPDATE CASCADE ON DELETE CASCADE,\n"
"    service TEXT NOT NULL,\n"
"    container_port TEXT NOT NULL,\n"
"    role TEXT NOT NULL,\n"
"    found INTEGER NOT NULL,\n"	/* the number the files had when it was allocated */
"    PRIMARY KEY (port, protocol, address)\n"
") WITHOUT ROWID;\n"
"CREATE INDEX IF NOT EXISTS berth_ports_folder ON berth_ports (folder);\n"
/* Project and container names, folded to lower case, that plan gave or left to an app. */
"CREATE TABLE IF NOT EXISTS berth_names (\n"
"    kind TEXT NOT NULL,\n"
"    name TEXT NOT NULL,\n"
"    folder TEXT NOT NULL REFERENCES berth_apps (folder) ON UPDATE CASCADE ON DELETE CASCADE,\n"
"    service TEXT NOT NULL,\n"
"    PRIMARY KEY (kind, name)\n"
") WITHOUT ROWID;\n"
"CREATE INDEX IF NOT EXISTS berth_names_folder ON berth_names (folder);\n"
"CREATE TABLE IF NOT EXISTS berth_plans (\n"
"    id TEXT PRIMARY KEY,\n"
"    root TEXT NOT NULL,\n"
"    created TEXT NOT NULL,\n"
"    state TEXT NOT NULL CHECK (state IN ('planned', 'applied', 'undone'))\n"
");\n"
/* Of the last plan: one row an app (folder relative to the plan's root). applied: 1, or 2 where rows of it were left out. */
"CREATE TABLE IF NOT EXISTS berth_plan_apps (\n"
"    plan TEXT NOT NULL REFERENCES berth_plans (id) ON DELETE CASCADE,\n"
"    app TEXT NOT NULL,\n"
"    changes INTEGER NOT NULL,\n"
"    applied INTEGER NOT NULL DEFAULT 0,\n"
"    PRIMARY KEY (plan, app)\n"
") WITHOUT ROWID;\n"
/* Of the last plan: what it was made from, and in \"after\" the port or name that a finding has once it is applied. */
"CREATE TABLE IF NOT EXISTS berth_findings (\n"
"    record TEXT NOT NULL, model TEXT NOT NULL, app_num INTEGER NOT NULL, app TEXT NOT NULL, service TEXT, role TEXT,\n"
"    host_ip TEXT, host_port TEXT, container_port TEXT, protocol TEXT, value TEXT, variable TEXT, origin TEXT,\n"
"    file TEXT, line INTEGER, \"column\" INTEGER, \"offset\" INTEGER, length INTEGER, profile TEXT,\n"
"    network_mode TEXT, detail TEXT, chain TEXT, replicas TEXT, \"after\" TEXT\n"
");\n"
/* Of the last plan: its rows, in their order. */
"CREATE TABLE IF NOT EXISTS berth_changes (\n"
"    plan TEXT NOT NULL, seq INTEGER PRIMARY KEY, action TEXT NOT NULL, model TEXT, app_num INTEGER, app TEXT,\n"
"    service TEXT, file TEXT, line INTEGER, \"column\" INTEGER, \"offset\" INTEGER, length INTEGER, \"old\" TEXT,\n"
"    \"new\" TEXT, reason TEXT, detail TEXT\n"
");\n"
/* What plan found in the fleet each time: who was in which clash. Two of them are what report difference compares. */
"CREATE TABLE IF NOT EXISTS berth_audits (\n"
"    audit INTEGER PRIMARY KEY, plan TEXT NOT NULL, root TEXT NOT NULL, created TEXT NOT NULL, apps INTEGER NOT NULL,\n"
"    clashes INTEGER NOT NULL\n"
");\n"
"CREATE TABLE IF NOT EXISTS berth_audit_clashes (\n"
"    audit INTEGER NOT NULL REFERENCES berth_audits (audit) ON DELETE CASCADE, kind TEXT NOT NULL, value TEXT NOT NULL,\n"
"    model TEXT NOT NULL, app_num INTEGER NOT NULL, app TEXT NOT NULL, service TEXT NOT NULL, message TEXT NOT NULL\n"
");\n"
"CREATE INDEX IF NOT EXISTS berth_audit_clashes_audit ON berth_audit_clashes (audit);\n"
"INSERT OR REPLACE INTO berth_meta VALUES ('schema', '2');\n";

static const char *const statements[] = {
	[SQL_PLAN_KNOWN] = "SELECT 1 FROM berth_plans WHERE id = ?1",
	[SQL_PLAN_STATE] = "UPDATE berth_plans SET state = ?2 WHERE id = ?1",
	[SQL_APP_APPLIED] = "UPDATE berth_plan_apps SET applied = iif(?3 < changes, 2, 1) * ?4 "
	    "WHERE plan = ?1 AND app = ?2",
	[SQL_PLAN_BEHIND] = "INSERT OR REPLACE INTO berth_meta SELECT 'behind', ?1 "
	    "WHERE EXISTS (SELECT 1 FROM berth_plan_apps WHERE plan <> ?1)",
	[SQL_PLAN_CURRENT] = "DELETE FROM berth_meta WHERE key = 'behind'",
	[SQL_PAIRS] = "SELECT p.model, p.app_num, p.backend_port, p.frontend_port, a.folder FROM port_configurations p "
	    "LEFT JOIN berth_apps a ON a.in_layout AND a.model = p.model AND a.app_num = p.app_num "
	    "ORDER BY CAST(p.model AS BLOB), p.app_num",
	[SQL_PARK_PAIR] = "UPDATE port_configurations SET backend_port = -backend_port, frontend_port = -frontend_port "
	    "WHERE model = ?1 AND app_num = ?2",
	[SQL_UPDATE_PAIR] = "UPDATE port_configurations SET backend_port = ?3, frontend_port = ?4 "
	    "WHERE model = ?1 AND app_num = ?2",
	[SQL_INSERT_PAIR] = "INSERT INTO port_configurations (model, app_num, backend_port, frontend_port) "
	    "VALUES (?1, ?2, ?3, ?4)",
	[SQL_DELETE_PAIR] = "DELETE FROM port_configurations WHERE model = ?1 AND app_num = ?2",
	[SQL_DELETE_APP] = "DELETE FROM berth_apps WHERE model = ?1 AND app_num = ?2",
	[SQL_FORGET_APP] = "DELETE FROM berth_apps WHERE folder = ?1",
	[SQL_READ_JSON] = "SELECT value ->> '$.model', coalesce(value ->> '$.app_num', value ->> '$.app_number'), "
	    "value ->> '$.backend_port', value ->> '$.frontend_port' FROM json_each(?1)",
	[SQL_PORTS] = "SELECT folder, service, protocol, address, container_port, role, port, found FROM berth_ports",
	[SQL_NAMES] = "SELECT folder, kind, service, name FROM berth_names",
	[SQL_APPS] = "SELECT folder, model, app_num, in_layout FROM berth_apps "
	    "ORDER BY in_layout DESC, CAST(model AS BLOB), app_num",
	[SQL_DROP_IDENTITY] = "DELETE FROM berth_apps WHERE ?4 AND in_layout AND model = ?2 AND app_num = ?3 AND folder <> ?1",
	[SQL_PUT_APP] = "INSERT INTO berth_apps (folder, model, app_num, in_layout) VALUES (?1, ?2, ?3, ?4) "
	    "ON CONFLICT (folder) DO UPDATE SET model = excluded.model, app_num = excluded.app_num, "
	    "in_layout = excluded.in_layout",
	[SQL_CLEAR_PORTS] = "DELETE FROM berth_ports WHERE folder = ?1",
	[SQL_CLEAR_NAMES] = "DELETE FROM berth_names WHERE folder = ?1",
	[SQL_PUT_PORT] = "INSERT INTO berth_ports (port, protocol, address, folder, service, container_port, role, found) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (port, protocol, address) DO NOTHING",
	[SQL_PUT_NAME] = "INSERT INTO berth_names (kind, name, folder, service) VALUES (?1, ?2, ?3, ?4) "
	    "ON CONFLICT (kind, name) DO UPDATE SET folder = excluded.folder, service = excluded.service",
	[SQL_DROP_PLAN_APPS] = "DELETE FROM berth_plan_apps",
	[SQL_DROP_FINDINGS] = "DELETE FROM berth_findings",
	[SQL_DROP_CHANGES] = "DELETE FROM berth_changes",
	[SQL_PUT_PLAN] = "INSERT INTO berth_plans (id, root, created, state) "
	    "VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'planned') "
	    "ON CONFLICT (id) DO UPDATE SET created = excluded.created, state = 'planned'",
	[SQL_PUT_PLAN_APP] = "INSERT OR REPLACE INTO berth_plan_apps (plan, app, changes) VALUES (?1, ?2, ?3)",
	[SQL_PUT_FINDING] = "INSERT INTO berth_findings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
	    "?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
	[SQL_PUT_CHANGE] = "INSERT INTO berth_changes VALUES (?1, NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
	    "?13, ?14, ?15)",
	/* A plan that comes out as the last one did found nothing new: it takes that one's place. */
	[SQL_DROP_SAME_AUDIT] = "DELETE FROM berth_audits WHERE plan = ?1 AND audit = (SELECT max(audit) FROM berth_audits)",
	[SQL_DROP_OLD_AUDITS] = "DELETE FROM berth_audits WHERE audit <= (SELECT max(audit) FROM berth_audits) - ?1",
	[SQL_PUT_AUDIT] = "INSERT INTO berth_audits (plan, root, created, apps, clashes) "
	    "VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?3, 0)",
	[SQL_COUNT_AUDIT] = "UPDATE berth_audits SET clashes = ?2 WHERE audit = ?1",
	[SQL_PUT_AUDIT_CLASH] = "INSERT INTO berth_audit_clashes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

int
store_fail(struct store *s, const char *doing, struct error *err)
{
	int code = sqlite3_errcode(s->db);
	const char *remedy = "";

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		remedy = ": another program holds it; run again when that one is done";
	else if (code == SQLITE_NOTADB)
		remedy = ": give --db another path";
	else if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_CANTOPEN)
		remedy = ": it or its folder cannot be written to, or is not there";
	else if (code == SQLITE_FULL)
		remedy = ": make room and run again";
	error_set(err, "%s: %s%s", doing, sqlite3_errmsg(s->db), remedy);
	return error_place(err, str_from(s->path), 0, 0);
}

struct sqlite3_stmt *
store_statement(struct store *s, enum store_sql sql, struct error *err)
{
	if (!s->prepared[sql] && sqlite3_prepare_v3(s->db, statements[sql], -1, SQLITE_PREPARE_PERSISTENT,
	    &s->prepared[sql], NULL) != SQLITE_OK)
		(void)store_fail(s, "preparing a statement", err);
	return s->prepared[sql];
}

void
store_bind(struct sqlite3_stmt *st, int i, struct str text)
{
	/* Fails only for want of memory or a text above 1 GB; the step then fails on the missing value or stores NULL where
	 * that is no harm. */
	(void)sqlite3_bind_text(st, i, text.ptr ? text.ptr : "", (int)text.len, SQLITE_STATIC);
}

void
store_bind_uint(struct sqlite3_stmt *st, int i, uint64_t n)
{
	(void)sqlite3_bind_int64(st, i, (sqlite3_int64)n);
}

struct str
store_text(struct sqlite3_stmt *st, int column, struct arena *a)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	return arena_dup(a, (struct str){ text ? text : "", (size_t)sqlite3_column_bytes(st, column) });
}

int
store_run(struct store *s, struct sqlite3_stmt *st, const char *doing, struct error *err)
{
	int result = sqlite3_step(st), failed = 0;

	if (result != SQLITE_DONE && result != SQLITE_ROW)
		failed = store_fail(s, doing, err);
	(void)sqlite3_reset(st);	/* repeats the step's result, which was looked at */
	return failed;
}

static int
execute(struct store *s, const char *sql, const char *doing, struct error *err)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : store_fail(s, doing, err);
}

/* *ret: the schema's number; 0 where berth's tables are not there. */
static int
read_version(struct store *s, int *ret, struct error *err)
{
	sqlite3_stmt *st = NULL;
	int found = 0;

	*ret = 0;
	if (sqlite3_prepare_v2(s->db, "SELECT 1 FROM sqlite_master WHERE name = 'berth_meta'", -1, &st, NULL) != SQLITE_OK)
		return store_fail(s, "reading the database", err);
	found = sqlite3_step(st);
	(void)sqlite3_finalize(st);
	if (found == SQLITE_DONE)
		return 0;
	if (found != SQLITE_ROW)
		return store_fail(s, "reading the database", err);
	if (sqlite3_prepare_v2(s->db, "SELECT value FROM berth_meta WHERE key = 'schema'", -1, &st, NULL) != SQLITE_OK)
		return store_fail(s, "reading the schema's version", err);
	if (sqlite3_step(st) == SQLITE_ROW)
		*ret = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);
	return 0;
}

static int
check_user_table(struct store *s, struct error *err)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(s->db, "SELECT model, app_num, backend_port, frontend_port FROM port_configurations", -1, &st,
	    NULL) != SQLITE_OK) {
		error_set(err, "port_configurations lacks a column that is needed (model, app_num, backend_port, "
		    "frontend_port): %s; give --db another database", sqlite3_errmsg(s->db));
		return error_place(err, str_from(s->path), 0, 0);
	}
	(void)sqlite3_finalize(st);
	return 0;
}

static int
make_schema(struct store *s, int version, struct error *err)
{
	if (version == SCHEMA_VERSION)
		return 0;
	if (store_begin(s, err) < 0)
		return -1;
	if (execute(s, user_schema, "making the table port_configurations", err) == 0 &&
	    execute(s, own_schema, "making berth's tables", err) == 0 && store_commit(s, err) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

static int
open_schema(struct store *s, enum store_mode mode, struct error *err)
{
	int version;

	if (read_version(s, &version, err) < 0)
		return -1;
	if (version > SCHEMA_VERSION) {
		error_set(err, "a newer berth made this database (schema %d; this one knows %d): use that one", version,
		    SCHEMA_VERSION);
		return error_place(err, str_from(s->path), 0, 0);
	}
	if (mode == STORE_READ && version == 0) {
		error_set(err, "no plan was made with this database yet: run plan first, or give --db another path");
		return error_place(err, str_from(s->path), 0, 0);
	}
	if (mode != STORE_READ && make_schema(s, version, err) < 0)
		return -1;
	return check_user_table(s, err);
}

enum store_mode
store_mode_for(const char *path, bool dry_run)
{
	return dry_run && access(options_db(path), F_OK) < 0 ? STORE_MEMORY : STORE_WRITE;
}

int
store_open(struct store **ret, const char *path, enum store_mode mode, struct error *err)
{
	struct store *s = mem_zero(1, sizeof *s);
	int flags = mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;

	path = mode == STORE_MEMORY ? ":memory:" : options_db(path);
	s->path = mem_dup(path, strlen(path));
	if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK) {
		if (!s->db)
			mem_exhausted();
		(void)store_fail(s, "opening the database", err);
		goto fail;
	}
	(void)sqlite3_busy_timeout(s->db, BUSY_MILLISECONDS);
	if (execute(s, "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096;",
	    "setting up the database", err) < 0 || open_schema(s, mode, err) < 0)
		goto fail;
	*ret = s;
	return 0;
fail:
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	for (int i = 0; i < SQL_COUNT; i++)
		(void)sqlite3_finalize(s->prepared[i]);	/* repeats an error that was reported */
	(void)sqlite3_close(s->db);
	free(s->path);
	free(s);
}

struct sqlite3 *
store_handle(struct store *s)
{
	return s->db;
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

int
store_begin(struct store *s, struct error *err)
{
	return execute(s, "BEGIN IMMEDIATE", "taking the write lock", err);
}

int
store_commit(struct store *s, struct error *err)
{
	return execute(s, "COMMIT", "committing", err);
}

void
store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);	/* what fails here is undone at the next open */
}

/* store: opens the registry, makes its tables, and ends its transactions; and the table of its statements.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "store/internal.h"
#include "system/home.h"
#include "system/options.h"

/* A plan of ten thousand apps holds the lock for less; and nobody is to wait much longer for one that
 * hangs. */
enum { BUSY_MS = 60000, SCHEMA_VERSION = 5 };

extern const char store_port_configurations_sql[];
extern const char store_schema_sql[];

static const struct sql_statement statements[Q_COUNT] = {
	/* allocations.c */
	[Q_PAIRS] = { "SELECT p.model, p.app_num, p.backend_port, p.frontend_port, coalesce(a.folder,"
	    " (SELECT o.folder FROM berth_ports b JOIN berth_apps o ON o.folder = b.folder"
	    " WHERE b.port = p.backend_port AND b.role = 'backend' AND NOT o.in_layout"
	    " AND o.model = p.model AND o.app_num = p.app_num))"
	    " FROM port_configurations p"
	    " LEFT JOIN berth_apps a ON a.in_layout AND a.model = p.model AND a.app_num = p.app_num"
	    " ORDER BY CAST(p.model AS BLOB), p.app_num",
	    "reading port_configurations" },
	[Q_PARK_PAIR] = { "UPDATE port_configurations"
	    " SET backend_port = -backend_port, frontend_port = -frontend_port"
	    " WHERE model = ?1 AND app_num = ?2",
	    "changing a pair in port_configurations" },
	[Q_UPDATE_PAIR] = { "UPDATE port_configurations SET backend_port = ?3, frontend_port = ?4"
	    " WHERE model = ?1 AND app_num = ?2",
	    "registering a pair in port_configurations" },
	[Q_INSERT_PAIR] = { "INSERT INTO port_configurations (model, app_num, backend_port, frontend_port)"
	    " VALUES (?1, ?2, ?3, ?4)",
	    "registering a pair in port_configurations" },
	[Q_HAS_PAIR] = { "SELECT 1 FROM port_configurations"
	    " WHERE model = ?1 AND app_num = ?2 AND backend_port = ?3 AND frontend_port = ?4",
	    "registering a pair in port_configurations" },
	[Q_DELETE_PAIR] = { "DELETE FROM port_configurations WHERE model = ?1 AND app_num = ?2",
	    "releasing an app's ports" },
	[Q_DELETE_APP] = { "DELETE FROM berth_apps WHERE model = ?1 AND app_num = ?2",
	    "releasing an app's ports" },
	[Q_FORGET_APP] = { "DELETE FROM berth_apps WHERE folder = ?1", "forgetting an app" },
	[Q_MOVE_APP] = { "UPDATE berth_apps SET folder = ?2, model = ?3, app_num = ?4, in_layout = ?5"
	    " WHERE folder = ?1",
	    "moving an app" },
	[Q_MOVE_PAIR] = { "UPDATE port_configurations SET model = ?3, app_num = ?4"
	    " WHERE model = ?1 AND app_num = ?2",
	    "moving an app's pair" },
	[Q_GIVE_NAMES] = { "UPDATE berth_names SET folder = ?2 WHERE folder = ?1", "moving an app" },
	[Q_KEEP_PROJECT] = { "INSERT OR REPLACE INTO berth_names (kind, name, folder, service)"
	    " SELECT 'kept', name, folder, service FROM berth_names WHERE kind = 'project' AND folder = ?1",
	    "moving an app" },
	[Q_ROOTS] = { "SELECT root FROM berth_plans GROUP BY root"
	    " ORDER BY max(created) DESC, max(rowid) DESC",
	    "reading the fleets that plans were made for" },
	[Q_READ_JSON] = { "SELECT value ->> '$.model',"
	    " coalesce(value ->> '$.app_num', value ->> '$.app_number'),"
	    " value ->> '$.backend_port', value ->> '$.frontend_port' FROM json_each(?1)",
	    "not a JSON list of allocations" },
	[Q_PORTS] = { "SELECT folder, service, protocol, address, container_port, role, port, found"
	    " FROM berth_ports ORDER BY port, protocol, address",
	    "reading berth_ports" },
	[Q_FORMER] = { "SELECT folder, service, protocol, '', container_port, '', port, port"
	    " FROM berth_former ORDER BY CAST(folder AS BLOB), port",
	    "reading berth_former" },
	[Q_NAMES] = { "SELECT folder, kind, service, name FROM berth_names", "reading berth_names" },
	[Q_APPS] = { "SELECT folder, model, app_num, in_layout FROM berth_apps"
	    " ORDER BY in_layout DESC, CAST(model AS BLOB), app_num",
	    "reading berth_apps" },
	[Q_DROP_IDENTITY] = { "DELETE FROM berth_apps"
	    " WHERE ?4 AND in_layout AND model = ?2 AND app_num = ?3 AND folder <> ?1",
	    "registering an app" },
	[Q_PUT_APP] = { "INSERT INTO berth_apps (folder, model, app_num, in_layout) VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT (folder) DO UPDATE"
	    " SET model = excluded.model, app_num = excluded.app_num, in_layout = excluded.in_layout",
	    "registering an app" },
	[Q_CLEAR_PORTS] = { "DELETE FROM berth_ports WHERE folder = ?1",
	    "clearing an app's ports and names" },
	[Q_CLEAR_NAMES] = { "DELETE FROM berth_names WHERE folder = ?1",
	    "clearing an app's ports and names" },
	[Q_PUT_PORT] = { "INSERT INTO berth_ports"
	    " (folder, service, protocol, address, container_port, role, port, found)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (port, protocol, address) DO NOTHING",
	    "registering a port" },
	[Q_PUT_FORMER] = { "INSERT OR IGNORE INTO berth_former"
	    " (folder, service, protocol, container_port, port) VALUES (?1, ?2, ?3, ?4, ?5)",
	    "registering a former port" },
	[Q_PUT_NAME] = { "INSERT OR IGNORE INTO berth_names (folder, kind, service, name)"
	    " VALUES (?1, ?2, ?3, ?4)",
	    "registering a name" },
	[Q_TAKE_NAME] = { "UPDATE berth_names SET folder = ?1, service = ?3 WHERE kind = ?2 AND name = ?4",
	    "registering a name" },

	/* plans.c */
	[Q_HOST] = { "SELECT value FROM berth_meta WHERE key = 'host'", "reading whose database this is" },
	[Q_PUT_HOST] = { "INSERT OR IGNORE INTO berth_meta VALUES ('host', ?1)",
	    "noting whose database this is" },
	[Q_PLAN_KNOWN] = { "SELECT 1 FROM berth_plans WHERE id = ?1", "looking the plan up" },
	[Q_PUT_ROOT] = { "INSERT OR IGNORE INTO berth_roots VALUES (?1, ?2)", "registering the plan's root" },
	[Q_HAS_ROOT] = { "SELECT 1 FROM berth_plans WHERE id = ?1 AND root = ?2"
	    " UNION ALL SELECT 1 FROM berth_roots WHERE plan = ?1 AND root = ?2",
	    "looking the plan's root up" },
	[Q_HAS_SEALS] = { "SELECT 1 FROM sqlite_master WHERE name = 'berth_seals'", "reading a plan" },
	[Q_SEAL] = { "SELECT digests FROM berth_seals WHERE plan = ?1", "reading a plan" },
	[Q_PUT_SEAL] = { "INSERT OR REPLACE INTO berth_seals VALUES (?1, ?2)", "sealing the plan" },
	[Q_DROP_SEALS] = { "DELETE FROM berth_seals WHERE plan NOT IN"
	    " (SELECT id FROM berth_plans ORDER BY created DESC, rowid DESC LIMIT 50)",
	    "sealing the plan" },
	[Q_MARK_PLAN] = { "UPDATE berth_plans SET state = ?2 WHERE id = ?1", "marking the plan" },
	[Q_MARK_BEHIND] = { "INSERT OR REPLACE INTO berth_meta SELECT 'behind', ?1"
	    " WHERE EXISTS (SELECT 1 FROM berth_plan_apps WHERE plan <> ?1)",
	    "marking the plan" },
	[Q_MARK_TIME] = { "INSERT OR REPLACE INTO berth_meta"
	    " VALUES ('marked', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
	    "marking the plan" },
	[Q_MARK_APP] = { "UPDATE berth_plan_apps SET applied = iif(?3 < changes, 2, 1) * ?4"
	    " WHERE plan = ?1 AND app = ?2",
	    "marking an app" },
	[Q_DROP_PLAN_APPS] = { "DELETE FROM berth_plan_apps", "clearing the last plan" },
	[Q_DROP_FINDINGS] = { "DELETE FROM berth_findings", "clearing the last plan" },
	[Q_DROP_CHANGES] = { "DELETE FROM berth_changes", "clearing the last plan" },
	[Q_DROP_BEHIND] = { "DELETE FROM berth_meta WHERE key IN ('behind', 'part')",
	    "clearing the last plan" },
	[Q_PUT_PART] = { "INSERT OR REPLACE INTO berth_meta VALUES ('part', '1')",
	    "registering the plan" },
	[Q_PUT_PLAN] = { "INSERT INTO berth_plans (id, root, created, state)"
	    " VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'planned')"
	    " ON CONFLICT (id) DO UPDATE SET created = excluded.created, state = 'planned'",
	    "registering the plan" },
	[Q_IS_DONE] = { "SELECT 1 FROM berth_plans WHERE root = ?1 AND state = 'applied'"
	    " AND id = (SELECT plan FROM berth_plan_apps LIMIT 1)"
	    " AND EXISTS (SELECT 1 FROM berth_plan_apps WHERE changes > 0)"
	    " AND NOT EXISTS (SELECT 1 FROM berth_plan_apps WHERE changes > 0 AND applied <> 1)"
	    " AND NOT EXISTS (SELECT 1 FROM berth_meta WHERE key = 'behind')",
	    "reading the last plan" },
	[Q_OUTCOMES] = { "SELECT app, record, service, container_port, after FROM berth_findings"
	    " WHERE record IN ('port', 'name', 'project', 'volume', 'network')",
	    "reading the last plan" },
	[Q_PUT_PLAN_APP] = { "INSERT OR REPLACE INTO berth_plan_apps (plan, app, changes)"
	    " VALUES (?1, ?2, ?3)",
	    "registering an app's plan" },
	[Q_FINDING_COLUMNS] = { "SELECT * FROM berth_findings LIMIT 0", "keeping a finding" },
	[Q_CHANGE_COLUMNS] = { "SELECT * FROM berth_changes LIMIT 0", "keeping a change" },
	[Q_PUT_FINDING] = { "INSERT INTO berth_findings SELECT c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11,"
	    " c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, c25 FROM berth_rows",
	    "keeping a finding" },
	[Q_PUT_CHANGE] = { "INSERT INTO berth_changes SELECT c1, NULL, c2, c3, c4, c5, c6, c7, c8, c9, c10,"
	    " c11, c12, c13, c14, c15 FROM berth_rows",
	    "keeping a change" },

	/* audits.c */
	[Q_DROP_SAME_AUDIT] = { "DELETE FROM berth_audits"
	    " WHERE plan = ?1 AND audit = (SELECT max(audit) FROM berth_audits)",
	    "replacing an audit" },
	[Q_PUT_AUDIT] = { "INSERT INTO berth_audits (plan, root, created, apps, clashes)"
	    " VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?3, 0)",
	    "keeping an audit" },
	[Q_DROP_OLD_AUDITS] = { "DELETE FROM berth_audits"
	    " WHERE audit <= (SELECT max(audit) FROM berth_audits) - ?1",
	    "dropping old audits" },
	[Q_PUT_AUDIT_CLASH] = { "INSERT INTO berth_audit_clashes"
	    " SELECT c1, c2, c3, c4, c5, c6, c7, c8 FROM berth_rows",
	    "keeping a clash" },
	[Q_COUNT_AUDIT] = { "UPDATE berth_audits SET clashes = ?2 WHERE audit = ?1",
	    "counting an audit's clashes" },
};

static void
explain(const struct sql_failure *f, struct error *err)
{
	static const char *const remedies[] = {
		[SQL_HELD] = ": another program holds it; run again when that one is done",
		[SQL_NO_DATABASE] = ": give --db another path",
		[SQL_UNWRITABLE] = ": it or its folder cannot be written to, or is not there",
		[SQL_FULL] = ": make room and run again",
		[SQL_DENIED] = NULL,
	};
	const char *remedy = remedies[f->trouble];

	(void)error_set(err, "%s: %s%s", f->doing, f->message, remedy ? remedy : "");
}

/* *ret: the number of the schema; 0 where berth's tables are not there. */
static int
read_version(struct sql *db, int64_t *ret, struct error *err)
{
	int64_t found;
	int got = sql_number(db, "SELECT 1 FROM sqlite_master WHERE name = 'berth_meta'",
	    "reading the database", &found, err);

	*ret = 0;
	if (got > 0)
		got = sql_number(db, "SELECT value FROM berth_meta WHERE key = 'schema'",
		    "reading the schema's version", ret, err);
	return got < 0 ? -1 : 0;
}

/* Where SELECT finds something, the database is refused: WHY, and what to do. */
static int
refuse_if(struct sql *db, const char *select, const char *why, struct error *err)
{
	int64_t ignored;
	int got = sql_number(db, select, "reading the database", &ignored, err);

	if (got <= 0)
		return got;
	error_set(err, "%s", why);
	return error_file(err, str_from(sql_path(db)));
}

/* What every tool refuses alike, before anything is registered. */
static int
check_form(struct sql *db, struct error *err)
{
	if (refuse_if(db, "SELECT 1 FROM pragma_encoding WHERE encoding <> 'UTF-8'",
	    "its texts are UTF-16, and berth needs UTF-8: `sqlite3 OLD .dump | sqlite3 NEW` makes a copy "
	    "that is", err) < 0 ||
	    refuse_if(db, "SELECT 1 FROM sqlite_schema WHERE type = 'view'"
	    " AND name = 'port_configurations' COLLATE NOCASE",
	    "port_configurations is a view, and rows have to be added to it: give --db another database",
	    err) < 0)
		return -1;
	return refuse_if(db, "SELECT 1 FROM pragma_table_xinfo('port_configurations') WHERE hidden > 0"
	    " AND lower(name) IN ('model', 'app_num', 'backend_port', 'frontend_port')",
	    "port_configurations computes a column that berth has to set (model, app_num, backend_port, "
	    "frontend_port): give --db another database", err);
}

static int
check_user_table(struct sql *db, struct error *err)
{
	static const char look[] =
	    "SELECT model, app_num, backend_port, frontend_port FROM port_configurations LIMIT 0";
	int64_t ignored;

	if (sql_number(db, look, "reading port_configurations", &ignored, err) == 0)
		return 0;
	error_set(err, "port_configurations lacks a column that is needed (model, app_num, backend_port, "
	    "frontend_port): %s; give --db another database", sql_message(db));
	return error_file(err, str_from(sql_path(db)));
}

/* A table that an older berth made gets the columns that came since. */
static int
add_columns(struct sql *db, struct error *err)
{
	int64_t found;
	int got = sql_number(db, "SELECT 1 FROM pragma_table_info('berth_findings') WHERE name = 'whole'",
	    "reading the database", &found, err);

	return got ? (got < 0 ? -1 : 0)
		   : sql_script(db, "ALTER TABLE berth_findings ADD COLUMN whole TEXT",
			 "adding a column to berth's tables", err);
}

static int
make_schema(struct sql *db, struct error *err)
{
	int result;

	if (sql_begin(db, err) < 0)
		return -1;
	result = sql_script(db, store_port_configurations_sql, "making the table port_configurations", err);
	if (result == 0)
		result = sql_script(db, store_schema_sql, "making berth's tables", err);
	if (result == 0)
		result = add_columns(db, err);
	return sql_end(db, result, err);
}

static int
open_schema(struct store *s, enum store_mode mode, struct error *err)
{
	struct sql *db = s->db;
	int64_t version;

	if (check_form(db, err) < 0 || read_version(db, &version, err) < 0)
		return -1;
	s->is_new = version == 0;
	if (version > SCHEMA_VERSION) {
		error_set(err,
		    "a newer berth made this database (schema %d; this one knows %d): use that one",
		    (int)version, SCHEMA_VERSION);
		return error_file(err, str_from(sql_path(db)));
	}
	if (mode == STORE_READ && version == 0) {
		error_set(err,
		    "no plan was made with this database yet: run plan first, or give --db another path");
		return error_file(err, str_from(sql_path(db)));
	}
	if (mode != STORE_READ && version != SCHEMA_VERSION && make_schema(db, err) < 0)
		return -1;
	return check_user_table(db, err);
}

enum store_mode
store_mode_for(const char *path, bool dry_run)
{
	return dry_run && access(options_db(path), F_OK) < 0 ? STORE_MEMORY : STORE_WRITE;
}

int
store_open(struct store **ret, const char *path, enum store_mode mode, struct error *err)
{
	static const enum sql_mode modes[] = {
		[STORE_READ] = SQL_READ, [STORE_WRITE] = SQL_CREATE, [STORE_MEMORY] = SQL_MEMORY
	};
	const struct sql_options options = {
		.path = mode == STORE_MEMORY ? ":memory:" : options_db(path),
		.mode = modes[mode], .busy_ms = BUSY_MS,
		.statements = statements, .count = Q_COUNT,
		.preparing = "preparing a statement", .explain = explain,
	};
	static const char set_up[] =
	    "PRAGMA synchronous = EXTRA; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
	    "PRAGMA cache_size = -4096";
	AUTO_PTR(store) s = mem_zero(1, sizeof *s);

	if (mode == STORE_WRITE && home_make(options.path, err) < 0)
		return -1;
	if (sql_open(&s->db, &options, err) < 0 ||
	    sql_script(s->db, set_up, "setting up the database", err) < 0 ||
	    open_schema(s, mode, err) < 0)
		return -1;
	*ret = s;
	s = NULL;
	return 0;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	sql_close(s->db);
	free(s->seal);
	free(s);
}

const char *
store_path(const struct store *s)
{
	return sql_path(s->db);
}

bool
store_is_new(const struct store *s)
{
	return s->is_new;
}

int
store_host(struct store *s, struct arena *a, struct str *ret, struct error *err)
{
	AUTO(sql_query) q = sql_query(s->db, Q_HOST, err);
	int got = sql_next(&q);

	*ret = got > 0 ? arena_dup(a, sql_column_str(&q, 0)) : (struct str)STR_INIT;
	return got < 0 ? -1 : 0;
}

int
store_put_host(struct store *s, struct str host, struct error *err)
{
	struct sql_query q;

	if (!host.len)
		return 0;
	q = sql_query(s->db, Q_PUT_HOST, err);
	sql_bind_str(&q, host);
	return sql_run(&q);
}

int
store_check_host(struct store *s, struct str host, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str own;

	if (store_host(s, &a, &own, err) < 0)
		return -1;
	if (!own.len || !host.len || str_eq(own, host))
		return 0;
	error_set(err, "this registry is %.*s's, and these findings are %.*s's: each host has a registry of "
	    "its own (--db FILE); where it is one host under a new name, run `sqlite3 FILE \"DELETE FROM "
	    "berth_meta WHERE key = 'host'\"`", STR_ARG(own), STR_ARG(host));
	return error_file(err, str_from(sql_path(s->db)));
}

int
store_begin(struct store *s, struct error *err)
{
	return sql_begin(s->db, err);
}

int
store_end(struct store *s, int result, bool keep, struct error *err)
{
	if (result == 0 && keep)
		return sql_end(s->db, 0, err);
	sql_rollback(s->db);
	return result;
}

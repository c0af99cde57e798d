/* schema: the tables and views that reports query.
 * SPDX-License-Identifier: MIT */
#include "report/schema.h"

const char audit_tables[] =
	"CREATE TABLE fleet (source TEXT, root TEXT, version TEXT, plan TEXT, state TEXT, created TEXT, behind TEXT);"
	"CREATE TABLE findings (position INTEGER PRIMARY KEY, record TEXT, model TEXT, app_num INTEGER, app TEXT,"
	" service TEXT, role TEXT, host_ip TEXT, host_port TEXT, container_port TEXT, protocol TEXT, value TEXT,"
	" variable TEXT, origin TEXT, file TEXT, line INTEGER, column INTEGER, offset INTEGER, length INTEGER, digest TEXT,"
	" profile TEXT, network_mode TEXT, detail TEXT, raw TEXT, chain TEXT, site_file TEXT, site_line INTEGER,"
	" site_column INTEGER, site_offset INTEGER, site_length INTEGER, site_raw TEXT, whole TEXT, replicas TEXT,"
	" after TEXT, applied INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE clashes (position INTEGER PRIMARY KEY, moment TEXT NOT NULL, kind TEXT, value TEXT, model TEXT,"
	" app_num INTEGER, app TEXT, service TEXT, file TEXT, line INTEGER, column INTEGER, other_model TEXT,"
	" other_app_num INTEGER, other_app TEXT, other_service TEXT, other_file TEXT, other_line INTEGER, other_column INTEGER,"
	" message TEXT);"
	/* Of two audits that are compared: who is in which clash. */
	"CREATE TABLE compared (side TEXT NOT NULL, kind TEXT, value TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT,"
	" message TEXT);"
	"CREATE INDEX compared_by_value ON compared (side, kind, value, app, service);"
	"CREATE TABLE listeners (port INTEGER PRIMARY KEY);"
	"CREATE TABLE free_ports (port INTEGER PRIMARY KEY, last_port INTEGER);"
	"CREATE TABLE free_pairs (position INTEGER PRIMARY KEY, backend_port INTEGER, frontend_port INTEGER);";

/* Numbers of ports: where a mapping may take any of a range, port and last differ. A port that Docker
 * picks has none. */
#define PORT_NUMBERS(column) \
	" CAST(" column " AS INTEGER) AS port," \
	" CASE instr(" column ", '-') WHEN 0 THEN CAST(" column " AS INTEGER)" \
	" ELSE CAST(substr(" column ", instr(" column ", '-') + 1) AS INTEGER) END AS last_port"
/* What the files hold now: the planned text once the app's plan was applied, else what was found. */
#define PRESENT(found) "CASE WHEN applied AND coalesce(after, '') <> '' THEN after ELSE " found " END"
#define OWNER "position, model, app_num, app, service"
/* A name of several texts has no place of its own, but is written somewhere. */
#define PLACE "iif(coalesce(file, '') <> '', file, coalesce(site_file, '')) AS file, coalesce(line, site_line) AS line," \
	" coalesce(column, site_column) AS column"

/* A text as the shell takes it back unchanged: as it is where nothing in it means anything, else in single
 * quotes. */
#define QUOTED(text) "iif((" text ") NOT GLOB '*[^a-zA-Z0-9_./-]*', " text ", '''' || replace(" text ", '''', '''\\''''')" \
	" || '''')"

const char audit_views[] =
	"CREATE TEMP VIEW apps AS SELECT model, app_num, app, detail, applied FROM findings WHERE record = 'app';"
	"CREATE TEMP VIEW ports AS SELECT *," PORT_NUMBERS("host_port") " FROM (SELECT " OWNER ", role, host_ip,"
	" " PRESENT("host_port") " AS host_port, host_port AS found_port, coalesce(nullif(after, ''), host_port) AS planned_port,"
	" container_port, coalesce(nullif(protocol, ''), 'tcp') AS protocol, origin, variable, " PLACE ", profile,"
	" network_mode, chain, detail, replicas FROM findings WHERE record = 'port');"
	"CREATE TEMP VIEW names AS SELECT " OWNER ", " PRESENT("value") " AS name, value AS found_name,"
	" coalesce(nullif(after, ''), value) AS planned_name, origin, variable, " PLACE ", detail"
	" FROM findings WHERE record = 'name';"
	"CREATE TEMP VIEW projects AS SELECT position, model, app_num, app, " PRESENT("value") " AS project,"
	" value AS found_project, coalesce(nullif(after, ''), value) AS planned_project, origin, variable, " PLACE ", detail"
	" FROM findings WHERE record = 'project';"
	/* A volume's name follows the project's where the compose file does not say one. */
	"CREATE TEMP VIEW volumes AS SELECT v.position, v.record AS kind, v.variable AS key, v.model, v.app_num, v.app,"
	" CASE WHEN v.applied THEN v.planned ELSE v.value END AS name, v.value AS found_name, v.planned AS planned_name,"
	" v.origin, coalesce(v.file, '') AS file, v.line, v.column, v.detail FROM (SELECT f.*, coalesce(nullif(f.after, ''),"
	" CASE WHEN f.value = p.found_project || '_' || f.variable THEN p.planned_project || '_' || f.variable END,"
	" f.value) AS planned FROM findings f LEFT JOIN projects p ON p.app = f.app"
	" WHERE f.record IN ('volume', 'network')) v;"
	"CREATE TEMP VIEW problems AS SELECT position, record AS severity, model, app_num, app, service, variable,"
	" iif(record = 'gap' AND role = 'placeholder', 'the placeholder ' || value || ' is left in', value) AS message,"
	" " PLACE ", detail FROM findings f WHERE record IN ('problem', 'gap', 'warning')"
	/* the plan has filled these */
	" AND NOT coalesce(applied AND record = 'gap' AND (role = 'env' AND app IN (SELECT app FROM berth_changes WHERE action IN"
	" ('copy', 'create')) OR role = 'placeholder' AND (app, offset) IN (SELECT app, offset FROM berth_changes)), 0)"
	/* a variable without a value is a gap, which says it already */
	" AND NOT coalesce(record = 'warning' AND (app, file, line, column) IN (SELECT app, file, line, column FROM findings"
	" WHERE record = 'gap' AND role = 'variable'), 0)"
	" UNION ALL SELECT seq + (1 << 40), 'problem', model, app_num, app, service, '', new, file, line, column, detail"
	" FROM berth_changes WHERE action = 'problem' AND (SELECT source FROM fleet) = 'database';"
	"CREATE TEMP VIEW changes AS SELECT seq AS position, c.plan, c.action, c.model, c.app_num, c.app, c.service, c.file,"
	" c.line, c.column, c.old, c.new, c.reason, c.detail, coalesce(p.applied = 1, 0) AS applied"
	" FROM berth_changes c LEFT JOIN berth_plan_apps p ON p.plan = c.plan AND p.app = c.app;"
	/* Addresses that are baked in when an image or a bundle is built, with the port of the app's own
	 * that each names. */
	"CREATE TEMP VIEW baked AS SELECT DISTINCT f.model, f.app_num, f.app, f.service, key, p.found_port, p.planned_port"
	" FROM (SELECT *, iif(record = 'use', detail, variable) AS key, record = 'use' AS by_variable,"
	" role = 'args' OR value LIKE 'services.%.build.args%' AS is_arg FROM findings"
	" WHERE (record = 'reference' AND role <> 'example') OR (record = 'use' AND role = 'address')) f"
	" JOIN ports p ON p.app = f.app AND iif(f.by_variable, p.variable = f.variable, p.found_port = f.host_port)"
	" WHERE (f.is_arg OR f.key GLOB 'VITE_*' OR f.key GLOB 'NEXT_PUBLIC_*' OR f.key GLOB 'REACT_APP_*');"
	/* Steps beside the migration. */
	"CREATE TEMP VIEW by_hand AS SELECT '1 down' AS step, model, app_num, app, '' AS service,"
	" 'the project ' || found_project || ' becomes ' || planned_project AS reason,"
	" 'docker compose -p ' || " QUOTED("found_project") " || ' down' AS command"
	" FROM projects WHERE found_project <> '' AND planned_project <> found_project"
	" UNION ALL SELECT '2 copy', model, app_num, app, '', 'volume ' || found_name || ' becomes ' || planned_name,"
	" 'docker volume create ' || " QUOTED("planned_name") " || ' && docker run --rm -v ' || " QUOTED("found_name")
	" || ':/from:ro -v ' || " QUOTED("planned_name") " || ':/to busybox cp -a /from/. /to'"
	" FROM volumes WHERE kind = 'volume' AND found_name <> '' AND planned_name <> found_name"
	" UNION ALL SELECT '3 build', model, app_num, app, service, 'port ' || found_port || ' in ' || key || ' becomes '"
	" || planned_port, '(cd ' || " QUOTED("(SELECT root FROM fleet) || '/' || app") " || ' && docker compose build'"
	" || iif(service = '', '', ' ' || " QUOTED("service") ") || ')'"
	" FROM baked WHERE found_port <> planned_port"
	" UNION ALL SELECT '4 up', model, app_num, app, '', count(*) || iif(count(*) = 1, ' change', ' changes'),"
	" '(cd ' || " QUOTED("(SELECT root FROM fleet) || '/' || app") " || ' && docker compose up -d)'"
	" FROM changes WHERE action NOT IN ('fleet', 'end', 'problem') AND (SELECT source FROM fleet) = 'database'"
	" GROUP BY model, app_num, app;"
	/* What `report conflicts` tells. What the database says against the files has reports of its own;
	 * what it says against itself belongs to a database that was asked, so that an audit of a stream
	 * says the same wherever it runs. */
	"CREATE TEMP VIEW conflicts AS SELECT * FROM clashes WHERE moment = 'now' AND kind NOT IN ('drift', 'orphan')"
	" AND (kind <> 'role' OR (SELECT source FROM fleet) = 'database');"
	/* An app's pair: the database's row; of a stream the first port of each role, which is all that
	 * the files say. */
	"CREATE TEMP VIEW allocations AS"
	" SELECT model, app_num, backend_port, frontend_port FROM port_configurations"
	" WHERE (SELECT source FROM fleet) = 'database'"
	" UNION ALL SELECT model, app_num, backend_port, frontend_port FROM (SELECT model, app_num,"
	" (SELECT port FROM ports p WHERE p.app = a.app AND p.role = 'backend' AND p.port > 0 ORDER BY position LIMIT 1)"
	" AS backend_port,"
	" (SELECT port FROM ports p WHERE p.app = a.app AND p.role = 'frontend' AND p.port > 0 ORDER BY position LIMIT 1)"
	" AS frontend_port FROM apps a WHERE (SELECT source FROM fleet) = 'findings')"
	" WHERE backend_port IS NOT NULL AND frontend_port IS NOT NULL;";

const struct audit_stand_in audit_stand_ins[] = {
	{ "port_configurations", "id INTEGER PRIMARY KEY, model TEXT, app_num INTEGER, backend_port INTEGER,"
	    " frontend_port INTEGER, is_available BOOLEAN" },
	{ "berth_apps", "folder TEXT, model TEXT, app_num INTEGER, in_layout INTEGER" },
	{ "berth_plans", "id TEXT, root TEXT, created TEXT, state TEXT" },
	{ "berth_plan_apps", "plan TEXT, app TEXT, changes INTEGER, applied INTEGER" },
	{ "berth_findings", "record TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT, role TEXT, host_ip TEXT,"
	    " host_port TEXT, container_port TEXT, protocol TEXT, value TEXT, variable TEXT, origin TEXT, file TEXT,"
	    " line INTEGER, column INTEGER, offset INTEGER, length INTEGER, profile TEXT, network_mode TEXT, detail TEXT,"
	    " chain TEXT, replicas TEXT, after TEXT" },
	{ "berth_changes", "plan TEXT, seq INTEGER, action TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT,"
	    " file TEXT, line INTEGER, column INTEGER, offset INTEGER, length INTEGER, old TEXT, new TEXT, reason TEXT,"
	    " detail TEXT" },
	{ "berth_ports", "port INTEGER, protocol TEXT, address TEXT, folder TEXT, service TEXT, container_port TEXT, role TEXT,"
	    " found INTEGER" },
	{ "berth_meta", "key TEXT, value TEXT" },
	{ "berth_names", "kind TEXT, name TEXT, folder TEXT, service TEXT" },
	{ "berth_audits", "audit INTEGER, plan TEXT, root TEXT, created TEXT, apps INTEGER, clashes INTEGER" },
	{ "berth_audit_clashes", "audit INTEGER, kind TEXT, value TEXT, model TEXT, app_num INTEGER, app TEXT, service TEXT,"
	    " message TEXT" },
};
const size_t audit_stand_in_count = sizeof audit_stand_ins / sizeof *audit_stand_ins;

/* load: fills the tables of an audit.
 * SPDX-License-Identifier: MIT */
#include "report/load.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "report/clashes.h"
#include "report/ports.h"
#include "report/internal.h"
#include "base/buf.h"
#include "base/error.h"
#include "stream/finding.h"
#include "fleet/listeners.h"
#include "base/mem.h"
#include "base/text.h"

static int
failed(sqlite3 *sql, const char *doing, struct error *err)
{
	return error_set(err, "%s: %s", doing, sqlite3_errmsg(sql));
}

static int
run(sqlite3 *sql, const char *text, const char *doing, struct error *err)
{
	return sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(sql, doing, err);
}

int
audit_load_schema(sqlite3 *sql, struct error *err)
{
	return run(sql, report_tables_sql, "cannot lay out the tables", err) < 0 ||
	    run(sql, report_absent_sql, "cannot lay out a table", err) < 0 ||
	    run(sql, report_views_sql, "cannot lay out the views", err) < 0 ? -1 : 0;
}

/* Binds the next parameter. *AT counts them from 1. */
static int
put_text(sqlite3_stmt *stmt, int *at, struct str s)
{
	return s.len > INT32_MAX ? SQLITE_TOOBIG :
	    sqlite3_bind_text(stmt, (*at)++, s.len ? s.ptr : "", (int)s.len, SQLITE_STATIC);
}

static int
put_number(sqlite3_stmt *stmt, int *at, bool is_there, uint64_t n)
{
	return is_there && n <= INT64_MAX ? sqlite3_bind_int64(stmt, (*at)++, (sqlite3_int64)n) :
	    sqlite3_bind_null(stmt, (*at)++);
}

static int
put_place(sqlite3_stmt *stmt, int *at, const struct place *p)
{
	int got = put_text(stmt, at, p->file);

	got |= put_number(stmt, at, p->line != 0, p->line);
	got |= put_number(stmt, at, p->column != 0, p->column);
	got |= put_number(stmt, at, p->known, p->span.off);
	return got | put_number(stmt, at, p->known, p->span.len);
}

/* Whether a view may show it (audit_schema.c), or the clashes be made of it. Half of a stream is neither. */
static bool
is_in_views(const struct finding *f)
{
	return f->record != FINDING_SETTING &&
	    !(f->record == FINDING_USE && f->role != ROLE_ADDRESS);
}

static int
put_finding(sqlite3_stmt *stmt, const struct finding *f, sqlite3_int64 position)
{
	char digest[TEXT_DIGEST_SIZE] = "";
	int at = 1, got = sqlite3_bind_int64(stmt, at++, position);

	got |= put_text(stmt, &at, str_from(finding_record_name(f->record)));

	if (f->has_digest)
		text_digest_format(f->digest, digest);
	got |= put_text(stmt, &at, f->model);
	got |= put_number(stmt, &at, true, f->app_num);
	const struct str first[] = { f->app, f->service, finding_role_word(f), f->host_ip, f->host_port, f->container_port,
		f->protocol, f->value, f->variable, str_from(origin_names[f->origin]) };
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		got |= put_text(stmt, &at, first[i]);
	got |= put_place(stmt, &at, &f->place);
	got |= sqlite3_bind_text(stmt, at++, digest, -1, SQLITE_TRANSIENT);
	const struct str middle[] = { f->profile, f->network_mode, f->detail, f->place.raw, f->chain };
	for (size_t i = 0; i < sizeof middle / sizeof *middle; i++)
		got |= put_text(stmt, &at, middle[i]);
	got |= put_place(stmt, &at, &f->site);
	const struct str last[] = { f->site.raw, f->whole, f->replicas };
	for (size_t i = 0; i < sizeof last / sizeof *last; i++)
		got |= put_text(stmt, &at, last[i]);
	return got;
}

static const char insert_finding[] =
    "INSERT INTO findings (position, record, model, app_num, app, service, role, host_ip, host_port, container_port, protocol,"
    " value, variable, origin, file, line, column, offset, length, digest, profile, network_mode, detail, raw, chain,"
    " site_file, site_line, site_column, site_offset, site_length, site_raw, whole, replicas) VALUES"
    " (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30,"
    "?31,?32,?33)";

static int
take_findings(
    sqlite3 *sql, sqlite3_stmt *stmt, struct finding_reader *reader, bool views_only, struct error *err)
{
	sqlite3_int64 position;
	struct finding f;
	int got;

	for (position = 1; (got = finding_next(reader, &f, err)) > 0; position++)
		if (!(views_only && !is_in_views(&f)) && (put_finding(stmt, &f, position) != SQLITE_OK ||
		    sqlite3_step(stmt) != SQLITE_DONE || sqlite3_reset(stmt) != SQLITE_OK))
			return failed(sql, "cannot hold the findings", err);
	return got;
}

static int
put_fleet(sqlite3 *sql, struct finding_reader *reader, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int at = 1, result = 0;

	if (sqlite3_prepare_v2(sql, "INSERT INTO fleet (source, root, version) VALUES ('findings', ?1, ?2)",
		-1, &stmt, NULL) != SQLITE_OK ||
	    put_text(stmt, &at, finding_reader_root(reader)) != SQLITE_OK ||
	    put_text(stmt, &at, finding_reader_version(reader)) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_DONE)
		result = failed(sql, "cannot hold the findings", err);
	(void)sqlite3_finalize(stmt);
	return result;
}

int
audit_load_stream(sqlite3 *sql, int fd, const char *name, bool partial, bool views_only, struct error *err)
{
	AUTO_PTR(finding_reader) reader = NULL;
	sqlite3_stmt *stmt = NULL;
	int result;

	if (finding_reader_open(&reader, fd, name, partial, err) < 0 || put_fleet(sql, reader, err) < 0)
		return -1;
	if (sqlite3_prepare_v2(sql, insert_finding, -1, &stmt, NULL) != SQLITE_OK)
		return failed(sql, "cannot hold the findings", err);
	result = take_findings(sql, stmt, reader, views_only, err);
	(void)sqlite3_finalize(stmt);
	return result;
}

/* The registry keeps the findings of the last plan alone; its id stands with its apps. */
static const char from_registry[] =
    "INSERT INTO fleet (source, root, version, plan, state, created, behind)"
    " SELECT 'database', p.root, '', p.id, p.state, p.created,"
    " CASE WHEN EXISTS (SELECT 1 FROM berth_meta WHERE key = 'behind') THEN 'an older plan was applied or taken back since the"
    " last one' WHEN EXISTS (SELECT 1 FROM berth_plan_apps WHERE applied = 2) THEN 'some apps have only a part of the last"
    " plan' END FROM berth_plans p"
    " WHERE p.id = coalesce((SELECT plan FROM berth_plan_apps LIMIT 1), (SELECT plan FROM berth_changes LIMIT 1),"
    " (SELECT id FROM berth_plans ORDER BY created DESC, rowid DESC LIMIT 1)) LIMIT 1;"
    "INSERT INTO fleet (source, root) SELECT 'database', '' WHERE NOT EXISTS (SELECT 1 FROM fleet);"
    "INSERT INTO findings (record, model, app_num, app, service, role, host_ip, host_port, container_port, protocol, value,"
    " variable, origin, file, line, column, offset, length, profile, network_mode, detail, chain, replicas, after, applied)"
    " SELECT f.record, f.model, f.app_num, f.app, f.service, f.role, f.host_ip, f.host_port, f.container_port, f.protocol,"
    " f.value, f.variable, f.origin, f.file, f.line, f.column, f.offset, f.length, f.profile, f.network_mode, f.detail,"
    " f.chain, f.replicas, f.after, coalesce(p.applied = 1, 0)"
    " FROM berth_findings f LEFT JOIN berth_plan_apps p ON p.app = f.app AND p.plan = (SELECT plan FROM fleet)"
    " ORDER BY f.rowid";

int
audit_load_database(sqlite3 *sql, struct error *err)
{
	return run(sql, from_registry, "cannot read what the last plan left in the database", err);
}

/* Of two folders with one identity scan takes the first by path; the one that the database knows keeps it,
 * as in plan. CROSS JOIN holds SQLite to this order, whatever it takes the sizes of the tables to be: from
 * the few that are twins to the one that each names. */
static const char give_back_identities[] =
    "CREATE TEMP TABLE twins (app TEXT PRIMARY KEY, holder TEXT, model TEXT, app_num INTEGER);"
    "INSERT OR IGNORE INTO twins SELECT k.app, h.app, h.model, h.app_num FROM findings k CROSS JOIN findings h"
    " CROSS JOIN fleet f CROSS JOIN berth_apps b WHERE k.record = 'app' AND instr(k.detail, '" FINDING_TWIN
    "') = 1"
    " AND h.record = 'app' AND h.app = substr(k.detail, 1 + length('" FINDING_TWIN "')) AND h.role = 'layout'"
    " AND b.folder = rtrim(f.root, '/') || '/' || k.app AND b.in_layout AND b.model = h.model AND b.app_num = h.app_num;"
    "UPDATE findings SET model = app, app_num = 1, role = CASE record WHEN 'app' THEN '' ELSE role END"
    " WHERE app IN (SELECT holder FROM twins);"
    "UPDATE findings SET (model, app_num) = (SELECT t.model, t.app_num FROM twins t WHERE t.app = findings.app),"
    " role = CASE record WHEN 'app' THEN 'layout' ELSE role END WHERE app IN (SELECT app FROM twins);"
    "DROP TABLE twins";

int
audit_load_rest(sqlite3 *sql, bool host_check, struct error *err)
{
	const char *proc = host_check ? "/proc" : NULL;
	uint8_t *listening = host_check ? mem_zero(LISTENERS_PORTS, 1) : NULL;
	int result = run(
	    sql, "CREATE INDEX findings_by_app ON findings (record, app)", "cannot sort the findings", err);

	if (result == 0)
		result = run(sql, give_back_identities, "cannot sort the findings", err);
	if (result == 0 && proc)
		result = audit_ports_listen(sql, proc, listening, err);
	if (result == 0)
		result = audit_clashes_fill(sql, listening, err) < 0 || audit_ports_fill(sql, proc, err) < 0
		    ? -1
		    : 0;
	free(listening);
	return result;
}

/* What the files clash over. What the database says against them, or against itself, is known of one of
 * its moments alone. */
static const char select_sides[] =
    "SELECT kind, value, model, app_num, app, service, min(message) FROM ("
    "SELECT kind, value, model, app_num, app, service, message FROM clashes WHERE moment = ?1"
    " UNION ALL SELECT kind, value, other_model, other_app_num, other_app, other_service, message FROM clashes"
    " WHERE moment = ?1 AND coalesce(other_model, '') <> ''"
    " UNION ALL SELECT kind, value, model, app_num, app, service, message FROM berth_audit_clashes"
    " WHERE audit = CASE WHEN ?1 GLOB '[0-9]*' THEN CAST(?1 AS INTEGER) END"
    ") WHERE kind NOT IN ('drift', 'orphan', 'role') GROUP BY kind, value, model, app_num, app, service";

/* Both are in memory: copied row by row. */
int
audit_load_compared(sqlite3 *sql, const char *side, sqlite3 *other, const char *moment, struct error *err)
{
	sqlite3_stmt *from = NULL, *to = NULL;
	int got = SQLITE_OK, result = 0;

	if (sqlite3_prepare_v2(other, select_sides, -1, &from, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(from, 1, moment, -1, SQLITE_STATIC) != SQLITE_OK)
		result = failed(other, "cannot compare", err);
	else if (sqlite3_prepare_v2(sql, "INSERT INTO compared VALUES (?1,?2,?3,?4,?5,?6,?7,?8)", -1, &to,
		     NULL) != SQLITE_OK ||
	    sqlite3_bind_text(to, 1, side, -1, SQLITE_STATIC) != SQLITE_OK)
		result = failed(sql, "cannot compare", err);
	while (result == 0 && (got = sqlite3_step(from)) == SQLITE_ROW) {
		for (int c = 0; c < sqlite3_column_count(from); c++)
			/* told by the step */
			(void)sqlite3_bind_value(to, c + 2, sqlite3_column_value(from, c));
		if (sqlite3_step(to) != SQLITE_DONE || sqlite3_reset(to) != SQLITE_OK)
			result = failed(sql, "cannot compare", err);
	}
	if (result == 0 && got != SQLITE_DONE)
		result = failed(other, "cannot compare", err);
	(void)sqlite3_finalize(from);
	(void)sqlite3_finalize(to);
	return result;
}

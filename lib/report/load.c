/* load: brings what is known of a fleet into an audit.
 * SPDX-License-Identifier: MIT */
#include "report/load.h"

#include "base/arena.h"
#include "base/error.h"
#include "fleet/clash.h"
#include "fleet/inventory.h"
#include "report/audit.h"
#include "report/internal.h"
#include "report/streams.h"
#include "store/columns.h"
#include "stream/finding.h"
#include "stream/identity.h"
#include "system/sql.h"

static const char holding[] = "cannot hold the findings";
static const char reading[] = "cannot read what the last plan left in the database";

int
load_tables(struct sql *sql, struct error *err)
{
	return sql_script(sql, report_tables_sql, "cannot lay out the tables", err) < 0 ||
	    sql_script(sql, report_absent_sql, "cannot lay out a table", err) < 0 ||
	    sql_script(sql, report_views_sql, "cannot lay out the views", err) < 0 ? -1 : 0;
}

/* The names of those of the columns that are a finding's, joined by commas. */
static struct str
names_of(const struct columns *columns, struct arena *a)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < columns->count; i++)
		if (columns->of[i])
			names = arena_printf(
			    a, "%.*s%s%s", STR_ARG(names), names.len ? ", " : "", columns->of[i]->name);
	return names;
}

/* --- findings that can clash --- */

/* Without what no clash is about. Findings of one app stand in the order of what is left, which is what the
 * registry holds of them, too. */
static int
add_claim(struct inventory *v, const struct finding *f, struct str after, struct error *err)
{
	struct finding claim = *f;

	claim.chain = after;
	claim.place.raw = claim.site.raw = (struct str)STR_INIT;
	if (f->record == FINDING_PORT)
		claim.whole = (struct str)STR_INIT;
	claim.site.span = (struct span){ 0, 0 };
	claim.has_digest = claim.site.known = claim.alias.known = false;
	return inventory_add(v, &claim, err);
}

/* --- from a stream --- */

enum kept { KEPT_UNKNOWN, KEPT_IN, KEPT_OUT };

struct intake {
	struct columns columns;		/* of the table */
	struct sql_query insert, is_shown, forget;
	enum kept kept[FINDING_OTHER + 1][ROLE_OTHER + 1];
};

/* Takes the finding at POSITION, the first of its record and role, out again where no view shows any of
 * them. */
static int
look_through_views(struct intake *in, int64_t position, enum kept *ret)
{
	int got;

	sql_bind_int(&in->is_shown, position);
	got = sql_next(&in->is_shown);
	*ret = got > 0 ? KEPT_IN : KEPT_OUT;
	if (got > 0)
		return sql_next(&in->is_shown);	/* its end */
	sql_bind_int(&in->forget, position);
	return got < 0 ? -1 : sql_run(&in->forget);
}

static int
put(struct intake *in, const struct finding *f, int64_t position, bool views_only)
{
	enum kept *kept = &in->kept[f->record][f->role];
	union column_room rooms[COLUMN_MAX];

	if (*kept == KEPT_OUT)
		return 0;
	sql_bind_int(&in->insert, position);
	for (size_t at = 0; at < in->columns.count; at++)	/* past each that is no finding's */
		columns_bind(&in->columns, &at, f, rooms, &in->insert);
	if (sql_run(&in->insert) < 0)
		return -1;
	return views_only && *kept == KEPT_UNKNOWN ? look_through_views(in, position, kept) : 0;
}

static int
put_fleet(struct sql *sql, const struct finding_reader *reader, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(
	    sql, "INSERT INTO fleet (source, root, version, host, scanned, part) "
	    "VALUES ('findings', ?1, ?2, ?3, ?4, ?5)", holding, err);

	SQL_BIND_STRS(&q, finding_reader_root(reader), finding_reader_version(reader),
	    finding_reader_host(reader), finding_reader_scanned(reader),
	    finding_reader_is_part(reader) ? STR("1") : STR(""));
	return sql_run(&q);
}

static void
intake_open(struct intake *in, struct sql *sql, struct error *err)
{
	AUTO(sql_query) all = sql_prepare(sql, "SELECT * FROM findings", holding, err);
	AUTO(arena) a = ARENA_INIT;
	struct str names, text;

	columns_find(&in->columns, &all, &finding_table);
	names = names_of(&in->columns, &a);
	text = arena_printf(&a, "INSERT INTO findings (position, %.*s) VALUES (?", STR_ARG(names));
	for (size_t i = 0; i < in->columns.count; i++)
		if (in->columns.of[i])
			text = arena_cat(&a, text, STR(", ?"));
	in->insert = sql_prepare(sql, arena_cat(&a, text, STR(")")).ptr, holding, err);
	in->is_shown = sql_prepare(sql, "SELECT 1 FROM berth_shown WHERE position = ?1", holding, err);
	in->forget = sql_prepare(sql, "DELETE FROM findings WHERE position = ?1", holding, err);
}

static void
intake_release(struct intake *in)
{
	sql_query_release(&in->insert);
	sql_query_release(&in->is_shown);
	sql_query_release(&in->forget);
}

MEM_AUTO(intake);

static int
take(struct intake *in, const struct finding *f, int64_t position, const struct audit_options *from,
    struct inventory *claims, struct error *err)
{
	if (put(in, f, position, from->views_only) < 0)
		return -1;
	return clash_is_about(f) ? add_claim(claims, f, (struct str)STR_INIT, err) : 0;
}

/* Gives the finding of an app on HOST names that no app and no file of the fleet has. */
static void
call_after(struct finding *f, struct str host, struct arena *a)
{
	struct str *const names[] = { &f->id.model, &f->app, &f->place.file, &f->site.file, &f->alias.file,
		&f->heir.file };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i]->len)
			*names[i] = arena_printf(a, "%.*s:%.*s", STR_ARG(host), STR_ARG(*names[i]));
}

/* Whether the two are scans of one fleet. Where not both say their host, folders tell. */
static bool
is_one_fleet(const struct finding_reader *a, const struct finding_reader *b)
{
	struct str host = finding_reader_host(a), other = finding_reader_host(b);
	struct str id = finding_reader_root_id(a);

	return str_eq(finding_reader_root(a), finding_reader_root(b)) && (host.len && other.len
	    ? str_eq(host, other)
	    : id.len && str_eq(id, finding_reader_root_id(b)));
}

static int
add_guest(struct sql_query *guest, struct load_guests *g, struct str app)
{
	g->apps++;
	sql_bind_str(guest, app);
	return sql_run(guest);
}

/* The apps that are meant, of the stream that FROM stands in. */
static int
take_guests(struct intake *in, const struct audit_options *from, int64_t *position, struct sql *sql,
    struct inventory *claims, struct error *err)
{
	AUTO(sql_query) guest = sql_prepare(sql, "INSERT INTO guests VALUES (?1)", holding, err);
	struct load_guests *g = from->guests;
	AUTO(arena) a = ARENA_INIT;
	struct str host = finding_reader_host(g->from->reader);
	bool is_home = is_one_fleet(from->reader, g->from->reader);
	struct finding f;
	int got;

	while ((got = finding_next(g->from->reader, &f, err)) > 0) {
		arena_reset(&a);
		/* a copy, as the pattern's reader wants a NUL behind it */
		if (f.record == FINDING_HELD || !identity_is_like(f.id, arena_dup(&a, f.app), g->pattern))
			continue;
		if (!is_home || dict_find(&g->there, f.app) == DICT_NONE) {
			call_after(&f, host.len ? host : STR("elsewhere"), &a);
			if (take(in, &f, ++*position, from, claims, err) < 0)
				return -1;
		}
		if (f.record == FINDING_APP && add_guest(&guest, g, f.app) < 0)
			return -1;
	}
	return got;
}

int
load_stream(struct sql *sql, const struct audit_options *from, struct inventory *claims, struct error *err)
{
	AUTO(intake) in = { .insert = SQL_QUERY_INIT, .is_shown = SQL_QUERY_INIT, .forget = SQL_QUERY_INIT };
	int64_t position = 0;
	struct finding f;
	int got;

	if (put_fleet(sql, from->reader, err) < 0)
		return -1;
	intake_open(&in, sql, err);
	while ((got = finding_next(from->reader, &f, err)) > 0) {
		if (take(&in, &f, ++position, from, claims, err) < 0)
			return -1;
		if (from->guests && f.record == FINDING_APP)
			(void)dict_add_copy(&from->guests->there, &from->guests->arena, f.app, 0);
	}
	while (got == 0 && from->guests && (got = streams_next(from->guests->from, err)) > 0)
		got = take_guests(&in, from, &position, sql, claims, err);
	return got;
}

/* --- from the registry --- */

/* The columns before those of the table. */
enum { LEFT_RECORD, LEFT_AFTER };

/* Into the table with all that the registry has of them. */
static int
put_left(struct sql *sql, const struct columns *columns, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str names = names_of(columns, &a);
	struct str text = arena_printf(&a, "INSERT INTO findings (%.*s, after, applied)"
	    " SELECT %.*s, after, applied FROM berth_left ORDER BY place", STR_ARG(names), STR_ARG(names));

	return sql_script(sql, text.ptr, reading, err);
}

static int
take_left(struct sql_query *q, const struct columns *columns, struct inventory *claims, struct error *err)
{
	int got;

	while ((got = sql_next(q)) > 0) {
		struct finding f = { 0 };

		if (!clash_may_be_about(finding_record_of(sql_column_str(q, LEFT_RECORD))))
			continue;		/* the other columns need not be read */
		columns_read(columns, q, &f);
		finding_read_detail(&f);
		if (clash_is_about(&f) && add_claim(claims, &f, sql_column_str(q, LEFT_AFTER), err) < 0)
			return -1;
	}
	return got;
}

int
load_registry(struct sql *sql, struct inventory *claims, struct error *err)
{
	AUTO(sql_query) q = SQL_QUERY_INIT;
	struct columns columns;

	if (sql_script(sql, report_registry_sql, reading, err) < 0)
		return -1;
	q = sql_prepare(
	    sql, "SELECT f.record, f.after, f.* FROM berth_findings f ORDER BY f.rowid", reading, err);
	columns_find(&columns, &q, &finding_table);
	columns.of[LEFT_RECORD] = NULL;		/* it comes again */
	if (take_left(&q, &columns, claims, err) < 0 || put_left(sql, &columns, err) < 0)
		return -1;
	return sql_script(sql, report_applied_sql, reading, err);
}

/* --- identities --- */

/* 1 where the registry knows the folder of app I as that of its twin's identity, which is then its own. */
static int
gets_back(struct sql *sql, const struct inventory *v, uint32_t i, struct error *err)
{
	const struct inventory_app *app = &v->apps[i];
	uint32_t holder = app->twin ? v->app_of[app->twin] : INVENTORY_NONE;
	AUTO(sql_query) q = SQL_QUERY_INIT;

	if (holder == INVENTORY_NONE || holder == i || !v->apps[holder].in_layout)
		return 0;
	q = sql_prepare(sql, "SELECT 1 FROM berth_apps WHERE model = ?1 AND app_num = ?2 AND in_layout"
	    " AND folder = (SELECT rtrim(root, '/') FROM fleet) || '/' || ?3", reading, err);
	sql_bind_str(&q, v->apps[holder].id.model);
	sql_bind_int(&q, (int64_t)v->apps[holder].id.app_num);
	sql_bind_str(&q, inventory_str(v, app->folder));
	return sql_next(&q);
}

/* What the table findings says of the identity of an app, as CLAIMS has it now. */
static int
put_identity(
    struct sql *sql, const struct inventory *v, const struct inventory_app *app, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(sql, "UPDATE findings SET model = ?2, app_num = ?3,"
	    " role = iif(record = 'app', ?4, role) WHERE app = ?1", "cannot sort the findings", err);

	SQL_BIND_STRS(&q, inventory_str(v, app->folder), app->id.model);
	sql_bind_int(&q, (int64_t)app->id.app_num);
	sql_bind_str(&q, app->in_layout ? STR("layout") : STR(""));
	return sql_run(&q);
}

int
load_identities(struct sql *sql, struct inventory *claims, struct error *err)
{
	bool any = false;

	inventory_settle(claims);
	for (uint32_t i = 0; i < claims->app_count; i++) {
		uint32_t twin = claims->apps[i].twin, holder = twin ? claims->app_of[twin] : INVENTORY_NONE;
		int got = gets_back(sql, claims, i, err);

		if (got < 0)
			return -1;
		if (got == 0)
			continue;
		inventory_swap_twin(claims, i);
		any = true;
		if (put_identity(sql, claims, &claims->apps[i], err) < 0 ||
		    put_identity(sql, claims, &claims->apps[holder], err) < 0)
			return -1;
	}
	if (any)
		inventory_settle(claims);
	return 0;
}

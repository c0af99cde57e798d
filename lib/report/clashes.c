/* clashes: the clashes of an audit's findings, as a table.
 * SPDX-License-Identifier: MIT */
#include "report/clashes.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/buf.h"
#include "fleet/clash.h"
#include "base/error.h"
#include "stream/finding.h"
#include "fleet/inventory.h"

/* The columns of SELECT below, in its order. */
enum column {
	C_RECORD, C_MODEL, C_APP_NUM, C_APP, C_SERVICE, C_ROLE, C_HOST_IP, C_HOST_PORT, C_CONTAINER_PORT, C_PROTOCOL, C_VALUE,
	C_VARIABLE, C_ORIGIN, C_FILE, C_LINE, C_COLUMN, C_OFFSET, C_LENGTH, C_PROFILE, C_NETWORK_MODE, C_DETAIL, C_REPLICAS,
	C_SITE_FILE, C_SITE_LINE, C_SITE_COLUMN
};

/* ?1: the moment. host_port and value are what the files hold then. */
static const char select_findings[] =
	"SELECT record, model, app_num, app, service, role, host_ip,"
	" CASE WHEN record = 'port' AND shown THEN after ELSE host_port END, container_port, protocol,"
	" CASE WHEN record <> 'port' AND shown THEN after ELSE value END, variable, origin, file, line, column, offset,"
	" length, profile, network_mode, detail, replicas, site_file, site_line, site_column"
	" FROM (SELECT *, coalesce(after, '') <> '' AND (?1 = 'planned' OR (?1 = 'now' AND applied)) AS shown FROM findings"
	" WHERE record IN ('app', 'port', 'name', 'project', 'volume', 'network')) ORDER BY position";

static const char insert_clash[] =
	"INSERT INTO clashes (moment, kind, value, model, app_num, app, service, file, line, column, other_model,"
	" other_app_num, other_app, other_service, other_file, other_line, other_column, message)"
	" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)";

/* An app of a row is below the root where its folder is known and begins with it. */
static const char select_pairs[] =
	"SELECT p.model, p.app_num, p.backend_port, p.frontend_port, f.root <> '' AND (a.folder = f.root OR"
	" substr(CAST(a.folder AS BLOB), 1, length(CAST(f.root AS BLOB)) + 1) ="
	" CAST(CASE f.root WHEN '/' THEN '/' ELSE f.root || '/' END AS BLOB))"
	" FROM port_configurations p CROSS JOIN (SELECT coalesce((SELECT root FROM fleet), '') AS root) f"
	" LEFT JOIN berth_apps a ON a.in_layout AND a.model = p.model AND a.app_num = p.app_num ORDER BY p.model, p.app_num";

/* A name that the folder gives stands in no file: its app's compose file is where one would write another. */
static const char place_the_rest[] =
	"UPDATE clashes SET file = coalesce((SELECT f.file FROM findings f WHERE f.record = 'file' AND f.app = clashes.app"
	" AND f.role = 'compose' AND f.digest <> '' LIMIT 1), '') WHERE file = '';"
	"UPDATE clashes SET other_file = coalesce((SELECT f.file FROM findings f WHERE f.record = 'file' AND f.app ="
	" clashes.other_app AND f.role = 'compose' AND f.digest <> '' LIMIT 1), '') WHERE other_file = ''";

static int
failed(sqlite3 *sql, struct error *err)
{
	return error_set(err, "cannot look for clashes: %s", sqlite3_errmsg(sql));
}

static struct str
text(sqlite3_stmt *stmt, int c)
{
	const void *bytes = sqlite3_column_blob(stmt, c);

	return (struct str){ bytes, (size_t)sqlite3_column_bytes(stmt, c) };
}

static uint64_t
number(sqlite3_stmt *stmt, int c)
{
	sqlite3_int64 n = sqlite3_column_int64(stmt, c);

	return n > 0 ? (uint64_t)n : 0;
}

static enum finding_record
record_of(struct str name)
{
	for (int r = 0; r < FINDING_OTHER; r++)
		if (str_eq(name, str_from(finding_record_name((enum finding_record)r))))
			return (enum finding_record)r;
	return FINDING_OTHER;
}

static enum origin
origin_of(struct str name)
{
	for (int o = ORIGIN_LITERAL; o <= ORIGIN_DEFAULT; o++)
		if (str_eq(name, str_from(origin_names[o])))
			return (enum origin)o;
	return ORIGIN_NONE;
}

static struct finding
finding_of(sqlite3_stmt *stmt)
{
	return (struct finding){
		.record = record_of(text(stmt, C_RECORD)), .model = text(stmt, C_MODEL), .app_num = number(stmt, C_APP_NUM),
		.app = text(stmt, C_APP), .service = text(stmt, C_SERVICE), .role = finding_role_of(text(stmt, C_ROLE)),
		.host_ip = text(stmt, C_HOST_IP), .host_port = text(stmt, C_HOST_PORT),
		.container_port = text(stmt, C_CONTAINER_PORT), .protocol = text(stmt, C_PROTOCOL),
		.value = text(stmt, C_VALUE), .variable = text(stmt, C_VARIABLE), .origin = origin_of(text(stmt, C_ORIGIN)),
		.place = { .known = sqlite3_column_type(stmt, C_OFFSET) == SQLITE_INTEGER, .file = text(stmt, C_FILE),
		    .line = (size_t)number(stmt, C_LINE), .column = (size_t)number(stmt, C_COLUMN),
		    .span = { (size_t)number(stmt, C_OFFSET), (size_t)number(stmt, C_LENGTH) } },
		.profile = text(stmt, C_PROFILE), .network_mode = text(stmt, C_NETWORK_MODE), .detail = text(stmt, C_DETAIL),
		.replicas = text(stmt, C_REPLICAS),
		.site = { .file = text(stmt, C_SITE_FILE), .line = (size_t)number(stmt, C_SITE_LINE),
		    .column = (size_t)number(stmt, C_SITE_COLUMN) },
	};
}

static int
read_inventory(sqlite3 *sql, const char *moment, struct inventory *v, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int got = SQLITE_ERROR, result = 0;

	if (sqlite3_prepare_v2(sql, select_findings, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(stmt, 1, moment, -1, SQLITE_STATIC) == SQLITE_OK)
		while (result == 0 && (got = sqlite3_step(stmt)) == SQLITE_ROW) {
			struct finding f = finding_of(stmt);

			result = inventory_add(v, &f, err);
		}
	if (result == 0 && got != SQLITE_DONE)
		result = failed(sql, err);
	(void)sqlite3_finalize(stmt);	/* repeats the step's result */
	inventory_settle(v);
	return result;
}

struct pairs {
	struct clash_pair *items;
	size_t count, cap;
	struct arena arena;
};

static uint16_t
port_of(sqlite3_stmt *stmt, int c)
{
	sqlite3_int64 n = sqlite3_column_int64(stmt, c);

	return n > 0 && n <= UINT16_MAX ? (uint16_t)n : 0;
}

static int
read_pairs(sqlite3 *sql, struct pairs *p, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int got = SQLITE_ERROR;

	if (sqlite3_prepare_v2(sql, select_pairs, -1, &stmt, NULL) == SQLITE_OK)
		while ((got = sqlite3_step(stmt)) == SQLITE_ROW) {
			ARENA_GROW(&p->arena, p->items, p->count, p->cap);
			p->items[p->count++] = (struct clash_pair){ arena_dup(&p->arena, text(stmt, 0)), number(stmt, 1),
			    port_of(stmt, 2), port_of(stmt, 3), sqlite3_column_int(stmt, 4) != 0 };
		}
	(void)sqlite3_finalize(stmt);
	return got == SQLITE_DONE ? 0 : failed(sql, err);
}

static void
bind_text(sqlite3_stmt *stmt, int *at, struct str s)
{
	(void)sqlite3_bind_text64(stmt, (*at)++, s.len ? s.ptr : "", s.len, SQLITE_STATIC, SQLITE_UTF8);
}

static void
bind_number(sqlite3_stmt *stmt, int *at, bool is_there, uint64_t n)
{
	if (is_there)
		(void)sqlite3_bind_int64(stmt, (*at)++, (sqlite3_int64)n);
	else
		(void)sqlite3_bind_null(stmt, (*at)++);
}

/* A failed bind leaves null, and only for want of memory: none of these is looked at. */
static void
bind_side(sqlite3_stmt *stmt, int *at, const struct inventory *v, const struct clash_side *s)
{
	bool any = s->model.len != 0 || s->app != INVENTORY_NONE;
	struct finding f = { .record = FINDING_OTHER };

	if (s->item != INVENTORY_NONE)
		inventory_finding(v, s->item, &f);
	bind_text(stmt, at, s->model);
	bind_number(stmt, at, any, s->app_num);
	bind_text(stmt, at, s->app == INVENTORY_NONE ? (struct str)STR_INIT : inventory_str(v, v->apps[s->app].folder));
	bind_text(stmt, at, s->service);
	/* A name that several texts make up has no place of its own; where it is written, it has. */
	const struct place *p = f.place.file.len ? &f.place : &f.site;

	bind_text(stmt, at, p->file);
	bind_number(stmt, at, p->line != 0, p->line);
	bind_number(stmt, at, p->column != 0, p->column);
}

struct writer {
	sqlite3 *sql;
	sqlite3_stmt *stmt;
	const char *moment;
	const struct inventory *v;
};

/* In the table the app that has to give way comes first: it is the one whose file the place names. */
static int
write_clash(void *context, const struct clash *c, struct error *err)
{
	const struct writer *w = context;
	int at = 1;

	bind_text(w->stmt, &at, str_from(w->moment));
	bind_text(w->stmt, &at, str_from(clash_kind_name(c->kind)));
	bind_text(w->stmt, &at, c->what);
	bind_side(w->stmt, &at, w->v, &c->other);
	bind_side(w->stmt, &at, w->v, &c->holder);
	bind_text(w->stmt, &at, c->detail);
	return sqlite3_step(w->stmt) != SQLITE_DONE || sqlite3_reset(w->stmt) != SQLITE_OK ? failed(w->sql, err) : 0;
}

static int
fill(sqlite3 *sql, const char *moment, const struct clash_options *opt, struct error *err)
{
	AUTO(inventory) v = INVENTORY_INIT;
	struct writer w = { sql, NULL, moment, &v };
	int result;

	if (read_inventory(sql, moment, &v, err) < 0)
		return -1;
	if (sqlite3_prepare_v2(sql, insert_clash, -1, &w.stmt, NULL) != SQLITE_OK)
		return failed(sql, err);
	result = clash_find(&v, opt, write_clash, &w, err);
	(void)sqlite3_finalize(w.stmt);
	return result;
}

static int
has_plan(sqlite3 *sql, bool *ret, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	int got;

	if (sqlite3_prepare_v2(sql, "SELECT 1 FROM findings WHERE coalesce(after, '') <> '' LIMIT 1", -1, &stmt, NULL) !=
	    SQLITE_OK)
		return failed(sql, err);
	got = sqlite3_step(stmt);
	*ret = got == SQLITE_ROW;
	(void)sqlite3_finalize(stmt);
	return got == SQLITE_ROW || got == SQLITE_DONE ? 0 : failed(sql, err);
}

int
audit_clashes_fill(sqlite3 *sql, const uint8_t *listening, struct error *err)
{
	struct pairs pairs = { NULL, 0, 0, ARENA_INIT };
	struct clash_options opt = { NULL, 0, NULL, NULL, 0 }, alone = opt;
	bool planned = false;
	int result;

	opt.listening = listening;
	result = read_pairs(sql, &pairs, err);
	opt.pairs = pairs.items;
	opt.pair_count = pairs.count;
	if (result == 0)
		result = fill(sql, "now", &opt, err);
	if (result == 0)
		result = has_plan(sql, &planned, err);
	if (result == 0 && planned)
		result = fill(sql, "found", &alone, err) < 0 || fill(sql, "planned", &alone, err) < 0 ? -1 : 0;
	if (result == 0 && sqlite3_exec(sql, place_the_rest, NULL, NULL, NULL) != SQLITE_OK)
		result = failed(sql, err);
	arena_release(&pairs.arena);
	return result;
}

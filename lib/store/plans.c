/* plans: what plan and apply read and write in the database.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <sqlite3.h>

#include "stream/change.h"
#include "base/error.h"
#include "stream/finding.h"
#include "store/internal.h"

/* The end of a loop over rows: GOT is what the last step said. Resets the statement. */
static int
end_rows(struct store *s, sqlite3_stmt *st, int got, const char *doing, struct error *err)
{
	if (got != SQLITE_DONE)
		(void)store_fail(s, doing, err);
	(void)sqlite3_reset(st);
	return got == SQLITE_DONE ? 0 : -1;
}

int
store_plan_known(struct store *s, struct str plan, bool *ret, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PLAN_KNOWN, err);
	int got;

	if (!st)
		return -1;
	store_bind(st, 1, plan);
	got = sqlite3_step(st);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		(void)store_fail(s, "looking the plan up", err);
	(void)sqlite3_reset(st);
	*ret = got == SQLITE_ROW;
	return got == SQLITE_ROW || got == SQLITE_DONE ? 0 : -1;
}

static int
mark_rows(struct store *s, struct str plan, const struct store_marked *apps, size_t count, bool applied, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PLAN_STATE, err);

	if (!st)
		return -1;
	store_bind(st, 1, plan);
	store_bind(st, 2, applied ? STR("applied") : STR("undone"));
	if (store_run(s, st, "marking the plan", err) < 0)
		return -1;
	if (sqlite3_changes(s->db) == 0)
		return error_set(err, "marking the plan: it is not known here");
	if (count == 0)
		return 0;
	if (!(st = store_statement(s, SQL_PLAN_BEHIND, err)))
		return -1;
	store_bind(st, 1, plan);
	if (store_run(s, st, "marking the plan", err) < 0 || !(st = store_statement(s, SQL_APP_APPLIED, err)))
		return -1;
	for (size_t i = 0; i < count; i++) {
		store_bind(st, 1, plan);
		store_bind(st, 2, apps[i].folder);
		store_bind_uint(st, 3, apps[i].changes);
		store_bind_uint(st, 4, applied);
		if (store_run(s, st, "marking an app", err) < 0)
			return -1;
	}
	return 0;
}

static int
mark(struct store *s, struct str plan, const struct store_marked *apps, size_t count, bool applied, struct error *err)
{
	if (store_begin(s, err) < 0)
		return -1;
	if (mark_rows(s, plan, apps, count, applied, err) == 0 && store_commit(s, err) == 0)
		return 0;
	store_rollback(s);
	return -1;
}

int
store_mark_applied(struct store *s, struct str plan, const struct store_marked *apps, size_t count, struct error *err)
{
	return mark(s, plan, apps, count, true, err);
}

int
store_mark_undone(struct store *s, struct str plan, const struct store_marked *apps, size_t count, struct error *err)
{
	return mark(s, plan, apps, count, false, err);
}

/* A column as a port; 0 where it is none. */
static uint16_t
column_port(sqlite3_stmt *st, int i)
{
	sqlite3_int64 n = sqlite3_column_int64(st, i);

	return n > 0 && n <= UINT16_MAX ? (uint16_t)n : 0;
}

int
store_pairs(struct store *s, struct arena *a, struct store_pair **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PAIRS, err);
	struct store_pair *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	if (!st)
		return -1;
	while ((got = sqlite3_step(st)) == SQLITE_ROW) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_pair){ .model = store_text(st, 0, a),
			.app_num = (uint64_t)sqlite3_column_int64(st, 1), .backend = column_port(st, 2),
			.frontend = column_port(st, 3), .folder = store_text(st, 4, a) };
	}
	*ret = rows;
	*ret_count = count;
	return end_rows(s, st, got, "reading port_configurations", err);
}

int
store_park_pair(struct store *s, struct str model, uint64_t app_num, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PARK_PAIR, err);

	if (!st)
		return -1;
	store_bind(st, 1, model);
	store_bind_uint(st, 2, app_num);
	return store_run(s, st, "changing a pair in port_configurations", err);
}

int
store_put_pair(struct store *s, struct str model, uint64_t app_num, uint16_t backend, uint16_t frontend, struct error *err)
{
	for (enum store_sql sql = SQL_UPDATE_PAIR; sql <= SQL_INSERT_PAIR; sql++) {
		sqlite3_stmt *st = store_statement(s, sql, err);

		if (!st)
			return -1;
		store_bind(st, 1, model);
		store_bind_uint(st, 2, app_num);
		store_bind_uint(st, 3, backend);
		store_bind_uint(st, 4, frontend);
		if (store_run(s, st, "registering a pair in port_configurations", err) < 0)
			return -1;
		if (sqlite3_changes(s->db) > 0)
			return 0;
	}
	return 0;
}

int
store_release(struct store *s, struct str model, uint64_t app_num, bool *ret, struct error *err)
{
	*ret = false;
	for (enum store_sql sql = SQL_DELETE_PAIR; sql <= SQL_DELETE_APP; sql++) {
		sqlite3_stmt *st = store_statement(s, sql, err);

		if (!st)
			return -1;
		store_bind(st, 1, model);
		store_bind_uint(st, 2, app_num);
		if (store_run(s, st, "releasing an app's ports", err) < 0)
			return -1;
		*ret = *ret || sqlite3_changes(s->db) > 0;
	}
	return 0;
}

int
store_forget_app(struct store *s, struct str folder, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_FORGET_APP, err);

	if (!st)
		return -1;
	store_bind(st, 1, folder);
	return store_run(s, st, "forgetting an app", err);
}

int
store_read_json(struct store *s, struct str json, struct arena *a, struct store_pair **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_READ_JSON, err);
	struct store_pair *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	if (!st)
		return -1;
	store_bind(st, 1, json);
	while ((got = sqlite3_step(st)) == SQLITE_ROW) {
		sqlite3_int64 num = sqlite3_column_int64(st, 1);

		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_pair){ .model = store_text(st, 0, a), .app_num = num > 0 ? (uint64_t)num : 0,
			.backend = column_port(st, 2), .frontend = column_port(st, 3) };
	}
	if (got != SQLITE_DONE)
		error_set(err, "not a JSON list of allocations: %s", sqlite3_errmsg(s->db));
	(void)sqlite3_reset(st);
	*ret = rows;
	*ret_count = count;
	return got == SQLITE_DONE ? 0 : -1;
}

int
store_ports(struct store *s, struct arena *a, struct store_port **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PORTS, err);
	struct store_port *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	if (!st)
		return -1;
	while ((got = sqlite3_step(st)) == SQLITE_ROW) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_port){ .folder = store_text(st, 0, a), .service = store_text(st, 1, a),
			.protocol = store_text(st, 2, a), .address = store_text(st, 3, a),
			.container_port = store_text(st, 4, a), .role = store_text(st, 5, a),
			.port = column_port(st, 6), .found = column_port(st, 7) };
	}
	*ret = rows;
	*ret_count = count;
	return end_rows(s, st, got, "reading berth_ports", err);
}

int
store_names(struct store *s, struct arena *a, struct store_name **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_NAMES, err);
	struct store_name *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	if (!st)
		return -1;
	while ((got = sqlite3_step(st)) == SQLITE_ROW) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_name){ .folder = store_text(st, 0, a), .kind = store_text(st, 1, a),
			.service = store_text(st, 2, a), .name = store_text(st, 3, a) };
	}
	*ret = rows;
	*ret_count = count;
	return end_rows(s, st, got, "reading berth_names", err);
}

int
store_apps(struct store *s, struct arena *a, struct store_app **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_APPS, err);
	struct store_app *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	if (!st)
		return -1;
	while ((got = sqlite3_step(st)) == SQLITE_ROW) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_app){ .folder = store_text(st, 0, a), .model = store_text(st, 1, a),
			.app_num = (uint64_t)sqlite3_column_int64(st, 2), .in_layout = sqlite3_column_int(st, 3) != 0 };
	}
	*ret = rows;
	*ret_count = count;
	return end_rows(s, st, got, "reading berth_apps", err);
}

int
store_put_app(struct store *s, struct str folder, struct str model, uint64_t app_num, bool in_layout, struct error *err)
{
	for (enum store_sql sql = SQL_DROP_IDENTITY; sql <= SQL_PUT_APP; sql++) {
		sqlite3_stmt *st = store_statement(s, sql, err);

		if (!st)
			return -1;
		store_bind(st, 1, folder);
		store_bind(st, 2, model);
		store_bind_uint(st, 3, app_num);
		store_bind_uint(st, 4, in_layout);
		if (store_run(s, st, "registering an app", err) < 0)
			return -1;
	}
	return 0;
}

int
store_clear_app(struct store *s, struct str folder, struct error *err)
{
	for (enum store_sql sql = SQL_CLEAR_PORTS; sql <= SQL_CLEAR_NAMES; sql++) {
		sqlite3_stmt *st = store_statement(s, sql, err);

		if (!st)
			return -1;
		store_bind(st, 1, folder);
		if (store_run(s, st, "clearing an app's ports and names", err) < 0)
			return -1;
	}
	return 0;
}

int
store_put_port(struct store *s, const struct store_port *p, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PUT_PORT, err);

	if (!st)
		return -1;
	store_bind_uint(st, 1, p->port);
	store_bind(st, 2, p->protocol);
	store_bind(st, 3, p->address);
	store_bind(st, 4, p->folder);
	store_bind(st, 5, p->service);
	store_bind(st, 6, p->container_port);
	store_bind(st, 7, p->role);
	store_bind_uint(st, 8, p->found);
	return store_run(s, st, "registering a port", err);
}

int
store_put_name(struct store *s, const struct store_name *n, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PUT_NAME, err);

	if (!st)
		return -1;
	store_bind(st, 1, n->kind);
	store_bind(st, 2, n->name);
	store_bind(st, 3, n->folder);
	store_bind(st, 4, n->service);
	return store_run(s, st, "registering a name", err);
}

int
store_put_plan(struct store *s, struct str id, struct str root, struct error *err)
{
	sqlite3_stmt *st;

	for (enum store_sql sql = SQL_DROP_PLAN_APPS; sql <= SQL_DROP_CHANGES; sql++)
		if (!(st = store_statement(s, sql, err)) || store_run(s, st, "clearing the last plan", err) < 0)
			return -1;
	if (!(st = store_statement(s, SQL_PLAN_CURRENT, err)) || store_run(s, st, "clearing the last plan", err) < 0 ||
	    !(st = store_statement(s, SQL_PUT_PLAN, err)))
		return -1;
	store_bind(st, 1, id);
	store_bind(st, 2, root);
	return store_run(s, st, "registering the plan", err);
}

int
store_put_plan_app(struct store *s, struct str id, struct str folder, size_t changes, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PUT_PLAN_APP, err);

	if (!st)
		return -1;
	store_bind(st, 1, id);
	store_bind(st, 2, folder);
	store_bind_uint(st, 3, changes);
	return store_run(s, st, "registering an app's plan", err);
}

/* The five columns of a place from column I on: what is not known is NULL. */
static void
bind_place(sqlite3_stmt *st, int i, struct str file, size_t line, size_t column, bool known, struct span span)
{
	store_bind(st, i, file);
	(void)(line ? sqlite3_bind_int64(st, i + 1, (sqlite3_int64)line) : sqlite3_bind_null(st, i + 1));
	(void)(column ? sqlite3_bind_int64(st, i + 2, (sqlite3_int64)column) : sqlite3_bind_null(st, i + 2));
	(void)(known ? sqlite3_bind_int64(st, i + 3, (sqlite3_int64)span.off) : sqlite3_bind_null(st, i + 3));
	(void)(known ? sqlite3_bind_int64(st, i + 4, (sqlite3_int64)span.len) : sqlite3_bind_null(st, i + 4));
}

int
store_put_finding(struct store *s, const struct finding *f, struct str after, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PUT_FINDING, err);
	const struct str front[] = { f->app, f->service, finding_role_word(f), f->host_ip, f->host_port, f->container_port, f->protocol,
		f->value, f->variable, str_from(origin_names[f->origin]) };
	const struct str back[] = { f->profile, f->network_mode, f->detail, f->chain, f->replicas, after };

	if (!st)
		return -1;
	store_bind(st, 1, str_from(finding_record_name(f->record)));
	store_bind(st, 2, f->model);
	store_bind_uint(st, 3, f->app_num);
	for (size_t i = 0; i < sizeof front / sizeof *front; i++)
		store_bind(st, (int)i + 4, front[i]);
	bind_place(st, 14, f->place.file, f->place.line, f->place.column, f->place.known, f->place.span);
	for (size_t i = 0; i < sizeof back / sizeof *back; i++)
		store_bind(st, (int)i + 19, back[i]);
	return store_run(s, st, "keeping a finding", err);
}

int
store_put_change(struct store *s, struct str id, const struct change *c, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PUT_CHANGE, err);

	if (!st)
		return -1;
	store_bind(st, 1, id);
	store_bind(st, 2, str_from(change_action_name(c->action)));
	store_bind(st, 3, c->model);
	store_bind_uint(st, 4, c->app_num);
	store_bind(st, 5, c->app);
	store_bind(st, 6, c->service);
	bind_place(st, 7, c->file, c->line, c->column, c->has_span, c->span);
	store_bind(st, 12, c->old);
	store_bind(st, 13, c->new);
	store_bind(st, 14, str_from(change_reason_name(c->reason)));
	store_bind(st, 15, c->detail);
	return store_run(s, st, "keeping a change", err);
}

/* allocations: the pairs, ports and names that apps hold, and the apps themselves.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/error.h"
#include "store/internal.h"

/* A column as a port; 0 where it is none. */
static uint16_t
column_port(const struct sql_query *q, int column)
{
	return (uint16_t)sql_column_uint(q, column, UINT16_MAX);
}

static int
run_for_app(struct store *s, enum store_statement statement, struct identity id,
    struct error *err)
{
	struct sql_query q = sql_query(s->db, statement, err);

	sql_bind_str(&q, id.model);
	sql_bind_int(&q, (int64_t)id.app_num);
	return sql_run(&q);
}

static int
run_for_folder(struct store *s, enum store_statement statement, struct str folder, struct error *err)
{
	struct sql_query q = sql_query(s->db, statement, err);

	sql_bind_str(&q, folder);
	return sql_run(&q);
}

int
store_pairs(struct store *s, struct arena *a, struct store_pair **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PAIRS, err);
	struct store_pair *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_pair){ .id = { sql_column_copy(&q, 0, a),
							 (uint64_t)sql_column_int(&q, 1) },
			.backend = column_port(&q, 2),
			.frontend = column_port(&q, 3),
			.folder = sql_column_copy(&q, 4, a) };
	}
	*ret = rows;
	*ret_count = count;
	return got;
}

int
store_park_pair(struct store *s, struct identity id, struct error *err)
{
	return run_for_app(s, Q_PARK_PAIR, id, err);
}

static struct sql_query
query_for_pair(struct store *s, enum store_statement statement, const struct store_pair *p, struct error *err)
{
	struct sql_query q = sql_query(s->db, statement, err);

	sql_bind_str(&q, p->id.model);
	sql_bind_int(&q, (int64_t)p->id.app_num);
	sql_bind_int(&q, p->backend);
	sql_bind_int(&q, p->frontend);
	return q;
}

static int
write_pair(struct store *s, enum store_statement statement, const struct store_pair *p, struct error *err)
{
	struct sql_query q = query_for_pair(s, statement, p, err);

	return sql_run(&q);
}

/* Whether the table has the row now, which a trigger of its owner's may have seen to that it has not. */
static int
check_pair(struct store *s, const struct store_pair *p, struct error *err)
{
	AUTO(sql_query) q = query_for_pair(s, Q_HAS_PAIR, p, err);
	int got = sql_next(&q);

	if (got != 0)
		return got < 0 ? -1 : 0;
	error_set(err, "port_configurations does not keep the row of " IDENTITY_FORMAT ": a trigger of it "
	    "takes that away; nothing was registered", IDENTITY_ARG(p->id));
	return error_file(err, str_from(store_path(s)));
}

int
store_put_pair(struct store *s, struct identity id, uint16_t backend, uint16_t frontend,
    struct error *err)
{
	const struct store_pair p = { id, backend, frontend, STR_INIT };

	if (write_pair(s, Q_UPDATE_PAIR, &p, err) < 0 ||
	    (sql_changes(s->db) == 0 && write_pair(s, Q_INSERT_PAIR, &p, err) < 0))
		return -1;
	return check_pair(s, &p, err);
}

int
store_release(struct store *s, struct identity id, bool *ret, struct error *err)
{
	size_t released = 0;

	for (enum store_statement i = Q_DELETE_PAIR; i <= Q_DELETE_APP; i++) {
		if (run_for_app(s, i, id, err) < 0)
			return -1;
		released += sql_changes(s->db);
	}
	*ret = released > 0;
	return 0;
}

int
store_forget_app(struct store *s, struct str folder, struct error *err)
{
	return run_for_folder(s, Q_FORGET_APP, folder, err);
}

static int
move_app(struct store *s, struct str from, struct str to, struct identity id, bool in_layout,
    struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_MOVE_APP, err);

	SQL_BIND_STRS(&q, from, to, id.model);
	sql_bind_int(&q, (int64_t)id.app_num);
	sql_bind_int(&q, in_layout);
	return sql_run(&q);
}

static int
move_pair(struct store *s, struct identity from, struct identity to, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_MOVE_PAIR, err);

	sql_bind_str(&q, from.model);
	sql_bind_int(&q, (int64_t)from.app_num);
	sql_bind_str(&q, to.model);
	sql_bind_int(&q, (int64_t)to.app_num);
	return sql_run(&q);
}

static int
give_names(struct store *s, struct str from, struct str to, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_GIVE_NAMES, err);

	SQL_BIND_STRS(&q, from, to);
	return sql_run(&q);
}

/* What the registry has in the place TO goes, but for names, which a plan gave to whoever it found there.
 * Outside the layout an app of another root may be called so as well. */
static int
clear_place(struct store *s, const struct store_move *m, struct str away, struct error *err)
{
	bool had;

	return give_names(s, m->to, away, err) < 0 || store_forget_app(s, m->to, err) < 0 ||
		(m->in_layout && store_release(s, m->is, &had, err) < 0)
	    ? -1
	    : 0;
}

static int
take_place(struct store *s, const struct store_move *m, struct str away, struct error *err)
{
	if (move_app(s, away, m->to, m->is, m->in_layout, err) < 0 ||
	    move_pair(s, (struct identity){ away, 1 }, m->is, err) < 0)
		return -1;
	return identity_eq(m->was, m->is) ? 0 : run_for_folder(s, Q_KEEP_PROJECT, m->to, err);
}

/* By way of folders and identities that no app has, as one may have been moved to where another was. */
int
store_move_apps(struct store *s, const struct store_move *moves, size_t count, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str *away = arena_zero(&a, count + 1, sizeof *away);

	for (size_t i = 0; i < count; i++) {
		away[i] = arena_printf(&a, "berth moves %zu", i);
		if (move_app(s, moves[i].from, away[i], (struct identity){ away[i], 1 }, false, err) < 0 ||
		    move_pair(s, moves[i].was, (struct identity){ away[i], 1 }, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < count; i++)
		if (clear_place(s, &moves[i], away[i], err) < 0)
			return -1;
	for (size_t i = 0; i < count; i++)
		if (take_place(s, &moves[i], away[i], err) < 0)
			return -1;
	return 0;
}

int
store_roots(struct store *s, struct arena *a, struct str **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_ROOTS, err);
	struct str *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = sql_column_copy(&q, 0, a);
	}
	*ret = rows;
	*ret_count = count;
	return got;
}

int
store_read_json(struct store *s, struct str json, struct arena *a, struct store_pair **ret,
    size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_READ_JSON, err);
	struct store_pair *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	sql_bind_str(&q, json);
	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_pair){ .id = { sql_column_copy(&q, 0, a),
							 sql_column_uint(&q, 1, INT64_MAX) },
			.backend = column_port(&q, 2),
			.frontend = column_port(&q, 3) };
	}
	*ret = rows;
	*ret_count = count;
	return got;
}

/* The rows of STATEMENT, which are ports. */
static int
read_ports(struct store *s, enum store_statement statement, struct arena *a, struct store_port **ret,
    size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(s->db, statement, err);
	struct store_port *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_port){ .folder = sql_column_copy(&q, 0, a),
			.service = sql_column_copy(&q, 1, a), .protocol = sql_column_copy(&q, 2, a),
			.address = sql_column_copy(&q, 3, a), .container_port = sql_column_copy(&q, 4, a),
			.role = sql_column_copy(&q, 5, a), .port = column_port(&q, 6),
			.found = column_port(&q, 7) };
	}
	*ret = rows;
	*ret_count = count;
	return got;
}

int
store_ports(struct store *s, struct arena *a, struct store_port **ret, size_t *ret_count, struct error *err)
{
	return read_ports(s, Q_PORTS, a, ret, ret_count, err);
}

int
store_former(struct store *s, struct arena *a, struct store_port **ret, size_t *ret_count, struct error *err)
{
	return read_ports(s, Q_FORMER, a, ret, ret_count, err);
}

int
store_names(struct store *s, struct arena *a, struct store_name **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_NAMES, err);
	struct store_name *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_name){ .folder = sql_column_copy(&q, 0, a),
			.kind = sql_column_copy(&q, 1, a), .service = sql_column_copy(&q, 2, a),
			.name = sql_column_copy(&q, 3, a) };
	}
	*ret = rows;
	*ret_count = count;
	return got;
}

int
store_apps(struct store *s, struct arena *a, struct store_app **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_APPS, err);
	struct store_app *rows = NULL;
	size_t count = 0, cap = 0;
	int got;

	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, rows, count, cap);
		rows[count++] = (struct store_app){ .folder = sql_column_copy(&q, 0, a),
			.id = { sql_column_copy(&q, 1, a), (uint64_t)sql_column_int(&q, 2) },
			.in_layout = sql_column_int(&q, 3) != 0 };
	}
	*ret = rows;
	*ret_count = count;
	return got;
}

int
store_put_app(struct store *s, struct str folder, struct identity id, bool in_layout,
    struct error *err)
{
	for (enum store_statement i = Q_DROP_IDENTITY; i <= Q_PUT_APP; i++) {
		struct sql_query q = sql_query(s->db, i, err);

		SQL_BIND_STRS(&q, folder, id.model);
		sql_bind_int(&q, (int64_t)id.app_num);
		sql_bind_int(&q, in_layout);
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

int
store_clear_app(struct store *s, struct str folder, struct error *err)
{
	if (run_for_folder(s, Q_CLEAR_PORTS, folder, err) < 0)
		return -1;
	return run_for_folder(s, Q_CLEAR_NAMES, folder, err);
}

int
store_put_port(struct store *s, const struct store_port *p, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_PORT, err);

	SQL_BIND_STRS(&q, p->folder, p->service, p->protocol, p->address, p->container_port, p->role);
	sql_bind_int(&q, p->port);
	sql_bind_int(&q, p->found);
	return sql_run(&q);
}

int
store_put_former(struct store *s, const struct store_port *p, uint16_t port, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_FORMER, err);

	SQL_BIND_STRS(&q, p->folder, p->service, p->protocol, p->container_port);
	sql_bind_int(&q, port);
	return sql_run(&q);
}

static int
write_name(struct store *s, enum store_statement statement, const struct store_name *n, struct error *err)
{
	struct sql_query q = sql_query(s->db, statement, err);

	SQL_BIND_STRS(&q, n->folder, n->kind, n->service, n->name);
	return sql_run(&q);
}

/* Most are new; one statement for both would keep a journal of its own for each row. */
int
store_put_name(struct store *s, const struct store_name *n, struct error *err)
{
	if (write_name(s, Q_PUT_NAME, n, err) < 0)
		return -1;
	return sql_changes(s->db) ? 0 : write_name(s, Q_TAKE_NAME, n, err);
}

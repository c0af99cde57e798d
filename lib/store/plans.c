/* plans: the record of the last plan, and what has become of it and of earlier ones.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/error.h"
#include "store/internal.h"
#include "stream/change.h"
#include "stream/finding.h"

static int
has_row(struct sql_query *q, bool *ret)
{
	int got = sql_next(q);

	*ret = got > 0;
	return got < 0 ? -1 : 0;
}

int
store_plan_known(struct store *s, struct str plan, bool *ret, struct error *err)
{
	AUTO(sql_query) q = sql_query(s->db, Q_PLAN_KNOWN, err);

	sql_bind_str(&q, plan);
	return has_row(&q, ret);
}

int
store_has_root(struct store *s, struct str plan, struct str root, bool *ret, struct error *err)
{
	AUTO(sql_query) q = sql_query(s->db, Q_HAS_ROOT, err);

	SQL_BIND_STRS(&q, plan, root);
	return has_row(&q, ret);
}

int
store_put_root(struct store *s, struct str plan, struct str root, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_ROOT, err);

	SQL_BIND_STRS(&q, plan, root);
	return sql_run(&q);
}

struct sql_query
store_changes(struct store *s, struct str plan, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PLAN_CHANGES, err);

	sql_bind_str(&q, plan);
	return q;
}

int
store_next_change(struct sql_query *q, struct store_change *ret)
{
	int got = sql_next(q);

	if (got > 0)
		*ret = (struct store_change){ .action = sql_column_str(q, 0), .file = sql_column_str(q, 1),
			.offset = sql_column_int(q, 2), .old = sql_column_str(q, 3),
			.new = sql_column_str(q, 4) };
	return got;
}

static int
mark_plan(struct store *s, struct str plan, bool applied, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_MARK_PLAN, err);

	SQL_BIND_STRS(&q, plan, applied ? STR("applied") : STR("undone"));
	if (sql_run(&q) < 0)
		return -1;
	return sql_changes(s->db) ? 0 : error_set(err, "marking the plan: it is not known here");
}

static int
mark_behind(struct store *s, struct str plan, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_MARK_BEHIND, err);

	sql_bind_str(&q, plan);
	if (sql_run(&q) < 0)
		return -1;
	q = sql_query(s->db, Q_MARK_TIME, err);
	return sql_run(&q);
}

static int
mark(struct store *s, struct str plan, const struct store_marked *apps, size_t count, bool applied,
    struct error *err)
{
	if (mark_plan(s, plan, applied, err) < 0 || (count && mark_behind(s, plan, err) < 0))
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct sql_query q = sql_query(s->db, Q_MARK_APP, err);

		SQL_BIND_STRS(&q, plan, apps[i].folder);
		sql_bind_int(&q, (int64_t)apps[i].changes);
		sql_bind_int(&q, applied);
		if (sql_run(&q) < 0)
			return -1;
	}
	return 0;
}

int
store_mark(struct store *s, struct str plan, const struct store_marked *apps, size_t count, bool applied,
    struct error *err)
{
	if (sql_begin(s->db, err) < 0)
		return -1;
	return sql_end(s->db, mark(s, plan, apps, count, applied, err), err);
}

int
store_put_plan(struct store *s, struct str id, struct str root, struct error *err)
{
	struct sql_query q;

	for (enum store_statement i = Q_DROP_PLAN_APPS; i <= Q_DROP_BEHIND; i++) {
		q = sql_query(s->db, i, err);
		if (sql_run(&q) < 0)
			return -1;
	}
	q = sql_query(s->db, Q_PUT_PLAN, err);
	SQL_BIND_STRS(&q, id, root);
	return sql_run(&q);
}

int
store_put_plan_app(struct store *s, struct str id, struct str folder, size_t changes, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_PLAN_APP, err);

	SQL_BIND_STRS(&q, id, folder);
	sql_bind_int(&q, (int64_t)changes);
	return sql_run(&q);
}

/* The columns of a table, looked up in the record's when they are asked for first. */
static const struct columns *
columns_of(struct store *s, struct columns *columns, enum store_statement statement,
    const struct column_table *table, struct error *err)
{
	struct sql_query q;

	if (columns->count)
		return columns;
	q = sql_query(s->db, statement, err);
	columns_find(columns, &q, table);
	return sql_run(&q) < 0 ? NULL : columns;
}

int
store_put_finding(struct store *s, const struct finding *f, struct str after, struct error *err)
{
	const struct columns *columns = columns_of(s, &s->findings, Q_FINDING_COLUMNS, &finding_table, err);
	struct sql_query q = sql_query(s->db, Q_PUT_FINDING, err);
	union column_room rooms[COLUMN_MAX];
	size_t at = 0;

	if (!columns)
		return -1;
	columns_bind(columns, &at, f, rooms, &q);
	sql_bind_str(&q, after);
	return sql_run(&q);
}

int
store_put_change(struct store *s, struct str id, const struct change *c, struct error *err)
{
	const struct columns *columns = columns_of(s, &s->changes, Q_CHANGE_COLUMNS, &change_table, err);
	struct sql_query q = sql_query(s->db, Q_PUT_CHANGE, err);
	union column_room rooms[COLUMN_MAX];
	size_t at = 2;	/* behind plan and seq, which the statement itself gives */

	if (!columns)
		return -1;
	sql_bind_str(&q, id);
	columns_bind(columns, &at, c, rooms, &q);
	return sql_run(&q);
}

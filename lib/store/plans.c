/* plans: the record of the last plan, and what has become of it and of earlier ones.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/error.h"
#include "store/internal.h"
#include "stream/change.h"
#include "stream/finding.h"

int
store_plan_known(struct store *s, struct str plan, bool *ret, struct error *err)
{
	AUTO(sql_query) q = sql_query(s->db, Q_PLAN_KNOWN, err);
	int got;

	sql_bind_str(&q, plan);
	got = sql_next(&q);
	*ret = got > 0;
	return got < 0 ? -1 : 0;
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

/* A place takes five columns: file, line, column, offset, length. */
static void
bind_place(struct sql_query *q, const struct place *p)
{
	sql_bind_str(q, p->file);
	sql_bind_optional(q, p->line != 0, p->line);
	sql_bind_optional(q, p->column != 0, p->column);
	sql_bind_optional(q, p->known, p->span.off);
	sql_bind_optional(q, p->known, p->span.len);
}

int
store_put_finding(struct store *s, const struct finding *f, struct str after, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_FINDING, err);

	SQL_BIND_STRS(&q, finding_record_name(f->record), f->id.model);
	sql_bind_int(&q, (int64_t)f->id.app_num);
	SQL_BIND_STRS(&q, f->app, f->service, finding_role_word(f), f->host_ip, f->host_port,
	    f->container_port, f->protocol, f->value, f->variable, finding_origin_name(f->origin));
	bind_place(&q, &f->place);
	SQL_BIND_STRS(&q, f->profile, f->network_mode, f->detail, f->chain, f->replicas, after);
	return sql_run(&q);
}

int
store_put_change(struct store *s, struct str id, const struct change *c, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_CHANGE, err);

	SQL_BIND_STRS(&q, id, change_action_name(c->action), c->id.model);
	sql_bind_int(&q, (int64_t)c->id.app_num);
	SQL_BIND_STRS(&q, c->app, c->service);
	bind_place(&q, &(struct place){ .known = c->has_span, .file = c->file, .line = c->line,
	    .column = c->column, .span = c->span });
	SQL_BIND_STRS(&q, c->old, c->new, change_reason_name(c->reason), c->detail);
	return sql_run(&q);
}

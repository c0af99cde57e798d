/* audits: what plan found each time, kept for `report difference`.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "store/internal.h"

enum { KEPT = 100 };

/* A plan that comes out as the last one did has found nothing new: its audit takes that one's place. */
static int
drop_same(struct store *s, struct str plan, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_DROP_SAME_AUDIT, err);

	sql_bind_str(&q, plan);
	return sql_run(&q);
}

int
store_open_audit(
    struct store *s, struct str plan, struct str root, size_t apps, int64_t *ret, struct error *err)
{
	struct sql_query q;

	if (drop_same(s, plan, err) < 0)
		return -1;
	q = sql_query(s->db, Q_PUT_AUDIT, err);
	SQL_BIND_STRS(&q, plan, root);
	sql_bind_int(&q, (int64_t)apps);
	if (sql_run(&q) < 0)
		return -1;
	*ret = sql_last_id(s->db);
	q = sql_query(s->db, Q_DROP_OLD_AUDITS, err);
	sql_bind_int(&q, KEPT);
	return sql_run(&q);
}

int
store_put_audit_clash(struct store *s, int64_t audit, const struct store_audit_clash *c, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_AUDIT_CLASH, err);

	sql_of_rows(&q);
	sql_bind_int(&q, audit);
	SQL_BIND_STRS(&q, c->kind, c->value, c->id.model);
	sql_bind_int(&q, (int64_t)c->id.app_num);
	SQL_BIND_STRS(&q, c->app, c->service, c->message);
	return sql_run(&q);
}

int
store_close_audit(struct store *s, int64_t audit, size_t clashes, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_COUNT_AUDIT, err);

	sql_bind_int(&q, audit);
	sql_bind_int(&q, (int64_t)clashes);
	return sql_run(&q);
}

/* audits: what plan found each time, kept for report difference.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <sqlite3.h>

#include "store/internal.h"

enum { KEPT = 100 };

int
store_open_audit(
    struct store *s, struct str plan, struct str root, size_t apps, int64_t *ret, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_DROP_SAME_AUDIT, err);

	if (!st)
		return -1;
	store_bind(st, 1, plan);
	if (store_run(s, st, "replacing an audit", err) < 0 || !(st = store_statement(s, SQL_PUT_AUDIT, err)))
		return -1;
	store_bind(st, 1, plan);
	store_bind(st, 2, root);
	store_bind_uint(st, 3, apps);
	if (store_run(s, st, "keeping an audit", err) < 0)
		return -1;
	*ret = sqlite3_last_insert_rowid(s->db);
	if (!(st = store_statement(s, SQL_DROP_OLD_AUDITS, err)))
		return -1;
	store_bind_uint(st, 1, KEPT);
	return store_run(s, st, "dropping old audits", err);
}

int
store_close_audit(struct store *s, int64_t audit, size_t clashes, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_COUNT_AUDIT, err);

	if (!st)
		return -1;
	store_bind_uint(st, 1, (uint64_t)audit);
	store_bind_uint(st, 2, clashes);
	return store_run(s, st, "counting an audit's clashes", err);
}

int
store_put_audit_clash(struct store *s, int64_t audit, const struct store_audit_clash *c, struct error *err)
{
	sqlite3_stmt *st = store_statement(s, SQL_PUT_AUDIT_CLASH, err);

	if (!st)
		return -1;
	store_bind_uint(st, 1, (uint64_t)audit);
	store_bind(st, 2, c->kind);
	store_bind(st, 3, c->value);
	store_bind(st, 4, c->model);
	store_bind_uint(st, 5, c->app_num);
	store_bind(st, 6, c->app);
	store_bind(st, 7, c->service);
	store_bind(st, 8, c->message);
	return store_run(s, st, "keeping a clash", err);
}

/* plans: the record of the last plan, and what has become of it and of earlier ones.
 * SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"
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

/* --- what the rows of a plan were --- */

uint64_t
store_row_digest(struct buf *b, const struct store_row *r)
{
	const size_t numbers[] = { r->file.len, r->offset, r->old.len };

	buf_clear(b);
	(void)buf_reserve(b, 256);	/* grown once for most */
	buf_add_str(b, r->action);
	for (size_t i = 0; i < 3; i++) {
		buf_add_char(b, ' ');
		buf_add_uint(b, numbers[i]);
	}
	buf_add_char(b, ' ');
	buf_add_str(b, r->file);
	buf_add_str(b, r->old);
	buf_add_str(b, r->new);
	return text_digest(buf_str(b));
}

static int
compare(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return (a > b) - (a < b);
}

int
store_seal_plan(struct store *s, struct str plan, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_SEAL, err);
	size_t size = s->seal_count * sizeof *s->seal;

	if (s->seal_count)
		qsort(s->seal, s->seal_count, sizeof *s->seal, compare);
	s->seal_count = 0;
	sql_bind_str(&q, plan);
	sql_bind_bytes(&q, (struct str){ size ? (const char *)s->seal : "", size });
	if (sql_run(&q) < 0)
		return -1;
	q = sql_query(s->db, Q_DROP_SEALS, err);
	return sql_run(&q);
}

int
store_plan_seal(struct store *s, struct str plan, struct arena *a, struct store_seal *ret, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_HAS_SEALS, err);
	struct str bytes;
	int got = sql_next(&q);

	*ret = (struct store_seal){ NULL, 0 };
	sql_query_release(&q);
	if (got <= 0)	/* a registry of an earlier berth, which no plan was made with since */
		return got;
	q = sql_query(s->db, Q_SEAL, err);
	sql_bind_str(&q, plan);
	if ((got = sql_next(&q)) > 0) {
		bytes = sql_column_str(&q, 0);
		ret->count = bytes.len / sizeof *s->seal;
		ret->digests = memcpy(arena_alloc(a, bytes.len + 1), bytes.ptr, bytes.len);
		sql_query_release(&q);
	}
	return got;
}

bool
store_seal_has(const struct store_seal *s, uint64_t digest)
{
	return s->count && bsearch(&digest, s->digests, s->count, sizeof digest, compare);
}

/* --- what became of it --- */

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

void
store_outcome_add(struct store_outcome *o, struct buf *room, const struct str texts[static 5])
{
	buf_clear(room);
	for (size_t i = 0; i < 5; i++) {
		buf_add_uint(room, texts[i].len);
		buf_add_char(room, ':');
		buf_add_str(room, texts[i]);
	}
	o->sum += text_digest(buf_str(room));
	o->count++;
}

int
store_outcome_read(struct store *s, struct str root, struct store_outcome *ret, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_IS_DONE, err);
	AUTO(buf) room = BUF_INIT;
	bool is_done;
	int got;

	*ret = (struct store_outcome){ 0, 0 };
	sql_bind_str(&q, root);
	if (has_row(&q, &is_done) < 0)
		return -1;
	sql_query_release(&q);
	if (!is_done)
		return 0;
	q = sql_query(s->db, Q_OUTCOMES, err);
	while ((got = sql_next(&q)) > 0) {
		struct str texts[5];

		for (int i = 0; i < 5; i++)
			texts[i] = sql_column_str(&q, i);
		store_outcome_add(ret, &room, texts);
	}
	return got < 0 ? -1 : 1;
}

int
store_note_plan(struct store *s, struct str id, struct str root, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_PLAN, err);

	SQL_BIND_STRS(&q, id, root);
	return sql_run(&q);
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
	return store_note_plan(s, id, root, err);
}

int
store_put_part(struct store *s, struct error *err)
{
	struct sql_query q = sql_query(s->db, Q_PUT_PART, err);

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
	sql_of_rows(&q);
	columns_bind(columns, &at, f, rooms, &q);
	sql_bind_str(&q, after);
	at++;
	columns_bind(columns, &at, f, rooms, &q);	/* what came since */
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
	sql_of_rows(&q);
	sql_bind_str(&q, id);
	columns_bind(columns, &at, c, rooms, &q);
	if (!change_is_told(c->action)) {
		struct store_row row = { change_action_name(c->action), c->file, c->old, c->new,
			c->span.off };
		AUTO(buf) b = BUF_INIT;

		MEM_GROW(s->seal, s->seal_count, s->seal_cap);
		s->seal[s->seal_count++] = store_row_digest(&b, &row);
	}
	return sql_run(&q);
}

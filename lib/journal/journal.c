/* journal: records what runs of apply do and what becomes of them.
 * SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include <time.h>

#include "base/error.h"
#include "base/text.h"
#include "journal/internal.h"
#include "journal/mark.h"

static int
add_file(struct journal *j, int64_t run, size_t app, const struct run_file *f, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_ADD_FILE, err);

	sql_bind_int(&q, run);
	sql_bind_int(&q, (int64_t)app);
	sql_bind_str(&q, f->path);
	sql_bind_int(&q, (int64_t)f->edits);
	sql_bind_int(&q, f->meta.is_known ? (int64_t)f->meta.mode : -1);
	sql_bind_int(&q, f->meta.uid);
	sql_bind_int(&q, f->meta.gid);
	sql_bind_int(&q, (int64_t)text_digest(f->after));
	if (f->is_made)
		sql_bind_null(&q);
	else
		sql_bind_bytes(&q, f->before);
	sql_bind_bytes(&q, f->after);
	return sql_run(&q);
}

static int
add_app(struct journal *j, int64_t run, const struct run_app *a, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_ADD_APP, err);

	sql_bind_int(&q, run);
	sql_bind_int(&q, (int64_t)a->number);
	SQL_BIND_STRS(&q, a->folder, a->id.model);
	sql_bind_int(&q, (int64_t)a->id.app_num);
	if (sql_run(&q) < 0)
		return -1;
	for (size_t i = 0; i < a->count; i++)
		if (add_file(j, run, a->number, &a->files[i], err) < 0)
			return -1;
	return 0;
}

static int
add_run(struct journal *j, struct run *r, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_ADD_RUN, err);

	r->token = arena_printf(&r->arena, "%016llx", (unsigned long long)sql_random());
	SQL_BIND_STRS(&q, r->plan, r->root, r->token);
	sql_bind_int(&q, r->is_elsewhere);
	sql_bind_int(&q, (int64_t)time(NULL));
	SQL_BIND_STRS(&q, r->root_id, str_from(j->path), str_from(j->id.text));
	if (sql_run(&q) < 0)
		return -1;
	r->id = sql_last_id(j->db);
	for (size_t i = 0; i < r->count; i++) {
		r->apps[i].number = i;
		if (r->apps[i].state == RUN_WAITING && add_app(j, r->id, &r->apps[i], err) < 0)
			return -1;
	}
	return 0;
}

int
journal_record(struct journal *j, struct run *r, struct error *err)
{
	if (sql_begin(j->db, err) < 0)
		return -1;
	return sql_end(j->db, add_run(j, r, err), err);
}

int
journal_begin(struct journal *j, struct run *r, enum run_direction d, int root, struct error *err)
{
	AUTO(error) second = ERROR_INIT;

	/* The journal first: a mark of a run that no journal knows would stand in the way of every other. */
	if ((r->id == 0 ? journal_record(j, r, err) : d == RUN_BACK ? journal_undo(j, r->id, err) : 0) < 0)
		return -1;
	if (mark_put(j, r, root, err) == 0)
		return 0;
	if (!r->is_retry)
		(void)journal_withdraw(j, r->id, d, &second);
	r->id = 0;	/* nothing came of it */
	return -1;
}

static int
set_run(struct journal *j, int64_t id, enum journal_state state, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_SET_RUN, err);

	sql_bind_int(&q, state);
	sql_bind_int(&q, id);
	return sql_run(&q);
}

/* What the journal makes of an app's state after the run; -1: it leaves the app as it was. An app that
 * undo could not restore stays changed. */
static int
settled(enum run_app_state s, enum run_direction d)
{
	if (s == RUN_WAITING || s == RUN_TORN)
		return -1;
	if (s == RUN_KEPT)
		return APP_LEFT;
	if (s == RUN_DONE || s == RUN_UNCHANGED)
		return d == RUN_FORWARD ? APP_CHANGED : APP_RESTORED;
	return d == RUN_FORWARD ? APP_LEFT : APP_CHANGED;
}

static int
settle(struct journal *j, const struct run *r, enum run_direction d, struct error *err)
{
	bool is_open = false;

	for (size_t i = 0; i < r->count; i++) {
		int state = settled(r->apps[i].state, d);
		struct sql_query q;

		if (state < 0) {
			is_open = true;
			continue;
		}
		q = sql_query(j->db, Q_SET_APP, err);
		sql_bind_int(&q, state);
		sql_bind_int(&q, r->id);
		sql_bind_int(&q, (int64_t)r->apps[i].number);
		if (sql_run(&q) < 0)
			return -1;
	}
	return is_open ? 0 : set_run(j, r->id, d == RUN_FORWARD ? JOURNAL_DONE : JOURNAL_UNDONE, err);
}

int
journal_settle(struct journal *j, const struct run *r, enum run_direction d, struct error *err)
{
	if (sql_begin(j->db, err) < 0)
		return -1;
	return sql_end(j->db, settle(j, r, d, err), err);
}

int
journal_undo(struct journal *j, int64_t id, struct error *err)
{
	return set_run(j, id, JOURNAL_UNDOING, err);
}

int
journal_withdraw(struct journal *j, int64_t id, enum run_direction d, struct error *err)
{
	return set_run(j, id, d == RUN_FORWARD ? JOURNAL_UNDONE : JOURNAL_DONE, err);
}

int
journal_give_up(struct journal *j, int64_t id, struct error *err)
{
	return set_run(j, id, JOURNAL_UNDONE, err);
}

int
journal_forget(struct journal *j, int64_t before, size_t *ret, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_FORGET, err);

	sql_bind_int(&q, before);
	if (sql_run(&q) < 0)
		return -1;
	*ret = sql_changes(j->db);
	return *ret ? sql_script(j->db, "VACUUM", NULL, err) : 0;
}

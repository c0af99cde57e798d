/* journal: what every run of apply did, so that it can be finished or taken back.
 * SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/error.h"
#include "journal/internal.h"
#include "base/text.h"

const char *
journal_state_name(enum journal_state s)
{
	static const char *const names[] = { "interrupted", "done", "undo interrupted", "undone" };

	return names[s];
}

static int
add_file(struct journal *j, int64_t run, size_t app, const struct run_file *f, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_ADD_FILE, err);

	if (!st)
		return -1;
	journal_bind_int(st, 1, run);
	journal_bind_int(st, 2, (int64_t)app);
	journal_bind_str(st, 3, f->path);
	journal_bind_int(st, 4, (int64_t)f->edits);
	journal_bind_int(st, 5, f->meta.is_known ? (int64_t)f->meta.mode : -1);
	journal_bind_int(st, 6, f->meta.uid);
	journal_bind_int(st, 7, f->meta.gid);
	journal_bind_int(st, 8, (int64_t)text_digest(f->after));
	if (!f->is_made)
		journal_bind_bytes(st, 9, f->before);
	journal_bind_bytes(st, 10, f->after);
	return journal_finish(j, st, err);
}

static int
add_app(struct journal *j, int64_t run, const struct run_app *a, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_ADD_APP, err);

	if (!st)
		return -1;
	journal_bind_int(st, 1, run);
	journal_bind_int(st, 2, (int64_t)a->number);
	journal_bind_str(st, 3, a->folder);
	journal_bind_str(st, 4, a->model);
	journal_bind_int(st, 5, (int64_t)a->app_num);
	if (journal_finish(j, st, err) < 0)
		return -1;
	for (size_t i = 0; i < a->count; i++)
		if (add_file(j, run, a->number, &a->files[i], err) < 0)
			return -1;
	return 0;
}

static int
add_run(struct journal *j, struct run *r, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_ADD_RUN, err);
	uint64_t random;

	if (!st)
		return -1;
	sqlite3_randomness(sizeof random, &random);
	r->token = arena_printf(&r->arena, "%016llx", (unsigned long long)random);
	journal_bind_str(st, 1, r->plan);
	journal_bind_str(st, 2, r->root);
	journal_bind_str(st, 3, r->token);
	journal_bind_int(st, 4, r->is_elsewhere);
	journal_bind_int(st, 5, (int64_t)time(NULL));
	if (journal_finish(j, st, err) < 0)
		return -1;
	r->id = sqlite3_last_insert_rowid(j->db);
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
	if (journal_execute(j, S_BEGIN, err) < 0)
		return -1;
	if (add_run(j, r, err) == 0)
		return journal_commit(j, err);
	journal_rollback(j);
	return -1;
}

static int
set_run(struct journal *j, int64_t id, enum journal_state state, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_SET_RUN, err);

	if (!st)
		return -1;
	journal_bind_int(st, 1, state);
	journal_bind_int(st, 2, id);
	return journal_finish(j, st, err);
}

/* What an app's state in the run means for the journal; -1: stays as it is. An app that undo could not
 * restore stays changed. */
static int
settled(enum run_app_state s, enum run_direction d)
{
	if (s == RUN_WAITING || s == RUN_TORN)
		return -1;
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
		sqlite3_stmt *st = journal_prepare(j, S_SET_APP, err);

		if (!st)
			return -1;
		is_open |= state < 0;
		if (state < 0)
			continue;
		journal_bind_int(st, 1, state);
		journal_bind_int(st, 2, r->id);
		journal_bind_int(st, 3, (int64_t)r->apps[i].number);
		if (journal_finish(j, st, err) < 0)
			return -1;
	}
	return is_open ? 0 : set_run(j, r->id, d == RUN_FORWARD ? JOURNAL_DONE : JOURNAL_UNDONE, err);
}

int
journal_settle(struct journal *j, const struct run *r, enum run_direction d, struct error *err)
{
	if (journal_execute(j, S_BEGIN, err) < 0)
		return -1;
	if (settle(j, r, d, err) == 0)
		return journal_commit(j, err);
	journal_rollback(j);
	return -1;
}

int
journal_undo(struct journal *j, int64_t id, struct error *err)
{
	return set_run(j, id, JOURNAL_UNDOING, err);
}

int
journal_give_up(struct journal *j, int64_t id, struct error *err)
{
	return set_run(j, id, JOURNAL_UNDONE, err);
}

int
journal_forget(struct journal *j, int64_t before, size_t *ret, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_FORGET, err);

	if (!st)
		return -1;
	journal_bind_int(st, 1, before);
	if (journal_finish(j, st, err) < 0)
		return -1;
	*ret = (size_t)sqlite3_changes(j->db);
	return *ret ? journal_execute(j, S_VACUUM, err) : 0;
}

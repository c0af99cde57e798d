/* history: runs as they stand in the journal.
 * SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include <string.h>

#include <sqlite3.h>

#include "base/error.h"
#include "journal/internal.h"
#include "system/lock.h"

static int
load_files(struct journal *j, struct run *r, struct run_app *a, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_FILES, err);
	size_t cap = 0;
	int got;

	if (!st)
		return -1;
	journal_bind_int(st, 1, r->id);
	journal_bind_int(st, 2, (int64_t)a->number);
	while ((got = journal_step(j, st, err)) > 0) {
		struct run_file *f;

		ARENA_GROW(&r->arena, a->files, a->count, cap);
		f = &a->files[a->count++];
		*f = (struct run_file){ .edits = (size_t)sqlite3_column_int64(st, 1) };
		run_file_place(r, f, journal_column(st, 0, &r->arena));
		f->meta.is_known = sqlite3_column_int64(st, 2) >= 0;
		f->meta.mode = (mode_t)(sqlite3_column_int64(st, 2) & 07777);
		f->meta.uid = (uid_t)sqlite3_column_int64(st, 3);
		f->meta.gid = (gid_t)sqlite3_column_int64(st, 4);
		f->is_made = sqlite3_column_type(st, 5) == SQLITE_NULL;
		f->meta.is_model = f->is_made;
		f->before = journal_column(st, 5, &r->arena);
		f->after = journal_column(st, 6, &r->arena);
	}
	(void)sqlite3_reset(st);
	return got;
}

static int
load_apps(struct journal *j, struct run *r, enum run_direction d, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_APPS, err);
	size_t cap = 0;
	int got;

	if (!st)
		return -1;
	journal_bind_int(st, 1, r->id);
	journal_bind_int(st, 2, d == RUN_FORWARD ? APP_WAITING : APP_CHANGED);
	while ((got = journal_step(j, st, err)) > 0) {
		struct run_app *a;

		ARENA_GROW(&r->arena, r->apps, r->count, cap);
		a = &r->apps[r->count++];
		*a = (struct run_app){ .folder = journal_column(st, 1, &r->arena),
			.model = journal_column(st, 2, &r->arena),
			.app_num = (uint64_t)sqlite3_column_int64(st, 3),
			.state = RUN_WAITING,
			.number = (size_t)sqlite3_column_int64(st, 0) };
		if (load_files(j, r, a, err) < 0) {
			got = -1;
			break;
		}
	}
	(void)sqlite3_reset(st);
	return got;
}

int
journal_load(struct journal *j, int64_t id, enum run_direction d, struct run *r, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_RUN, err);
	int got;

	if (!st)
		return -1;
	journal_bind_int(st, 1, id);
	got = journal_step(j, st, err);
	if (got > 0) {
		r->id = id;
		r->plan = journal_column(st, 0, &r->arena);
		r->root = journal_column(st, 1, &r->arena);
		r->token = journal_column(st, 2, &r->arena);
		r->is_elsewhere = sqlite3_column_int(st, 3) != 0;
	}
	(void)sqlite3_reset(st);
	if (got == 0)
		return error_set(
		    err, "no run %lld in the journal (berth apply --runs lists them)", (long long)id);
	return got < 0 ? -1 : load_apps(j, r, d, err);
}

int
journal_entries(
    struct journal *j, struct arena *arena, struct journal_entry **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_ENTRIES, err);
	size_t cap = 0;
	int got;

	*ret = NULL;
	*ret_count = 0;
	if (!st)
		return -1;
	while ((got = journal_step(j, st, err)) > 0) {
		struct journal_entry *e;

		ARENA_GROW(arena, *ret, *ret_count, cap);
		e = &(*ret)[(*ret_count)++];
		e->id = sqlite3_column_int64(st, 0);
		e->started = sqlite3_column_int64(st, 1);
		e->state = (enum journal_state)(sqlite3_column_int(st, 2) & 3);
		e->plan = journal_column(st, 3, arena);
		e->root = journal_column(st, 4, arena);
		e->apps = (size_t)sqlite3_column_int64(st, 5);
		e->files = (size_t)sqlite3_column_int64(st, 6);
		e->left = (size_t)sqlite3_column_int64(st, 7);
	}
	(void)sqlite3_reset(st);
	return got;
}

int
journal_outcome(struct journal *j, struct str plan, struct str path, uint64_t *ret, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, S_OUTCOME, err);
	int got;

	if (!st)
		return -1;
	journal_bind_str(st, 1, plan);
	journal_bind_str(st, 2, path);
	got = journal_step(j, st, err);
	if (got > 0)
		*ret = (uint64_t)sqlite3_column_int64(st, 0);
	(void)sqlite3_reset(st);
	return got;
}

static bool
is_interrupted(const struct journal_entry *e, const char *held)
{
	if (e->state != JOURNAL_COMMITTING && e->state != JOURNAL_UNDOING)
		return false;
	return (held && strcmp(held, e->root.ptr) == 0) || !lock_is_held(e->root.ptr);
}

int
journal_refuse_interrupted(const char *db, const char *held, struct error *err)
{
	AUTO_PTR(journal) j = NULL;
	AUTO(arena) arena = ARENA_INIT;
	struct journal_entry *entries;
	size_t count;

	if (journal_open(&j, db, false, err) < 0)
		return -1;
	if (!j)
		return 0;
	if (journal_entries(j, &arena, &entries, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (is_interrupted(&entries[i], held))
			return error_set(err,
			    "run %lld on %s was interrupted: `berth apply --resume` finishes it, `berth apply "
			    "--undo %lld` takes it back; nothing else is done before",
			    (long long)entries[i].id, entries[i].root.ptr, (long long)entries[i].id);
	return 0;
}

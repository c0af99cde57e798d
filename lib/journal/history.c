/* history: reads the runs that stand in the journal.
 * SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "journal/internal.h"
#include "system/lock.h"
#include "system/options.h"

static int
load_files(struct journal *j, struct run *r, struct run_app *a, struct error *err)
{
	AUTO(sql_query) q = sql_query(j->db, Q_FILES, err);
	size_t cap = 0;
	int got;

	sql_bind_int(&q, r->id);
	sql_bind_int(&q, (int64_t)a->number);
	while ((got = sql_next(&q)) > 0) {
		bool is_made = sql_column_type(&q, 5) == SQL_NULL;
		int64_t mode = sql_column_int(&q, 2);
		struct run_file *f;

		ARENA_GROW(&r->arena, a->files, a->count, cap);
		f = &a->files[a->count++];
		*f = (struct run_file){ .is_made = is_made, .edits = (size_t)sql_column_int(&q, 1),
			.before = sql_column_copy(&q, 5, &r->arena),
			.after = sql_column_copy(&q, 6, &r->arena),
			.meta = { .is_known = mode >= 0, .is_model = is_made, .mode = (mode_t)(mode & 07777),
			    .uid = (uid_t)sql_column_int(&q, 3), .gid = (gid_t)sql_column_int(&q, 4) } };
		run_file_place(r, f, sql_column_str(&q, 0));
		if (!path_is_clean(f->path) || !path_is_below(f->path, a->folder))
			return error_set(err, "run %lld in the journal names a file that is none of its "
			    "app's, which berth never writes there: nothing was done",
			    (long long)r->id);
	}
	return got;
}

static int
load_apps(struct journal *j, struct run *r, enum run_direction d, struct error *err)
{
	AUTO(sql_query) q = sql_query(j->db, Q_APPS, err);
	size_t cap = 0;
	int got;

	sql_bind_int(&q, r->id);
	sql_bind_int(&q, d == RUN_FORWARD ? APP_WAITING : APP_CHANGED);
	while ((got = sql_next(&q)) > 0) {
		struct run_app *a;

		ARENA_GROW(&r->arena, r->apps, r->count, cap);
		a = &r->apps[r->count++];
		*a = (struct run_app){ .number = (size_t)sql_column_int(&q, 0),
			.folder = sql_column_copy(&q, 1, &r->arena),
			.id = { sql_column_copy(&q, 2, &r->arena), (uint64_t)sql_column_int(&q, 3) },
			.state = RUN_WAITING };
		if (load_files(j, r, a, err) < 0)
			return -1;
	}
	return got;
}

int
journal_load(struct journal *j, int64_t id, enum run_direction d, struct run *r, struct error *err)
{
	AUTO(sql_query) q = sql_query(j->db, Q_RUN, err);
	int got;

	sql_bind_int(&q, id);
	got = sql_next(&q);
	if (got < 0)
		return -1;
	if (got == 0)
		return error_set(
		    err, "no run %lld in the journal (berth apply --runs lists them)", (long long)id);
	r->id = id;
	r->plan = sql_column_copy(&q, 0, &r->arena);
	r->root = sql_column_copy(&q, 1, &r->arena);
	r->token = sql_column_copy(&q, 2, &r->arena);
	r->is_elsewhere = sql_column_int(&q, 3) != 0;
	r->root_id = sql_column_copy(&q, 4, &r->arena);
	/* a journal that was moved is the same file, one that was restored has the same name */
	r->is_copied = sql_column_str(&q, 5).len && !str_eq(sql_column_str(&q, 5), str_from(j->path)) &&
	    !str_eq(sql_column_str(&q, 6), str_from(j->id.text));
	return load_apps(j, r, d, err);
}

int
journal_entries(
    struct journal *j, struct arena *arena, struct journal_entry **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_ENTRIES, err);
	size_t cap = 0;
	int got;

	*ret = NULL;
	*ret_count = 0;
	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(arena, *ret, *ret_count, cap);
		(*ret)[(*ret_count)++] = (struct journal_entry){ .id = sql_column_int(&q, 0),
			.started = sql_column_int(&q, 1),
			.state = (enum journal_state)(sql_column_int(&q, 2) & 3),
			.plan = sql_column_copy(&q, 3, arena), .root = sql_column_copy(&q, 4, arena),
			.apps = (size_t)sql_column_int(&q, 5), .files = (size_t)sql_column_int(&q, 6),
			.left = (size_t)sql_column_int(&q, 7) };
	}
	return got;
}

int
journal_outcome(struct journal *j, struct str plan, struct str path, uint64_t *ret, struct error *err)
{
	AUTO(sql_query) q = sql_query(j->db, Q_OUTCOME, err);
	int got;

	SQL_BIND_STRS(&q, plan, path);
	got = sql_next(&q);
	if (got > 0)
		*ret = (uint64_t)sql_column_int(&q, 0);
	return got;
}

static int
refuse(const struct journal_entry *e, const char *db, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) resume = BUF_INIT, undo = BUF_INIT, give_up = BUF_INIT;

	options_command(&give_up, arena_printf(&a, "apply --abandon %lld", (long long)e->id).ptr, db);
	if (access(e->root.ptr, F_OK) < 0 && errno == ENOENT)
		return error_set(err,
		    "run %lld on %s was interrupted, and that folder is not there: mount it, or, where it is "
		    "gone for good, give the run up with `%s`; nothing else is done before",
		    (long long)e->id, e->root.ptr, give_up.ptr);
	options_command(&resume, "apply --resume", db);
	options_command(&undo, arena_printf(&a, "apply --undo %lld", (long long)e->id).ptr, db);
	return error_set(err,
	    "run %lld on %s was interrupted: `%s` finishes it, `%s` takes it back; nothing else is done "
	    "before",
	    (long long)e->id, e->root.ptr, resume.ptr, undo.ptr);
}

int
journal_refuse_interrupted(const char *db, bool is_locked, struct error *err)
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
		if (journal_is_open(entries[i].state) && (is_locked || !lock_is_held(db)))
			return refuse(&entries[i], db, err);
	return 0;
}

int
journal_apps(
    struct journal *j, struct arena *a, struct journal_app **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_FOLDERS, err);
	size_t cap = 0;
	int got;

	*ret = NULL;
	*ret_count = 0;
	while ((got = sql_next(&q)) > 0) {
		ARENA_GROW(a, *ret, *ret_count, cap);
		(*ret)[(*ret_count)++] = (struct journal_app){ sql_column_copy(&q, 0, a),
			sql_column_copy(&q, 1, a),
			{ sql_column_copy(&q, 2, a), sql_column_uint(&q, 3, SIZE_MAX) },
			sql_column_int(&q, 4) };
	}
	return got;
}

int
journal_files(
    struct journal *j, struct arena *a, struct journal_file **ret, size_t *ret_count, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_PATHS, err);
	size_t cap = 0;
	int got;

	*ret = NULL;
	*ret_count = 0;
	while ((got = sql_next(&q)) > 0) {
		struct str root = sql_column_copy(&q, 0, a);

		ARENA_GROW(a, *ret, *ret_count, cap);
		(*ret)[(*ret_count)++] = (struct journal_file){ path_resolve(a, root, sql_column_str(&q, 1)),
			path_resolve(a, root, sql_column_str(&q, 2)) };
	}
	return got;
}

int
journal_texts(struct journal *j, journal_visit *visit, void *context, struct error *err)
{
	struct sql_query q = sql_query(j->db, Q_TEXTS, err);
	int got;

	while ((got = sql_next(&q)) > 0) {
		AUTO(arena) a = ARENA_INIT;
		struct str folder = path_resolve(&a, sql_column_str(&q, 0), sql_column_str(&q, 1));

		if (visit(context, folder, sql_column_str(&q, 2), sql_column_str(&q, 3), err) < 0) {
			sql_query_release(&q);
			return -1;
		}
	}
	return got;
}

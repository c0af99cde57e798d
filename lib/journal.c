/* journal: what every run of apply did, so that it can be finished or taken back.
 * SPDX-License-Identifier: MIT */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "buf.h"
#include "error.h"
#include "lock.h"
#include "text.h"

enum { VERSION = 1, BUSY_MS = 10000 };

/* apps.state: 0 waiting, 1 changed, 2 left as it was, 3 restored. files.before is NULL where the run made the file. */
static const char schema[] =
	"CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, plan TEXT NOT NULL, root TEXT NOT NULL,"
	" token TEXT NOT NULL, elsewhere INTEGER NOT NULL, started INTEGER NOT NULL, state INTEGER NOT NULL);"
	"CREATE TABLE apps (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, app INTEGER NOT NULL,"
	" folder TEXT NOT NULL, model TEXT NOT NULL, app_num INTEGER NOT NULL, state INTEGER NOT NULL,"
	" PRIMARY KEY (run, app)) WITHOUT ROWID;"
	"CREATE TABLE files (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, app INTEGER NOT NULL, path TEXT NOT NULL,"
	" edits INTEGER NOT NULL, mode INTEGER NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL,"
	" digest_after INTEGER NOT NULL, before BLOB, after BLOB NOT NULL,"
	" FOREIGN KEY (run, app) REFERENCES apps ON DELETE CASCADE);"
	"CREATE INDEX files_of_app ON files (run, app);";

enum app_state { APP_WAITING, APP_CHANGED, APP_LEFT, APP_RESTORED };

enum statement {
	S_BEGIN, S_COMMIT, S_ROLLBACK, S_ADD_RUN, S_ADD_APP, S_ADD_FILE, S_SET_APP, S_SET_RUN, S_RUN, S_APPS, S_FILES, S_ENTRIES,
	S_OUTCOME, S_FORGET, S_VACUUM, STATEMENTS
};

static const char *const sql[STATEMENTS] = {
	[S_BEGIN] = "BEGIN IMMEDIATE",
	[S_COMMIT] = "COMMIT",
	[S_ROLLBACK] = "ROLLBACK",
	[S_ADD_RUN] = "INSERT INTO runs (plan, root, token, elsewhere, started, state) VALUES (?, ?, ?, ?, ?, 0)",
	[S_ADD_APP] = "INSERT INTO apps VALUES (?, ?, ?, ?, ?, 0)",
	[S_ADD_FILE] = "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[S_SET_APP] = "UPDATE apps SET state = ? WHERE run = ? AND app = ?",
	[S_SET_RUN] = "UPDATE runs SET state = ? WHERE id = ?",
	[S_RUN] = "SELECT plan, root, token, elsewhere FROM runs WHERE id = ?",
	[S_APPS] = "SELECT app, folder, model, app_num FROM apps WHERE run = ?1 AND (state = 0 OR state = ?2) ORDER BY app",
	[S_FILES] = "SELECT path, edits, mode, uid, gid, before, after FROM files WHERE run = ? AND app = ? ORDER BY id",
	[S_ENTRIES] = "SELECT id, started, state, plan, root, (SELECT count(*) FROM apps WHERE run = runs.id),"
		" (SELECT count(*) FROM files WHERE run = runs.id),"
		" (SELECT count(*) FROM apps WHERE run = runs.id AND apps.state = CASE runs.state WHEN 3 THEN 1 ELSE 2 END)"
		" FROM runs ORDER BY id DESC",
	[S_OUTCOME] = "SELECT digest_after FROM runs JOIN apps ON run = runs.id JOIN files USING (run, app)"
		" WHERE plan = ? AND path = ? AND runs.state = 1 AND apps.state = 1 ORDER BY runs.id DESC LIMIT 1",
	[S_FORGET] = "DELETE FROM runs WHERE state IN (1, 3) AND started < ?",
	[S_VACUUM] = "VACUUM",
};

struct journal {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *statements[STATEMENTS];	/* prepared at their first use */
};

const char *
journal_state_name(enum journal_state s)
{
	static const char *const names[] = { "interrupted", "done", "undo interrupted", "undone" };

	return names[s];
}

static int
fail(const struct journal *j, struct error *err)
{
	int code = sqlite3_errcode(j->db) & 0xff;

	if (code == SQLITE_BUSY)
		error_set(err, "the journal is in use by another apply; try again when it has ended");
	else if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		error_set(err, "is not a journal of berth's, or damaged: %s", sqlite3_errmsg(j->db));
	else
		error_set(err, "cannot use the journal: %s", sqlite3_errmsg(j->db));
	return error_place(err, str_from(j->path), 0, 0);
}

static sqlite3_stmt *
prepare(struct journal *j, enum statement s, struct error *err)
{
	sqlite3_stmt **p = &j->statements[s];

	if (!*p && sqlite3_prepare_v3(j->db, sql[s], -1, SQLITE_PREPARE_PERSISTENT, p, NULL) != SQLITE_OK)
		(void)fail(j, err);
	return *p;
}

/* Steps a statement that gives no rows. */
static int
finish(struct journal *j, sqlite3_stmt *st, struct error *err)
{
	int code = sqlite3_step(st), result = code == SQLITE_DONE || code == SQLITE_ROW ? 0 : fail(j, err);

	(void)sqlite3_reset(st);	/* repeats the step's code */
	(void)sqlite3_clear_bindings(st);
	return result;
}

static int
execute(struct journal *j, enum statement s, struct error *err)
{
	sqlite3_stmt *st = prepare(j, s, err);

	return st ? finish(j, st, err) : -1;
}

static void
rollback(struct journal *j)
{
	AUTO(error) ignored = ERROR_INIT;	/* the first error is the one to tell; closing rolls back too */

	if (!sqlite3_get_autocommit(j->db))
		(void)execute(j, S_ROLLBACK, &ignored);
}

static int
commit(struct journal *j, struct error *err)
{
	if (execute(j, S_COMMIT, err) == 0)
		return 0;
	rollback(j);
	return -1;
}

static void
bind_str(sqlite3_stmt *st, int i, struct str s)
{
	(void)sqlite3_bind_text64(st, i, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC, SQLITE_UTF8);	/* step reports it */
}

static void
bind_bytes(sqlite3_stmt *st, int i, struct str s)
{
	(void)sqlite3_bind_blob64(st, i, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC);
}

static void
bind_int(sqlite3_stmt *st, int i, int64_t n)
{
	(void)sqlite3_bind_int64(st, i, n);
}

static struct str
column(sqlite3_stmt *st, int i, struct arena *arena)
{
	const void *p = sqlite3_column_blob(st, i);

	return arena_dup(arena, (struct str){ p, (size_t)sqlite3_column_bytes(st, i) });
}

static int
set_up(struct journal *j, struct error *err)
{
	sqlite3_stmt *st = NULL;
	int version = -1;

	/* EXTRA: the folder is synced too when the rollback journal goes, else a power cut could bring that back, and a run
	 * that had begun would be forgotten. What is deleted is overwritten. */
	if (sqlite3_busy_timeout(j->db, BUSY_MS) != SQLITE_OK ||
	    sqlite3_exec(j->db, "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
	    "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536", NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(j->db, "PRAGMA user_version", -1, &st, NULL) != SQLITE_OK)
		return fail(j, err);
	if (sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);	/* repeats the step's code */
	if (version < 0)
		return fail(j, err);
	if (version > VERSION) {
		error_set(err, "written by a newer berth");
		return error_place(err, str_from(j->path), 0, 0);
	}
	if (version == VERSION)
		return 0;
	if (execute(j, S_BEGIN, err) < 0)
		return -1;
	/* another process may have made it while this one waited for the lock */
	if (sqlite3_table_column_metadata(j->db, NULL, "runs", "id", NULL, NULL, NULL, NULL, NULL) != SQLITE_OK &&
	    (sqlite3_exec(j->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
	     sqlite3_exec(j->db, "PRAGMA user_version = 1", NULL, NULL, NULL) != SQLITE_OK)) {
		(void)fail(j, err);
		rollback(j);
		return -1;
	}
	return commit(j, err);
}

/* The file, readable by its owner alone, before SQLite makes it otherwise. 1: it is there; 0: it is not. */
static int
make_file(const char *path, bool create, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (create ? O_CREAT : 0), 0600);
	struct stat st;
	int result = 1;

	if (fd < 0 && errno == ENOENT && !create)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		result = error_errno(err, errno, "cannot open the journal");
	else if (!S_ISREG(st.st_mode))
		result = error_set(err, "the journal is not a regular file");
	else if (st.st_uid != geteuid() && geteuid() != 0)
		result = error_set(err, "the journal belongs to another user; it holds file contents, so berth uses none but "
		    "yours (--db FILE for another registry)");
	else if ((st.st_mode & 077) && fchmod(fd, 0600) < 0)
		result = error_errno(err, errno, "the journal can be read by others, and that cannot be ended");
	if (fd >= 0)
		(void)close(fd);	/* nothing was written */
	return result < 0 ? error_place(err, str_from(path), 0, 0) : result;
}

int
journal_open(struct journal **ret, const char *db, bool create, struct error *err)
{
	AUTO(buf) path = BUF_INIT;
	struct journal *j;
	int there;

	*ret = NULL;
	buf_printf(&path, "%s.runs", db);
	there = make_file(path.ptr, create, err);
	if (there <= 0)
		return there;
	j = mem_zero(1, sizeof *j);
	j->path = mem_dup(path.ptr, path.len);
	if (sqlite3_open_v2(path.ptr, &j->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		(void)fail(j, err);
	else if (set_up(j, err) == 0) {
		*ret = j;
		return 0;
	}
	journal_close(j);
	return -1;
}

void
journal_close(struct journal *j)
{
	if (!j)
		return;
	for (size_t i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(j->statements[i]);	/* repeats the last step's code */
	(void)sqlite3_close(j->db);	/* nothing is open in it; a transaction is rolled back */
	free(j->path);
	free(j);
}

static int
add_file(struct journal *j, int64_t run, size_t app, const struct run_file *f, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_ADD_FILE, err);

	if (!st)
		return -1;
	bind_int(st, 1, run);
	bind_int(st, 2, (int64_t)app);
	bind_str(st, 3, f->path);
	bind_int(st, 4, (int64_t)f->edits);
	bind_int(st, 5, f->meta.is_known ? (int64_t)f->meta.mode : -1);
	bind_int(st, 6, f->meta.uid);
	bind_int(st, 7, f->meta.gid);
	bind_int(st, 8, (int64_t)text_digest(f->after));
	if (!f->is_made)
		bind_bytes(st, 9, f->before);
	bind_bytes(st, 10, f->after);
	return finish(j, st, err);
}

static int
add_app(struct journal *j, int64_t run, const struct run_app *a, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_ADD_APP, err);

	if (!st)
		return -1;
	bind_int(st, 1, run);
	bind_int(st, 2, (int64_t)a->number);
	bind_str(st, 3, a->folder);
	bind_str(st, 4, a->model);
	bind_int(st, 5, (int64_t)a->app_num);
	if (finish(j, st, err) < 0)
		return -1;
	for (size_t i = 0; i < a->count; i++)
		if (add_file(j, run, a->number, &a->files[i], err) < 0)
			return -1;
	return 0;
}

static int
add_run(struct journal *j, struct run *r, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_ADD_RUN, err);
	uint64_t random;

	if (!st)
		return -1;
	sqlite3_randomness(sizeof random, &random);
	r->token = arena_printf(&r->arena, "%016llx", (unsigned long long)random);
	bind_str(st, 1, r->plan);
	bind_str(st, 2, r->root);
	bind_str(st, 3, r->token);
	bind_int(st, 4, r->is_elsewhere);
	bind_int(st, 5, (int64_t)time(NULL));
	if (finish(j, st, err) < 0)
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
	if (execute(j, S_BEGIN, err) < 0)
		return -1;
	if (add_run(j, r, err) == 0)
		return commit(j, err);
	rollback(j);
	return -1;
}

static int
set_run(struct journal *j, int64_t id, enum journal_state state, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_SET_RUN, err);

	if (!st)
		return -1;
	bind_int(st, 1, state);
	bind_int(st, 2, id);
	return finish(j, st, err);
}

/* What an app's state in the run means for the journal; -1: stays as it is. An app that undo could not restore stays changed. */
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
		sqlite3_stmt *st = prepare(j, S_SET_APP, err);

		if (!st)
			return -1;
		is_open |= state < 0;
		if (state < 0)
			continue;
		bind_int(st, 1, state);
		bind_int(st, 2, r->id);
		bind_int(st, 3, (int64_t)r->apps[i].number);
		if (finish(j, st, err) < 0)
			return -1;
	}
	return is_open ? 0 : set_run(j, r->id, d == RUN_FORWARD ? JOURNAL_DONE : JOURNAL_UNDONE, err);
}

int
journal_settle(struct journal *j, const struct run *r, enum run_direction d, struct error *err)
{
	if (execute(j, S_BEGIN, err) < 0)
		return -1;
	if (settle(j, r, d, err) == 0)
		return commit(j, err);
	rollback(j);
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

/* 1: a row; 0: the end; -1. */
static int
step(struct journal *j, sqlite3_stmt *st, struct error *err)
{
	int code = sqlite3_step(st);

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : fail(j, err);
}

static int
load_files(struct journal *j, struct run *r, struct run_app *a, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_FILES, err);
	size_t cap = 0;
	int got;

	if (!st)
		return -1;
	bind_int(st, 1, r->id);
	bind_int(st, 2, (int64_t)a->number);
	while ((got = step(j, st, err)) > 0) {
		struct run_file *f;

		ARENA_GROW(&r->arena, a->files, a->count, cap);
		f = &a->files[a->count++];
		*f = (struct run_file){ .edits = (size_t)sqlite3_column_int64(st, 1) };
		run_file_place(r, f, column(st, 0, &r->arena));
		f->meta.is_known = sqlite3_column_int64(st, 2) >= 0;
		f->meta.mode = (mode_t)(sqlite3_column_int64(st, 2) & 07777);
		f->meta.uid = (uid_t)sqlite3_column_int64(st, 3);
		f->meta.gid = (gid_t)sqlite3_column_int64(st, 4);
		f->is_made = sqlite3_column_type(st, 5) == SQLITE_NULL;
		f->meta.is_model = f->is_made;
		f->before = column(st, 5, &r->arena);
		f->after = column(st, 6, &r->arena);
	}
	(void)sqlite3_reset(st);
	return got;
}

static int
load_apps(struct journal *j, struct run *r, enum run_direction d, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_APPS, err);
	size_t cap = 0;
	int got;

	if (!st)
		return -1;
	bind_int(st, 1, r->id);
	bind_int(st, 2, d == RUN_FORWARD ? APP_WAITING : APP_CHANGED);
	while ((got = step(j, st, err)) > 0) {
		struct run_app *a;

		ARENA_GROW(&r->arena, r->apps, r->count, cap);
		a = &r->apps[r->count++];
		*a = (struct run_app){ .folder = column(st, 1, &r->arena), .model = column(st, 2, &r->arena),
			.app_num = (uint64_t)sqlite3_column_int64(st, 3), .state = RUN_WAITING,
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
	sqlite3_stmt *st = prepare(j, S_RUN, err);
	int got;

	if (!st)
		return -1;
	bind_int(st, 1, id);
	got = step(j, st, err);
	if (got > 0) {
		r->id = id;
		r->plan = column(st, 0, &r->arena);
		r->root = column(st, 1, &r->arena);
		r->token = column(st, 2, &r->arena);
		r->is_elsewhere = sqlite3_column_int(st, 3) != 0;
	}
	(void)sqlite3_reset(st);
	if (got == 0)
		return error_set(err, "no run %lld in the journal (berth apply --runs lists them)", (long long)id);
	return got < 0 ? -1 : load_apps(j, r, d, err);
}

int
journal_entries(struct journal *j, struct arena *arena, struct journal_entry **ret, size_t *ret_count, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_ENTRIES, err);
	size_t cap = 0;
	int got;

	*ret = NULL;
	*ret_count = 0;
	if (!st)
		return -1;
	while ((got = step(j, st, err)) > 0) {
		struct journal_entry *e;

		ARENA_GROW(arena, *ret, *ret_count, cap);
		e = &(*ret)[(*ret_count)++];
		e->id = sqlite3_column_int64(st, 0);
		e->started = sqlite3_column_int64(st, 1);
		e->state = (enum journal_state)(sqlite3_column_int(st, 2) & 3);
		e->plan = column(st, 3, arena);
		e->root = column(st, 4, arena);
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
	sqlite3_stmt *st = prepare(j, S_OUTCOME, err);
	int got;

	if (!st)
		return -1;
	bind_str(st, 1, plan);
	bind_str(st, 2, path);
	got = step(j, st, err);
	if (got > 0)
		*ret = (uint64_t)sqlite3_column_int64(st, 0);
	(void)sqlite3_reset(st);
	return got;
}

int
journal_forget(struct journal *j, int64_t before, size_t *ret, struct error *err)
{
	sqlite3_stmt *st = prepare(j, S_FORGET, err);

	if (!st)
		return -1;
	bind_int(st, 1, before);
	if (finish(j, st, err) < 0)
		return -1;
	*ret = (size_t)sqlite3_changes(j->db);
	return *ret ? execute(j, S_VACUUM, err) : 0;
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
			return error_set(err, "run %lld on %s was interrupted: `berth apply --resume` finishes it, `berth apply "
			    "--undo %lld` takes it back; nothing else is done before", (long long)entries[i].id,
			    entries[i].root.ptr, (long long)entries[i].id);
	return 0;
}

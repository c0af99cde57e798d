/* file: the file that the journal is, its tables and statements.
 * SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/error.h"
#include "journal/internal.h"

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

static const char *const sql[S_COUNT] = {
	[S_BEGIN] = "BEGIN IMMEDIATE", [S_COMMIT] = "COMMIT", [S_ROLLBACK] = "ROLLBACK",
	[S_ADD_RUN] = "INSERT INTO runs (plan, root, token, elsewhere, started, state) VALUES (?, ?, ?, ?, ?, 0)",
	[S_ADD_APP] = "INSERT INTO apps VALUES (?, ?, ?, ?, ?, 0)",
	[S_ADD_FILE] = "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[S_SET_APP] = "UPDATE apps SET state = ? WHERE run = ? AND app = ?",
	[S_SET_RUN] = "UPDATE runs SET state = ? WHERE id = ?",
	[S_RUN] = "SELECT plan, root, token, elsewhere FROM runs WHERE id = ?",
	[S_APPS] = "SELECT app, folder, model, app_num FROM apps WHERE run = ?1 AND (state = 0 OR state = ?2) ORDER BY app",
	[S_FILES] = "SELECT path, edits, mode, uid, gid, before, after FROM files WHERE run = ? AND app = ? ORDER BY id",
	/* in parentheses: one statement on purpose, over several lines */
	[S_ENTRIES] = ("SELECT id, started, state, plan, root, (SELECT count(*) FROM apps WHERE run = runs.id),"
		" (SELECT count(*) FROM files WHERE run = runs.id),"
		" (SELECT count(*) FROM apps WHERE run = runs.id AND apps.state = CASE runs.state WHEN 3 THEN 1 ELSE 2 END)"
		" FROM runs ORDER BY id DESC"),
	[S_OUTCOME] = ("SELECT digest_after FROM runs JOIN apps ON run = runs.id JOIN files USING (run, app)"
		" WHERE plan = ? AND path = ? AND runs.state = 1 AND apps.state = 1 ORDER BY runs.id DESC LIMIT 1"),
	[S_FORGET] = "DELETE FROM runs WHERE state IN (1, 3) AND started < ?",
	[S_VACUUM] = "VACUUM",
};

int
journal_fail(const struct journal *j, struct error *err)
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

sqlite3_stmt *
journal_prepare(struct journal *j, enum journal_sql s, struct error *err)
{
	sqlite3_stmt **p = &j->statements[s];

	if (!*p && sqlite3_prepare_v3(j->db, sql[s], -1, SQLITE_PREPARE_PERSISTENT, p, NULL) != SQLITE_OK)
		(void)journal_fail(j, err);
	return *p;
}

int
journal_finish(struct journal *j, sqlite3_stmt *st, struct error *err)
{
	int code = sqlite3_step(st), result = code == SQLITE_DONE || code == SQLITE_ROW ? 0 : journal_fail(j, err);

	(void)sqlite3_reset(st);	/* repeats the step's code */
	(void)sqlite3_clear_bindings(st);
	return result;
}

int
journal_execute(struct journal *j, enum journal_sql s, struct error *err)
{
	sqlite3_stmt *st = journal_prepare(j, s, err);

	return st ? journal_finish(j, st, err) : -1;
}

void
journal_rollback(struct journal *j)
{
	AUTO(error) ignored = ERROR_INIT;	/* the first error is the one to tell; closing rolls back too */

	if (!sqlite3_get_autocommit(j->db))
		(void)journal_execute(j, S_ROLLBACK, &ignored);
}

int
journal_commit(struct journal *j, struct error *err)
{
	if (journal_execute(j, S_COMMIT, err) == 0)
		return 0;
	journal_rollback(j);
	return -1;
}

void
journal_bind_str(sqlite3_stmt *st, int i, struct str s)
{
	(void)sqlite3_bind_text64(st, i, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC, SQLITE_UTF8);	/* step reports it */
}

void
journal_bind_bytes(sqlite3_stmt *st, int i, struct str s)
{
	(void)sqlite3_bind_blob64(st, i, s.ptr ? s.ptr : "", s.len, SQLITE_STATIC);
}

void
journal_bind_int(sqlite3_stmt *st, int i, int64_t n)
{
	(void)sqlite3_bind_int64(st, i, n);
}

struct str
journal_column(sqlite3_stmt *st, int i, struct arena *arena)
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
		return journal_fail(j, err);
	if (sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);	/* repeats the step's code */
	if (version < 0)
		return journal_fail(j, err);
	if (version > VERSION) {
		error_set(err, "written by a newer berth");
		return error_place(err, str_from(j->path), 0, 0);
	}
	if (version == VERSION)
		return 0;
	if (journal_execute(j, S_BEGIN, err) < 0)
		return -1;
	/* another process may have made it while this one waited for the lock */
	if (sqlite3_table_column_metadata(j->db, NULL, "runs", "id", NULL, NULL, NULL, NULL, NULL) != SQLITE_OK &&
	    (sqlite3_exec(j->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
	     sqlite3_exec(j->db, "PRAGMA user_version = 1", NULL, NULL, NULL) != SQLITE_OK)) {
		(void)journal_fail(j, err);
		journal_rollback(j);
		return -1;
	}
	return journal_commit(j, err);
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
		(void)journal_fail(j, err);
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
	for (size_t i = 0; i < S_COUNT; i++)
		(void)sqlite3_finalize(j->statements[i]);	/* repeats the last step's code */
	(void)sqlite3_close(j->db);	/* nothing is open in it; a transaction is rolled back */
	free(j->path);
	free(j);
}

int
journal_step(struct journal *j, sqlite3_stmt *st, struct error *err)
{
	int code = sqlite3_step(st);

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : journal_fail(j, err);
}

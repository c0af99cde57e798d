/* file: opens the file that the journal is and makes its tables; and the table of its statements.
 * SPDX-License-Identifier: MIT */
#include "journal/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "journal/internal.h"
#include "system/compat.h"

enum { VERSION = 2, BUSY_MS = 10000 };

/* runs.state is enum journal_state, apps.state is enum journal_app_state. files.before is NULL where the
 * run made the file. SQLite keeps these texts as they are, so they stay as they are. */
static const char schema[] =
	"CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, plan TEXT NOT NULL, root TEXT NOT NULL,"
	" token TEXT NOT NULL, elsewhere INTEGER NOT NULL, started INTEGER NOT NULL, state INTEGER NOT NULL,"
	" root_id TEXT NOT NULL DEFAULT '', journal TEXT NOT NULL DEFAULT '',"
	" journal_id TEXT NOT NULL DEFAULT '');"
	"CREATE TABLE apps (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, app INTEGER NOT NULL,"
	" folder TEXT NOT NULL, model TEXT NOT NULL, app_num INTEGER NOT NULL, state INTEGER NOT NULL,"
	" PRIMARY KEY (run, app)) WITHOUT ROWID;"
	"CREATE TABLE files (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, app INTEGER NOT NULL,"
	" path TEXT NOT NULL, edits INTEGER NOT NULL, mode INTEGER NOT NULL, uid INTEGER NOT NULL,"
	" gid INTEGER NOT NULL,"
	" digest_after INTEGER NOT NULL, before BLOB, after BLOB NOT NULL,"
	" FOREIGN KEY (run, app) REFERENCES apps ON DELETE CASCADE);"
	"CREATE INDEX files_of_app ON files (run, app);"
	"PRAGMA user_version = 2";

/* Of a run in an older journal it is not known which folder its root was. */
static const char upgrade[] =
	"ALTER TABLE runs ADD COLUMN root_id TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE runs ADD COLUMN journal TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE runs ADD COLUMN journal_id TEXT NOT NULL DEFAULT '';"
	"PRAGMA user_version = 2";

static const struct sql_statement statements[Q_COUNT] = {
	[Q_ADD_RUN] = { .text = "INSERT INTO runs (plan, root, token, elsewhere, started, state,"
	    " root_id, journal, journal_id) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)" },
	[Q_ADD_APP] = { .text = "INSERT INTO apps VALUES (?, ?, ?, ?, ?, 0)" },
	[Q_ADD_FILE] = { .text = "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[Q_SET_APP] = { .text = "UPDATE apps SET state = ? WHERE run = ? AND app = ?" },
	[Q_SET_RUN] = { .text = "UPDATE runs SET state = ? WHERE id = ?" },
	[Q_FORGET] = { .text = "DELETE FROM runs WHERE state IN (1, 3) AND started < ?" },
	[Q_RUN] = { .text = "SELECT plan, root, token, elsewhere, root_id, journal, journal_id"
	    " FROM runs WHERE id = ?" },
	[Q_APPS] = { .text = "SELECT app, folder, model, app_num FROM apps"
	    " WHERE run = ?1 AND (state = 0 OR state = ?2) ORDER BY app" },
	[Q_FILES] = { .text = "SELECT path, edits, mode, uid, gid, before, after FROM files"
	    " WHERE run = ? AND app = ? ORDER BY id" },
	[Q_ENTRIES] = { .text = "SELECT id, started, state, plan, root,"
	    " (SELECT count(*) FROM apps WHERE run = runs.id),"
	    " (SELECT count(*) FROM files WHERE run = runs.id),"
	    " (SELECT count(*) FROM apps WHERE run = runs.id"
	    " AND apps.state = CASE runs.state WHEN 3 THEN 1 ELSE 2 END)"
	    " FROM runs ORDER BY id DESC" },
	[Q_OUTCOME] = { .text = "SELECT digest_after"
	    " FROM runs JOIN apps ON run = runs.id JOIN files USING (run, app)"
	    " WHERE plan = ? AND path = ? AND runs.state = 1 AND apps.state = 1"
	    " ORDER BY runs.id DESC LIMIT 1" },
	[Q_FOLDERS] = { .text = "SELECT root, folder, model, app_num, max(runs.id)"
	    " FROM runs JOIN apps ON run = runs.id WHERE apps.state IN (1, 3)"
	    " GROUP BY root, folder ORDER BY root, model, app_num, folder" },
	[Q_PATHS] = { .text = "SELECT DISTINCT root, folder, path FROM runs JOIN apps ON run = runs.id"
	    " JOIN files USING (run, app) WHERE apps.state IN (1, 3) ORDER BY runs.id" },
	[Q_TEXTS] = { .text = "SELECT root, folder, before, after FROM runs JOIN apps ON run = runs.id"
	    " JOIN files USING (run, app) WHERE apps.state IN (1, 3) ORDER BY runs.id" },
};

static void
explain(const struct sql_failure *f, struct error *err)
{
	if (f->trouble == SQL_HELD)
		(void)error_set(err, "the journal is in use by another apply; try again when it has ended");
	else if (f->trouble == SQL_NO_DATABASE || f->trouble == SQL_DAMAGED)
		(void)error_set(err, "is not a journal of berth's, or damaged: %s", f->message);
	else
		(void)error_set(err, "cannot use the journal: %s", f->message);
}

/* Makes the tables, or adds what an older journal lacks, unless another process did it while this one waited
 * for the lock. */
static int
make_tables(struct sql *db, struct error *err)
{
	int64_t found, version = 0;
	int got;

	if (sql_begin(db, err) < 0)
		return -1;
	got = sql_number(db, "SELECT 1 FROM sqlite_schema WHERE name = 'runs'", NULL, &found, err);
	if (got > 0 && sql_number(db, "PRAGMA user_version", NULL, &version, err) < 0)
		got = -1;
	if (got >= 0 && version < VERSION)
		got = sql_script(db, got ? upgrade : schema, NULL, err);
	return sql_end(db, got < 0 ? -1 : 0, err);
}

static int
set_up(struct sql *db, struct error *err)
{
	int64_t version = 0;

	/* EXTRA also syncs the folder when the rollback journal goes. Otherwise a power cut could bring
	 * that back, and a run that had begun would be forgotten. What is deleted is overwritten. */
	if (sql_script(db, "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
	    "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -65536", NULL, err) < 0 ||
	    sql_number(db, "PRAGMA user_version", NULL, &version, err) < 0)
		return -1;
	if (version > VERSION) {
		error_set(err, "written by a newer berth");
		return error_file(err, str_from(sql_path(db)));
	}
	return version == VERSION ? 0 : make_tables(db, err);
}

/* Nobody but its owner reads a journal, whoever made it so that they could. And finds out which
 * file it is. */
static int
shut(struct journal *j, const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0 || ((st.st_mode & 077) && chmod(path, 0600) < 0) ||
	    !(j->path = compat_real_path(path))) {
		error_errno(err, errno, "the journal can be read by others, and that cannot be ended");
		return error_file(err, str_from(path));
	}
	j->id = folder_id(&st);
	return 0;
}

int
journal_open(struct journal **ret, const char *db, bool create, struct error *err)
{
	struct sql_options options = { .mode = create ? SQL_CREATE : SQL_WRITE,
		.busy_ms = BUSY_MS, .statements = statements, .count = Q_COUNT, .explain = explain };
	AUTO(buf) path = BUF_INIT;
	AUTO_PTR(journal) j = NULL;
	struct stat st;

	*ret = NULL;
	buf_printf(&path, "%s.runs", db);
	if (!create && lstat(path.ptr, &st) < 0 && errno == ENOENT)
		return 0;
	j = mem_zero(1, sizeof *j);
	options.path = path.ptr;
	if (sql_open(&j->db, &options, err) < 0 || shut(j, path.ptr, err) < 0 || set_up(j->db, err) < 0)
		return -1;
	*ret = j;
	j = NULL;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (!j)
		return;
	sql_close(j->db);
	free(j->path);
	free(j);
}

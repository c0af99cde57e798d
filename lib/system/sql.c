/* sql: SQLite, each of its calls wrapped once.
 * SPDX-License-Identifier: MIT */
#include "system/sql.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/error.h"
#include "system/dbfile.h"
#include "system/owner.h"
#include "system/sql_guard.h"
#include "system/sql_rows.h"

enum { RECOVER_MS = 5000 };	/* how long a reader that recovers a database waits for its writer */

struct sql {
	sqlite3 *handle;
	char *path;		/* the place of errors; NULL: they have none */
	const struct sql_statement *statements;
	size_t count;
	const char *preparing;
	void (*explain)(const struct sql_failure *, struct error *);
	struct sql_rows rows;	/* that wait */
	sqlite3_stmt *taker;	/* what they wait for; NULL: there are none */
	const char *taking;	/* what is being done then */
	sqlite3_stmt *prepared[];	/* COUNT of them; NULL: not used yet */
};

static enum sql_trouble
trouble_of(const struct sql *db)
{
	switch (sqlite3_errcode(db->handle) & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SQL_HELD;
	case SQLITE_NOTADB:
		return SQL_NO_DATABASE;
	case SQLITE_CORRUPT:
		return SQL_DAMAGED;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return SQL_UNWRITABLE;
	case SQLITE_FULL:
		return SQL_FULL;
	case SQLITE_AUTH:
		return SQL_DENIED;
	default:
		return SQL_TROUBLE;
	}
}

const char *
sql_message(const struct sql *db)
{
	return sqlite3_errmsg(db->handle);
}

const char *
sql_path(const struct sql *db)
{
	return db->path;
}

void
sql_explain(const struct sql_failure *f, struct error *err)
{
	if (f->doing)
		(void)error_set(err, "%s: %s", f->doing, f->message);
	else
		(void)error_set(err, "%s", f->message);
}

/* Every failure of a handle becomes an error here. */
static int
fail(const struct sql *db, const char *doing, struct error *err)
{
	db->explain(&(struct sql_failure){ doing, sql_message(db), trouble_of(db) }, err);
	if (db->path)
		(void)error_file(err, str_from(db->path));
	return -1;
}

/* Rolls back what a writer that was killed had begun, as a reader can't; where we may not either, reading it
 * will say so. */
static void
recover(const char *path, int busy_ms)
{
	const struct sql_options options = { .path = path, .mode = SQL_WRITE, .busy_ms = busy_ms };
	AUTO(error) ignored = ERROR_INIT;
	AUTO_PTR(sql) db = NULL;

	if (dbfile_has_journal(path) && access(path, W_OK) == 0 && sql_open(&db, &options, &ignored) == 0)
		(void)sql_script(db, "SELECT count(*) FROM sqlite_schema", NULL, &ignored);
}

int
sql_open(struct sql **ret, const struct sql_options *o, struct error *err)
{
	static const int flags[] = {
		[SQL_READ] = SQLITE_OPEN_READONLY,
		[SQL_WRITE] = SQLITE_OPEN_READWRITE,
		[SQL_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		/* what is attached to it is named by a URI */
		[SQL_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI,
		[SQL_SCRATCH] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI,
	};
	bool is_own = o->mode == SQL_MEMORY || o->mode == SQL_SCRATCH;	/* there is no file of that name */
	AUTO_PTR(sql) db = mem_zero(1, sizeof *db + o->count * sizeof *db->prepared);

	db->path = o->path ? mem_dup(o->path, strlen(o->path)) : NULL;
	db->statements = o->statements;
	db->count = o->count;
	db->preparing = o->preparing;
	db->explain = o->explain ? o->explain : sql_explain;
	/* One thread asks SQLite, and nobody how much memory it has. Once it is at work this is refused, and
	 * was said already. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (!is_own && owner_check(o->path, err) < 0)
		return -1;
	if (o->mode == SQL_READ)
		recover(o->path, o->busy_ms);
	if (o->path && o->mode == SQL_CREATE)
		dbfile_make(o->path);
	if (sqlite3_open_v2(o->mode == SQL_MEMORY ? ":memory:" : is_own ? "" : o->path, &db->handle,
	    flags[o->mode] | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		if (!db->handle)
			mem_exhausted();
		return fail(db, "opening the database", err);
	}
	if (sql_rows_register(db->handle, &db->rows) < 0)
		mem_exhausted();
	(void)sqlite3_busy_timeout(db->handle, o->busy_ms);	/* these fail on closed handles only */
	if (is_own)
		sql_guard(db->handle);
	*ret = db;
	db = NULL;
	return 0;
}

void
sql_close(struct sql *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->count; i++)
		(void)sqlite3_finalize(db->prepared[i]);	/* repeats the last step's result */
	buf_release(&db->rows.texts);
	(void)sqlite3_close(db->handle);	/* no statement is left that could hold it open */
	free(db->path);
	free(db);
}

int
sql_attach(struct sql *db, const char *path, const char *name, const char *doing, struct error *err)
{
	AUTO(buf) uri = BUF_INIT, look = BUF_INIT;
	AUTO(sql_query) q = sql_prepare(db, "ATTACH ?1 AS ?2", doing, err);
	struct stat st;

	/* SQLite would wait for somebody to write into a FIFO */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return error_set(err, "%s: is not a regular file", doing);
	if (dbfile_is_utf16(path))
		return error_set(err, "%s: its texts are UTF-16, and berth needs UTF-8: `sqlite3 OLD .dump | "
		    "sqlite3 NEW` makes a copy that is", doing);
	recover(path, RECOVER_MS);
	dbfile_uri(path, &uri);
	if (dbfile_is_settled_wal(path))
		buf_add_str(&uri, STR("&immutable=1"));
	SQL_BIND_STRS(&q, buf_str(&uri), str_from(name));
	/* SQLite may look at the file only when a statement reads it. */
	buf_printf(&look, "SELECT count(*) FROM %s.sqlite_schema", name);
	if (sql_run(&q) == 0 && sql_script(db, look.ptr, doing, err) == 0)
		return 0;
	if (trouble_of(db) != SQL_UNWRITABLE || !dbfile_has_journal(path))
		return -1;
	error_release(err);
	return error_set(err, "%s: a program was ended while it wrote, and only who may write it can take "
	    "that back: any berth that they run does", doing);
}

void
sql_only_read(struct sql *db, bool on)
{
	/* fails on closed handles only */
	(void)sqlite3_set_authorizer(db->handle, on ? sql_guard_authorize : NULL, NULL);
}

int
sql_tables(struct sql *db, struct str text, void (*take)(void *taker, struct str table, bool is_direct),
    void *taker)
{
	return sql_guard_tables(db->handle, text, take, taker);
}

static void
drop_rows(struct sql *db)
{
	db->taker = NULL;
	sql_rows_clear(&db->rows);
}

/* Puts in what waits. */
static int
put_rows(struct sql *db, struct error *err)
{
	sqlite3_stmt *taker = db->taker;
	int got;

	if (!taker)
		return 0;
	got = sqlite3_step(taker);
	drop_rows(db);
	if (got != SQLITE_DONE)
		(void)fail(db, db->taking, err);
	(void)sqlite3_reset(taker);	/* repeats the step's result */
	return got == SQLITE_DONE ? 0 : -1;
}

int
sql_script(struct sql *db, const char *text, const char *doing, struct error *err)
{
	if (put_rows(db, err) < 0)
		return -1;
	return sqlite3_exec(db->handle, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(db, doing, err);
}

int
sql_number(struct sql *db, const char *text, const char *doing, int64_t *ret, struct error *err)
{
	AUTO(sql_query) q = sql_prepare(db, text, doing, err);
	int got = sql_next(&q);

	if (got > 0)
		*ret = sql_column_int(&q, 0);
	return got;
}

int
sql_begin(struct sql *db, struct error *err)
{
	return sql_script(db, "BEGIN IMMEDIATE", "taking the write lock", err);
}

int
sql_end(struct sql *db, int result, struct error *err)
{
	if (result == 0 && sql_script(db, "COMMIT", "committing", err) == 0)
		return 0;
	sql_rollback(db);
	return -1;
}

void
sql_rollback(struct sql *db)
{
	drop_rows(db);
	/* What fails here is rolled back by whoever opens the database next. */
	if (!sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

size_t
sql_changes(const struct sql *db)
{
	return (size_t)sqlite3_changes(db->handle);
}

int64_t
sql_last_id(const struct sql *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

uint64_t
sql_random(void)
{
	uint64_t random;

	sqlite3_randomness(sizeof random, &random);
	return random;
}

/* Remembers the failure of a query, and words it if it is the first. */
static int
query_fail(struct sql_query *q)
{
	if (!q->has_failed)
		(void)fail(q->db, q->doing, q->err);
	q->has_failed = true;
	return -1;
}

struct sql_query
sql_query(struct sql *db, unsigned statement, struct error *err)
{
	const struct sql_statement *s = &db->statements[statement];
	sqlite3_stmt **p = &db->prepared[statement];
	struct sql_query q = { .db = db, .doing = s->doing, .err = err };

	if (!*p && sqlite3_prepare_v3(
	    db->handle, s->text, -1, SQLITE_PREPARE_PERSISTENT, p, NULL) != SQLITE_OK) {
		if (db->preparing)
			q.doing = db->preparing;
		(void)query_fail(&q);
	}
	q.statement = *p;
	return q;
}

struct sql_query
sql_prepare(struct sql *db, const char *text, const char *doing, struct error *err)
{
	struct sql_query q = { .db = db, .doing = doing, .err = err, .is_own = true };

	if (sqlite3_prepare_v2(db->handle, text, -1, &q.statement, NULL) != SQLITE_OK)
		(void)query_fail(&q);
	return q;
}

/* The line of TEXT that the last error is about; 0 where it is not known. */
static size_t
error_line(const struct sql *db, struct str text)
{
	int at = sqlite3_error_offset(db->handle);
	size_t line = 1;

	if (at < 0)
		return 0;
	for (size_t i = 0; i < (size_t)at && i < text.len; i++)
		line += text.ptr[i] == '\n';
	return line;
}

/* Whether TEXT holds no statement: blanks and comments are none. */
static bool
is_void(const struct sql *db, struct str text)
{
	sqlite3_stmt *more = NULL;
	int got = sqlite3_prepare_v2(db->handle, text.len ? text.ptr : "", (int)text.len, &more, NULL);
	bool none = got == SQLITE_OK && !more;

	(void)sqlite3_finalize(more);
	return none;
}

static bool
reads_rows(const struct sql_query *q)
{
	return q->statement && sql_column_count(q) > 0 && sqlite3_stmt_readonly(q->statement);
}

static void
refuse(struct sql_query *q, const char *why)
{
	q->has_failed = true;
	(void)error_set(q->err, "%s", why);
}

struct sql_query
sql_select(struct sql *db, struct str text, struct error *err)
{
	struct sql_query q = { .db = db, .err = err, .is_own = true };
	const char *tail = NULL;
	int got;

	if (text.len > (size_t)sqlite3_limit(db->handle, SQLITE_LIMIT_SQL_LENGTH, -1)) {
		refuse(&q, "the SQL is longer than SQLite takes");
		return q;
	}
	got = sqlite3_prepare_v2(db->handle, text.ptr, (int)text.len, &q.statement, &tail);
	if (got != SQLITE_OK) {
		size_t line = error_line(db, text);

		(void)query_fail(&q);
		err->line = line;
	} else if (!reads_rows(&q)) {
		refuse(&q, "holds no SELECT");
	} else if (!is_void(db, str_sub(text, (size_t)(tail - text.ptr), text.len))) {
		refuse(&q, "more than one statement: a report is one SELECT");
	}
	return q;
}

/* Puts in what waits, before Q goes on. */
static int
put_before(struct sql_query *q)
{
	if (!q->has_failed && put_rows(q->db, q->err) < 0)
		q->has_failed = true;
	return q->has_failed ? -1 : 0;
}

void
sql_of_rows(struct sql_query *q)
{
	q->is_of_rows = true;
	if (q->db->taker != q->statement)
		(void)put_before(q);
	sql_rows_restart(&q->db->rows);
}

/* The row that was bound is whole. */
static int
end_row(struct sql_query *q)
{
	if (q->has_failed)
		return -1;
	q->db->taker = q->statement;
	q->db->taking = q->doing;
	return sql_rows_end(&q->db->rows) ? 0 : put_before(q);
}

void
sql_query_release(struct sql_query *q)
{
	if (q->is_own)
		(void)sqlite3_finalize(q->statement);	/* both repeat the step's result */
	else
		(void)sqlite3_reset(q->statement);
	*q = (struct sql_query)SQL_QUERY_INIT;
}

/* Whether there is a statement for the next value, which is then counted. */
static bool
can_bind(struct sql_query *q)
{
	if (q->has_failed)
		return false;
	q->bound++;
	return true;
}

static void
check_bound(struct sql_query *q, int result)
{
	if (result != SQLITE_OK)
		(void)query_fail(q);
}

void
sql_bind_str(struct sql_query *q, struct str text)
{
	if (q->is_of_rows && !q->has_failed)
		sql_rows_str(&q->db->rows, text);
	else if (can_bind(q))
		check_bound(q, sqlite3_bind_text64(q->statement, q->bound, text.ptr ? text.ptr : "",
		    text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void
sql_bind_bytes(struct sql_query *q, struct str bytes)
{
	if (can_bind(q))
		check_bound(q, sqlite3_bind_blob64(q->statement, q->bound, bytes.ptr ? bytes.ptr : "",
		    bytes.len, SQLITE_STATIC));
}

void
sql_bind_int(struct sql_query *q, int64_t n)
{
	if (q->is_of_rows && !q->has_failed)
		sql_rows_int(&q->db->rows, n);
	else if (can_bind(q))
		check_bound(q, sqlite3_bind_int64(q->statement, q->bound, n));
}

void
sql_bind_null(struct sql_query *q)
{
	if (q->is_of_rows && !q->has_failed)
		sql_rows_null(&q->db->rows);
	else if (can_bind(q))
		check_bound(q, sqlite3_bind_null(q->statement, q->bound));
}

void
sql_bind_optional(struct sql_query *q, bool is_there, uint64_t n)
{
	if (is_there && n <= INT64_MAX)
		sql_bind_int(q, (int64_t)n);
	else
		sql_bind_null(q);
}

void
sql_bind_strs(struct sql_query *q, const struct str *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sql_bind_str(q, texts[i]);
}

void
sql_bind_column(struct sql_query *q, const struct sql_query *from, int column)
{
	if (can_bind(q))
		check_bound(q, sqlite3_bind_value(q->statement, q->bound,
		    sqlite3_column_value(from->statement, column)));
}

/* The next row. Values that were bound for an earlier use of the statement are not let in. */
static int
step(struct sql_query *q)
{
	if (put_before(q) < 0)
		return SQLITE_ERROR;
	while (!q->has_failed && q->bound < sqlite3_bind_parameter_count(q->statement))
		sql_bind_null(q);
	return q->has_failed ? SQLITE_ERROR : sqlite3_step(q->statement);
}

/* Frees the statement for its next use, after a step that gave GOT. */
static int
settle(struct sql_query *q, int got)
{
	int result = got == SQLITE_DONE || got == SQLITE_ROW ? 0 : query_fail(q);

	(void)sqlite3_reset(q->statement);	/* repeats the step's result */
	q->bound = 0;
	return result;
}

int
sql_run(struct sql_query *q)
{
	return q->is_of_rows ? end_row(q) : settle(q, step(q));
}

int
sql_next(struct sql_query *q)
{
	int got = step(q);

	return got == SQLITE_ROW ? 1 : settle(q, got);
}

enum sql_type
sql_column_type(const struct sql_query *q, int column)
{
	switch (sqlite3_column_type(q->statement, column)) {
	case SQLITE_INTEGER:
		return SQL_INTEGER;
	case SQLITE_FLOAT:
		return SQL_REAL;
	case SQLITE_NULL:
		return SQL_NULL;
	default:
		return SQL_BYTES;
	}
}

struct str
sql_column_str(const struct sql_query *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q->statement, column);

	return (struct str){ text ? text : "", (size_t)sqlite3_column_bytes(q->statement, column) };
}

struct str
sql_column_copy(const struct sql_query *q, int column, struct arena *arena)
{
	return arena_dup(arena, sql_column_str(q, column));
}

int64_t
sql_column_int(const struct sql_query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

uint64_t
sql_column_uint(const struct sql_query *q, int column, uint64_t max)
{
	int64_t n = sql_column_int(q, column);

	return n > 0 && (uint64_t)n <= max ? (uint64_t)n : 0;
}

size_t
sql_column_count(const struct sql_query *q)
{
	return (size_t)sqlite3_column_count(q->statement);
}

struct str
sql_column_name(const struct sql_query *q, int column)
{
	return str_from(sqlite3_column_name(q->statement, column));
}

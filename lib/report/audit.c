/* audit: what is known of a fleet, laid out in memory for reports to query.
 * SPDX-License-Identifier: MIT */
#include "report/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "report/load.h"
#include "base/buf.h"
#include "base/error.h"
#include "format/rows.h"

enum { BUSY_MS = 5000 };

struct audit {
	sqlite3 *sql;
	struct buf root, behind;
	bool database, findings;
	size_t problems;
};

static int
sql_error(const struct audit *a, struct str name, const char *what, struct error *err)
{
	error_set(err, "%s: %s", what, sqlite3_errmsg(a->sql));
	return name.len ? error_place(err, name, 0, 0) : -1;
}

/* What a report may do: read. Functions that load code or take a pointer are refused by name; there are no
 * writing ones. */
static int
allow(void *data, int action, const char *one, const char *two, const char *schema, const char *trigger)
{
	(void)data, (void)one, (void)schema, (void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return two && (sqlite3_stricmp(two, "load_extension") == 0 || sqlite3_stricmp(two, "fts3_tokenizer") == 0) ?
		    SQLITE_DENY : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

/* PATH as a URI: what a URI gives a meaning to is escaped; an absolute path gets an empty authority before
 * it. */
static void
add_uri(struct buf *b, const char *path)
{
	buf_add_str(b, path[0] == '/' ? STR("file://") : STR("file:"));
	for (; *path; path++)
		if (strchr("%?#", *path))
			buf_printf(b, "%%%02X", (unsigned char)*path);
		else
			buf_add_char(b, *path);
	buf_add_str(b, STR("?mode=ro"));
}

/* A database in WAL mode that no one has open has no files beside it, and a reader may not make them: it
 * is read as one that nobody changes. Byte 18 of its header says the mode. */
static bool
is_settled_wal(const char *path)
{
	AUTO(buf) wal = BUF_INIT;
	unsigned char header[20];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, header, sizeof header);

	if (fd >= 0)
		(void)close(fd);	/* opened for reading */
	buf_printf(&wal, "%s-wal", path);
	return n == (ssize_t)sizeof header && header[18] == 2 && access(wal.ptr, F_OK) < 0;
}

static int
not_a_database(const struct audit *a, const char *path, struct error *err)
{
	int code = sqlite3_errcode(a->sql);

	if (code == SQLITE_NOTADB)
		error_set(err, "is not a SQLite database; name berth's with --db or $BERTH_DB");
	else
		error_set(err, "cannot read the database: %s", sqlite3_errmsg(a->sql));
	return error_place(err, str_from(path), 0, 0);
}

static int
attach(struct audit *a, const char *path, struct error *err)
{
	AUTO(buf) uri = BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	int result = 0;

	add_uri(&uri, path);
	if (is_settled_wal(path))
		buf_add_str(&uri, STR("&immutable=1"));
	if (sqlite3_prepare_v2(a->sql, "ATTACH ?1 AS registry", -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(stmt, 1, uri.ptr, (int)uri.len, SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_DONE)
		result = not_a_database(a, path, err);
	(void)sqlite3_finalize(stmt);	/* its result is the step's */
	/* The file is looked at only by the first statement that reads it. */
	if (result == 0 && sqlite3_exec(a->sql, "SELECT count(*) FROM registry.sqlite_schema", NULL, NULL, NULL) !=
	    SQLITE_OK)
		result = not_a_database(a, path, err);
	a->database = result == 0;
	return result;
}

static int
find_database(struct audit *a, const char *path, struct error *err)
{
	struct stat st;

	if (!path || !*path)
		return 0;
	if (stat(path, &st) == 0)
		return attach(a, path, err);
	if (errno == ENOENT)
		return 0;
	error_errno(err, errno, "cannot open the database");
	return error_place(err, str_from(path), 0, 0);
}

static int
load(struct audit *a, const struct audit_options *opt, struct error *err)
{
	if (audit_load_schema(a->sql, err) < 0)
		return -1;
	a->findings = opt->findings >= 0;
	if (a->findings ? audit_load_stream(a->sql, opt->findings, opt->findings_name, opt->partial, opt->views_only, err) < 0 :
	    a->database && audit_load_database(a->sql, err) < 0)
		return -1;
	return audit_load_rest(a->sql, opt->host_check, err);
}

/* What the tables say of the fleet as a whole. */
static int
know_fleet(struct audit *a, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;
	long long problems = 0;

	if (audit_query(a, STR("SELECT root, behind FROM fleet"), STR("fleet"), &rows, err) < 0)
		return -1;
	if (rows.count) {
		buf_add_str(&a->root, rows_cell(&rows, 0, 0)->text);
		buf_add_str(&a->behind, rows_cell(&rows, 0, 1)->text);
	}
	if (a->findings && audit_number(a, STR("SELECT count(*) FROM findings WHERE record = 'problem'"), STR("problems"),
	    &problems, err) < 0)
		return -1;
	a->problems = (size_t)problems;
	return 0;
}

int
audit_open(struct audit **ret, const struct audit_options *opt, struct error *err)
{
	AUTO_PTR(audit) a = mem_zero(1, sizeof *a);

	if (sqlite3_open_v2(":memory:", &a->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI |
	    SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		return sql_error(a, (struct str)STR_INIT, "cannot open a database in memory", err);
	(void)sqlite3_busy_timeout(a->sql, BUSY_MS);	/* fails only on a closed handle */
	(void)sqlite3_db_config(a->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(a->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (find_database(a, opt->db, err) < 0)
		return -1;
	/* All of the database is read as it is at one moment. */
	if (sqlite3_exec(a->sql, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return sql_error(a, (struct str)STR_INIT, "cannot begin", err);
	if (load(a, opt, err) < 0)
		return -1;
	if (sqlite3_set_authorizer(a->sql, allow, NULL) != SQLITE_OK)
		return sql_error(a, (struct str)STR_INIT, "cannot guard the database", err);
	if (know_fleet(a, err) < 0)
		return -1;
	*ret = a;
	a = NULL;
	return 0;
}

void
audit_close(struct audit *a)
{
	if (!a)
		return;
	(void)sqlite3_close(a->sql);	/* every statement was finalized; nothing is written */
	buf_release(&a->root);
	buf_release(&a->behind);
	free(a);
}

bool
audit_is_empty(const struct audit *a)
{
	return !a->database && !a->findings;
}

bool
audit_has_database(const struct audit *a)
{
	return a->database;
}

bool
audit_has_findings(const struct audit *a)
{
	return a->findings;
}

struct str
audit_root(const struct audit *a)
{
	return buf_str(&a->root);
}

struct str
audit_behind(const struct audit *a)
{
	return buf_str(&a->behind);
}

size_t
audit_problems(const struct audit *a)
{
	return a->problems;
}

int
audit_compare(struct audit *a, const char *side, struct audit *other, const char *moment, struct error *err)
{
	int result;

	(void)sqlite3_set_authorizer(a->sql, NULL, NULL);	/* our own statements; it is set again below */
	result = audit_load_compared(a->sql, side, other->sql, moment, err);
	(void)sqlite3_set_authorizer(a->sql, allow, NULL);
	return result;
}

/* A statement's error with the line of SQL that it is about. */
static int
query_error(const struct audit *a, struct str sql, struct str name, struct error *err)
{
	int at = sqlite3_error_offset(a->sql);
	size_t line = 0;

	if (at >= 0) {
		line = 1;
		for (size_t i = 0; i < (size_t)at && i < sql.len; i++)
			line += sql.ptr[i] == '\n';
	}
	if (sqlite3_errcode(a->sql) == SQLITE_AUTH)
		error_set(err, "a report only reads: %s", sqlite3_errmsg(a->sql));
	else
		error_set(err, "%s", sqlite3_errmsg(a->sql));
	return error_place(err, name, line, 0);
}

static void
take_row(sqlite3_stmt *stmt, struct rows *rows)
{
	struct cell *row = rows_add(rows);

	for (int c = 0; c < (int)rows->column_count; c++) {
		int type = sqlite3_column_type(stmt, c);
		const void *bytes = sqlite3_column_blob(stmt, c);
		struct str s;

		if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
			bytes = sqlite3_column_text(stmt, c);
		s = (struct str){ bytes, (size_t)sqlite3_column_bytes(stmt, c) };
		row[c].is_null = type == SQLITE_NULL;
		row[c].is_number = type == SQLITE_INTEGER || (type == SQLITE_FLOAT && s.len &&
		    s.ptr[s.len - 1] != 'f');	/* Inf is a number to no format */
		row[c].text = row[c].is_null ? (struct str)STR_INIT : arena_dup(&rows->arena, s);
	}
}

static void
take_columns(sqlite3_stmt *stmt, struct rows *rows)
{
	size_t count = (size_t)sqlite3_column_count(stmt);
	struct str *names = mem_zero(count + 1, sizeof *names);

	for (size_t i = 0; i < count; i++)
		names[i] = str_from(sqlite3_column_name(stmt, (int)i));
	rows_columns(rows, names, count);
	free(names);
}

/* What stands behind the first statement: blanks and comments only make no second one. */
static int
check_alone(const struct audit *a, const char *tail, struct str sql, struct str name, struct error *err)
{
	sqlite3_stmt *more = NULL;
	int got = sqlite3_prepare_v2(a->sql, tail, (int)(sql.ptr + sql.len - tail), &more, NULL);
	bool alone = got == SQLITE_OK && !more;

	(void)sqlite3_finalize(more);
	if (alone)
		return 0;
	error_set(err, "more than one statement: a report is one SELECT");
	return error_place(err, name, 0, 0);
}

int
audit_query(struct audit *a, struct str sql, struct str name, struct rows *rows, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *tail = NULL;
	int got, result = 0;

	if (sql.len > (size_t)sqlite3_limit(a->sql, SQLITE_LIMIT_SQL_LENGTH, -1)) {
		error_set(err, "the SQL is longer than SQLite takes");
		return error_place(err, name, 0, 0);
	}
	if (sqlite3_prepare_v2(a->sql, sql.ptr, (int)sql.len, &stmt, &tail) != SQLITE_OK)
		return query_error(a, sql, name, err);
	if (!stmt || sqlite3_column_count(stmt) == 0 || !sqlite3_stmt_readonly(stmt)) {
		error_set(err, "holds no SELECT");
		result = error_place(err, name, 0, 0);
	} else {
		result = check_alone(a, tail, sql, name, err);
	}
	if (result == 0) {
		take_columns(stmt, rows);
		while ((got = sqlite3_step(stmt)) == SQLITE_ROW)
			take_row(stmt, rows);
		if (got != SQLITE_DONE)
			result = query_error(a, sql, name, err);
	}
	(void)sqlite3_finalize(stmt);	/* repeats the step's result */
	return result;
}

int
audit_number(struct audit *a, struct str sql, struct str name, long long *ret, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;

	if (audit_query(a, sql, name, &rows, err) < 0)
		return -1;
	*ret = 0;
	if (rows.count && rows.column_count && !rows_cell(&rows, 0, 0)->is_null)
		*ret = strtoll(rows_cell(&rows, 0, 0)->text.ptr, NULL, 10);
	return 0;
}

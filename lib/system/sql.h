/* sql: SQLite, each of its calls wrapped once.
 * SPDX-License-Identifier: MIT
 *
 * A database is opened with a table of statements, which the caller's enum indexes; each is prepared when
 * it is first used, and kept. A query is one use of a statement. Its values are bound one after the other;
 * then it is run, or its rows are read:
 *
 *	struct sql_query q = sql_query(db, Q_PORTS, err);
 *
 *	sql_bind_str(&q, folder);
 *	while ((got = sql_next(&q)) > 0)
 *		use(sql_column_str(&q, 0));
 *	return got;
 *
 * The first failure of a query sets the error that it was made with; whatever is done with the query after
 * that does nothing, and sql_run and sql_next return -1, so that only these two need to be looked at. A
 * handle is used by one thread at a time. */
#ifndef BERTH_SYSTEM_SQL_H
#define BERTH_SYSTEM_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

struct error;
struct sql;
struct sqlite3_stmt;

/* What failed, as far as users can do something about it. */
enum sql_trouble {
	SQL_TROUBLE,
	SQL_HELD,		/* another program has it locked */
	SQL_NO_DATABASE,
	SQL_DAMAGED,
	SQL_UNWRITABLE,		/* it or its folder, or it is not there */
	SQL_FULL,
	SQL_DENIED		/* sql_only_read */
};

struct sql_failure {
	const char *doing;	/* of the statement; NULL where it has none */
	const char *message;	/* SQLite's */
	enum sql_trouble trouble;
};

struct sql_statement {
	const char *text;
	const char *doing;	/* what is being done, for errors; may be NULL */
};

/* The first three refuse a database that somebody else could have written (system/owner.h). */
enum sql_mode {
	SQL_READ,
	SQL_WRITE,
	SQL_CREATE,		/* SQL_WRITE, and made with mode 0600 where it is not there */
	/* a new one that no file holds; it does not trust what is attached to it, and has the function
	 * shell_word(TEXT) (base/quote.h) */
	SQL_MEMORY,
	/* the same; what is beyond its cache goes to a file without a name, for as long as it is open */
	SQL_SCRATCH
};

struct sql_options {
	const char *path;	/* NULL only where no file holds it: errors then have no place */
	enum sql_mode mode;
	int busy_ms;		/* how long a lock is waited for */
	const struct sql_statement *statements;
	size_t count;
	/* What errors say is being done when a statement cannot be prepared; NULL: what its `doing` says. */
	const char *preparing;
	/* Words an error; the path is added as its place. NULL: sql_explain. */
	void (*explain)(const struct sql_failure *, struct error *);
};

int sql_open(struct sql **ret, const struct sql_options *, struct error *);
/* Rolls back what was not committed. */
void sql_close(struct sql *);
/* "doing: message". */
void sql_explain(const struct sql_failure *, struct error *);
/* What the last call failed with, in SQLite's words. */
const char *sql_message(const struct sql *);
/* As it was opened with. */
const char *sql_path(const struct sql *);

/* Makes the database PATH readable as the schema NAME. */
int sql_attach(struct sql *, const char *path, const char *name, const char *doing, struct error *);
/* From now on statements may only read, and load no code; or again as before. */
void sql_only_read(struct sql *, bool on);
/* Tells TAKE of each table or view that the statement TEXT would read, maybe more than once; IS_DIRECT: not
 * through a view. -1 where it cannot be prepared, or would do more than read. Not
 * between sql_only_read's two. */
int sql_tables(struct sql *, struct str text, void (*take)(void *taker, struct str table, bool is_direct),
    void *taker);

/* Runs the statements of TEXT, which have no values. */
int sql_script(struct sql *, const char *text, const char *doing, struct error *);
/* The first cell of the rows that TEXT gives, as a number. 1; 0 without a row, *ret untouched; -1. */
int sql_number(struct sql *, const char *text, const char *doing, int64_t *ret, struct error *);
/* Takes the write lock (BEGIN IMMEDIATE). */
int sql_begin(struct sql *, struct error *);
/* Commits where RESULT is 0; else, or where that fails, rolls back and returns -1. */
int sql_end(struct sql *, int result, struct error *);
/* Takes back what was done since sql_begin, where anything was begun. */
void sql_rollback(struct sql *);
/* The rows that the last statement wrote, and the number that the last row inserted has. */
size_t sql_changes(const struct sql *);
int64_t sql_last_id(const struct sql *);
uint64_t sql_random(void);

struct sql_query {	/* private */
	struct sql *db;
	struct sqlite3_stmt *statement;
	const char *doing;
	struct error *err;
	int bound;
	bool is_own, has_failed, is_of_rows;
};

#define SQL_QUERY_INIT { NULL, NULL, NULL, NULL, 0, false, false, false }

/* A statement of the table, for one query at a time. ERR must live as long as the query. */
struct sql_query sql_query(struct sql *, unsigned statement, struct error *err);
/* A statement of its own, for AUTO(sql_query). */
struct sql_query sql_prepare(struct sql *, const char *text, const char *doing, struct error *err);
/* The same of a text that somebody else wrote: one SELECT and nothing behind it. Where it is wrong the
 * error has the line in it, as far as it is known, and no file. */
struct sql_query sql_select(struct sql *, struct str text, struct error *err);
/* From now on the values of Q, a statement of the table that says INSERT … SELECT c1, c2, … FROM berth_rows,
 * are not its parameters but a row, which sql_run lets wait: some at a time are put in at once, at the latest
 * before anything else is run. What fails then is the failure of whatever that is. */
void sql_of_rows(struct sql_query *q);
/* Ends a query whose rows were not read to their end, or that has a statement of its own; takes a zeroed
 * one. */
void sql_query_release(struct sql_query *);

/* Each binds the next value. Bytes are not copied: they must live until the statement has run. What is not
 * bound is NULL. */
void sql_bind_str(struct sql_query *, struct str text);
void sql_bind_bytes(struct sql_query *, struct str bytes);
void sql_bind_int(struct sql_query *, int64_t n);
void sql_bind_null(struct sql_query *);
/* NULL where it is not there, or greater than SQLite's integers. */
void sql_bind_optional(struct sql_query *, bool is_there, uint64_t n);
void sql_bind_strs(struct sql_query *, const struct str *texts, size_t count);
#define SQL_BIND_STRS(query, ...) \
	sql_bind_strs((query), (const struct str[]){ __VA_ARGS__ }, \
	    sizeof (const struct str[]){ __VA_ARGS__ } / sizeof(struct str))
/* A value of the row that FROM is at, whatever its type. */
void sql_bind_column(struct sql_query *, const struct sql_query *from, int column);

/* Runs a statement whose rows, if any, do not matter; values can be bound anew afterwards. */
int sql_run(struct sql_query *);
/* 1: a row; 0: the end; -1. After 0 and -1 the statement is free again. */
int sql_next(struct sql_query *);

/* The columns of a row, from 0. NULL is the empty text and 0. */
enum sql_type { SQL_NULL, SQL_INTEGER, SQL_REAL, SQL_BYTES };	/* a text is bytes, too */
enum sql_type sql_column_type(const struct sql_query *, int column);
/* Whatever its type; borrowed until the next row. */
struct str sql_column_str(const struct sql_query *, int column);
/* In ARENA, NUL behind it. */
struct str sql_column_copy(const struct sql_query *, int column, struct arena *);
int64_t sql_column_int(const struct sql_query *, int column);
/* 0 where it is not from 0 to MAX. */
uint64_t sql_column_uint(const struct sql_query *, int column, uint64_t max);
/* Of the statement, with or without a row. */
size_t sql_column_count(const struct sql_query *);
struct str sql_column_name(const struct sql_query *, int column);

MEM_AUTO_PTR(sql);
MEM_AUTO(sql_query);

#endif

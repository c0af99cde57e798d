/* internal: what the sources of journal share; nobody else includes it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_JOURNAL_INTERNAL_H
#define BERTH_JOURNAL_INTERNAL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct error;
struct sqlite3;
struct sqlite3_stmt;

/* What an app is in a run: the numbers stand in the file. */
enum journal_app_state { APP_WAITING, APP_CHANGED, APP_LEFT, APP_RESTORED };

enum journal_sql {
	S_BEGIN,
	S_COMMIT,
	S_ROLLBACK,
	S_ADD_RUN,
	S_ADD_APP,
	S_ADD_FILE,
	S_SET_APP,
	S_SET_RUN,
	S_RUN,
	S_APPS,
	S_FILES,
	S_ENTRIES,
	S_OUTCOME,
	S_FORGET,
	S_VACUUM,
	S_COUNT
};

struct journal {
	struct sqlite3 *db;
	char *path;
	struct sqlite3_stmt *statements[S_COUNT];	/* prepared at their first use */
};

/* Sets ERR from the handle's last result. Returns -1. */
int journal_fail(const struct journal *, struct error *err);
/* The statement; NULL with ERR set. */
struct sqlite3_stmt *journal_prepare(struct journal *, enum journal_sql, struct error *err);
/* 1: a row; 0: the end; -1. */
int journal_step(struct journal *, struct sqlite3_stmt *, struct error *err);
/* Steps a statement that gives no rows, and resets it. */
int journal_finish(struct journal *, struct sqlite3_stmt *, struct error *err);
/* The same of one that has no parameters. */
int journal_execute(struct journal *, enum journal_sql, struct error *err);
int journal_commit(struct journal *, struct error *err);
void journal_rollback(struct journal *);
/* Bound without a copy: it must live until the statement ran. */
void journal_bind_str(struct sqlite3_stmt *, int i, struct str s);
void journal_bind_bytes(struct sqlite3_stmt *, int i, struct str s);
void journal_bind_int(struct sqlite3_stmt *, int i, int64_t n);
/* A column's bytes, in ARENA. */
struct str journal_column(struct sqlite3_stmt *, int i, struct arena *arena);

#endif

/* internal: what store.c and store-plan.c share; nobody else includes it.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_STORE_INTERNAL_H
#define BERTH_STORE_INTERNAL_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct error;
struct sqlite3;
struct sqlite3_stmt;

enum store_sql {
	SQL_PLAN_KNOWN,
	SQL_PLAN_STATE,
	SQL_APP_APPLIED,
	SQL_PLAN_BEHIND,
	SQL_PLAN_CURRENT,
	SQL_PAIRS,
	SQL_PARK_PAIR,
	SQL_UPDATE_PAIR,
	SQL_INSERT_PAIR,
	SQL_DELETE_PAIR,
	SQL_DELETE_APP,
	SQL_FORGET_APP,
	SQL_READ_JSON,
	SQL_PORTS,
	SQL_NAMES,
	SQL_APPS,
	SQL_DROP_IDENTITY,
	SQL_PUT_APP,
	SQL_CLEAR_PORTS,
	SQL_CLEAR_NAMES,
	SQL_PUT_PORT,
	SQL_PUT_NAME,
	SQL_DROP_PLAN_APPS,
	SQL_DROP_FINDINGS,
	SQL_DROP_CHANGES,
	SQL_PUT_PLAN,
	SQL_PUT_PLAN_APP,
	SQL_PUT_FINDING,
	SQL_PUT_CHANGE,
	SQL_DROP_SAME_AUDIT,
	SQL_DROP_OLD_AUDITS,
	SQL_PUT_AUDIT,
	SQL_PUT_AUDIT_CLASH,
	SQL_COUNT_AUDIT,
	SQL_COUNT
};

struct store {
	struct sqlite3 *db;
	char *path;
	struct sqlite3_stmt *prepared[SQL_COUNT];
};

/* Sets ERR from the handle's last result, with what was being done. Returns -1. */
int store_fail(struct store *, const char *doing, struct error *err);
/* The prepared statement, reset; NULL with ERR set. */
struct sqlite3_stmt *store_statement(struct store *, enum store_sql, struct error *err);
/* Texts are bound without a copy: they must live until the statement ran. */
void store_bind(struct sqlite3_stmt *, int i, struct str text);
void store_bind_uint(struct sqlite3_stmt *, int i, uint64_t n);
struct str store_text(struct sqlite3_stmt *, int column, struct arena *);
/* Runs a statement that gives no rows, and resets it. */
int store_run(struct store *, struct sqlite3_stmt *, const char *doing, struct error *err);

#endif

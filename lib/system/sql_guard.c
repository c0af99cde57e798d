/* sql_guard: what a database may be asked that others' tables are attached to, and by statements of others.
 * SPDX-License-Identifier: MIT */
#include "system/sql_guard.h"

#include <limits.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "base/quote.h"

/* shell_word(TEXT): TEXT as one word of a shell's command line. */
static void
shell_word(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	AUTO(buf) b = BUF_INIT;

	(void)count;	/* one, as it was declared */
	if (!text)
		return;
	quote_add(&b, (struct str){ text, (size_t)sqlite3_value_bytes(values[0]) });
	sqlite3_result_text64(context, b.ptr, b.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void
sql_guard(sqlite3 *handle)
{
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_create_function(handle, "shell_word", 1,
	    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, shell_word, NULL, NULL);
}

/* Functions that load code or take a pointer are refused by name; none of the others writes. */
int
sql_guard_authorize(
    void *data, int action, const char *one, const char *two, const char *schema, const char *trigger)
{
	(void)data, (void)one, (void)schema, (void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return two && (sqlite3_stricmp(two, "load_extension") == 0 ||
		    sqlite3_stricmp(two, "fts3_tokenizer") == 0) ? SQLITE_DENY : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

struct listener {
	sql_guard_taker *take;
	void *taker;
};

static int
hear(void *data, int action, const char *one, const char *two, const char *schema, const char *view)
{
	const struct listener *l = data;

	if (action == SQLITE_READ && one)
		l->take(l->taker, str_from(one), !view);
	return sql_guard_authorize(NULL, action, one, two, schema, view);
}

int
sql_guard_tables(sqlite3 *handle, struct str text, sql_guard_taker *take, void *taker)
{
	struct listener l = { take, taker };
	sqlite3_stmt *statement = NULL;
	int got;

	if (text.len > INT_MAX)
		return -1;
	(void)sqlite3_set_authorizer(handle, hear, &l);	/* fails on closed handles only */
	got = sqlite3_prepare_v2(handle, text.ptr, (int)text.len, &statement, NULL);
	(void)sqlite3_set_authorizer(handle, NULL, NULL);
	(void)sqlite3_finalize(statement);	/* it never ran */
	return got == SQLITE_OK ? 0 : -1;
}

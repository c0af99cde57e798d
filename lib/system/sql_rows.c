/* sql_rows: rows that wait in memory until one statement takes them all.
 * SPDX-License-Identifier: MIT */
#include "system/sql_rows.h"

#include <stdlib.h>

#include <sqlite3.h>

/* --- the rows --- */

static struct sql_cell *
next_cell(struct sql_rows *r)
{
	if (r->width[r->count] == SQL_ROWS_COLUMNS)
		abort();	/* a statement of ours has more */
	return &r->cells[r->count][r->width[r->count]++];
}

void
sql_rows_str(struct sql_rows *r, struct str text)
{
	*next_cell(r) = (struct sql_cell){ true, false, (int64_t)r->texts.len, text.len };
	buf_add_str(&r->texts, text);
}

void
sql_rows_int(struct sql_rows *r, int64_t n)
{
	*next_cell(r) = (struct sql_cell){ false, false, n, 0 };
}

void
sql_rows_null(struct sql_rows *r)
{
	*next_cell(r) = (struct sql_cell){ false, true, 0, 0 };
}

bool
sql_rows_end(struct sql_rows *r)
{
	if (++r->count == SQL_ROWS_MAX)
		return false;
	r->width[r->count] = 0;
	return true;
}

void
sql_rows_restart(struct sql_rows *r)
{
	r->width[r->count] = 0;
}

void
sql_rows_clear(struct sql_rows *r)
{
	r->count = r->width[0] = 0;
	buf_clear(&r->texts);
}

/* --- as a table --- */

struct table {
	sqlite3_vtab base;
	const struct sql_rows *rows;
};

struct cursor {
	sqlite3_vtab_cursor base;
	const struct sql_rows *rows;
	size_t at;
};

static int
connect_table(
    sqlite3 *handle, void *rows, int argc, const char *const *argv, sqlite3_vtab **ret, char **ret_error)
{
	AUTO(buf) b = BUF_INIT;
	struct table *t = sqlite3_malloc(sizeof *t);

	(void)argc, (void)argv, (void)ret_error;
	if (!t)
		return SQLITE_NOMEM;
	*t = (struct table){ .rows = rows };
	*ret = &t->base;
	for (size_t i = 1; i <= SQL_ROWS_COLUMNS; i++)
		buf_printf(&b, "%sc%zu", i > 1 ? ", " : "CREATE TABLE berth_rows (", i);
	buf_add_char(&b, ')');
	/* no view of a database's own reads it */
	(void)sqlite3_vtab_config(handle, SQLITE_VTAB_DIRECTONLY);
	return sqlite3_declare_vtab(handle, b.ptr);
}

static int
disconnect_table(sqlite3_vtab *t)
{
	sqlite3_free(t);
	return SQLITE_OK;
}

static int
choose_way(sqlite3_vtab *t, sqlite3_index_info *info)
{
	(void)t;
	info->estimatedCost = SQL_ROWS_MAX;
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *t, sqlite3_vtab_cursor **ret)
{
	struct cursor *c = sqlite3_malloc(sizeof *c);

	if (!c)
		return SQLITE_NOMEM;
	*c = (struct cursor){ .rows = ((struct table *)t)->rows };
	*ret = &c->base;
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *c)
{
	sqlite3_free(c);
	return SQLITE_OK;
}

static int
to_first(sqlite3_vtab_cursor *c, int way, const char *name, int argc, sqlite3_value **argv)
{
	(void)way, (void)name, (void)argc, (void)argv;
	((struct cursor *)c)->at = 0;
	return SQLITE_OK;
}

static int
to_next(sqlite3_vtab_cursor *c)
{
	((struct cursor *)c)->at++;
	return SQLITE_OK;
}

static int
is_at_end(sqlite3_vtab_cursor *base)
{
	const struct cursor *c = (struct cursor *)base;

	return c->at >= c->rows->count;
}

static int
read_cell(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const struct cursor *c = (struct cursor *)base;
	const struct sql_cell *cell = &c->rows->cells[c->at][column];

	if ((size_t)column >= c->rows->width[c->at])
		return SQLITE_OK;	/* NULL */
	if (cell->is_text)
		sqlite3_result_text64(context, cell->len ? c->rows->texts.ptr + cell->number : "", cell->len,
		    SQLITE_STATIC, SQLITE_UTF8);
	else if (!cell->is_null)
		sqlite3_result_int64(context, cell->number);
	return SQLITE_OK;
}

static int
read_rowid(sqlite3_vtab_cursor *c, sqlite3_int64 *ret)
{
	*ret = (sqlite3_int64)((struct cursor *)c)->at;
	return SQLITE_OK;
}

int
sql_rows_register(sqlite3 *handle, struct sql_rows *rows)
{
	static const sqlite3_module module = {	/* without a way to make one it is there by itself */
		.xConnect = connect_table, .xDisconnect = disconnect_table, .xBestIndex = choose_way,
		.xOpen = open_cursor, .xClose = close_cursor, .xFilter = to_first, .xNext = to_next,
		.xEof = is_at_end, .xColumn = read_cell, .xRowid = read_rowid,
	};

	return sqlite3_create_module_v2(handle, "berth_rows", &module, rows, NULL) == SQLITE_OK ? 0 : -1;
}

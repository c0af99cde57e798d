/* render: a report's rows in the format that was asked for.
 * SPDX-License-Identifier: MIT */
#include "report/render.h"

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "base/nearest.h"
#include "format/gcc.h"
#include "format/json.h"
#include "format/rows.h"
#include "format/sheet.h"
#include "format/table.h"
#include "report/audit.h"
#include "report/page.h"
#include "report/report.h"
#include "report/verdict.h"

static const char *const names[] = {
	[RENDER_CSV] = "csv",
	[RENDER_TABLE] = "table",
	[RENDER_JSON] = "json",
	[RENDER_HTML] = "html",
	[RENDER_GCC] = "gcc",
};

int
render_format_parse(const char *name, enum render_format *ret, struct error *err)
{
	const char *near;

	for (int f = RENDER_CSV; f <= RENDER_GCC; f++)
		if (str_eq(str_from(name), str_from(names[f]))) {
			*ret = (enum render_format)f;
			return 0;
		}
	near = nearest_find(name, names, sizeof names / sizeof *names);
	return near
	    ? error_set(err, "no format '%s'; did you mean %s? (csv, table, json, html, gcc)", name, near)
	    : error_set(err, "no format '%s': it is csv, table, json, html or gcc", name);
}

int
render_list(
    struct buf *b, const struct report_path *path, const struct render_options *opt, struct error *err)
{
	static const struct str columns[] = { { "report", 6 }, { "title", 5 } };
	AUTO(report_set) all = REPORT_SET_INIT;
	AUTO(rows) rows = ROWS_INIT;

	if (report_set_open(&all, path, err) < 0)
		return -1;
	rows_columns(&rows, columns, 2);
	for (size_t i = 0; i < all.count; i++) {
		struct cell *row = rows_add(&rows);

		row[0] = (struct cell){ all.items[i].name, false, false };
		row[1] = (struct cell){ all.items[i].title, false, false };
	}
	if (opt->format == RENDER_TABLE)
		table_add(b, &rows, &(struct table_options){ opt->width, opt->colour, opt->ascii, NULL });
	else if (opt->format == RENDER_JSON)
		json_add(b, &rows);
	else
		sheet_add(b, &rows, opt->safe);
	return 0;
}

static int
column_of(const struct report *report, const struct rows *rows, struct str name, struct error *err)
{
	int c = rows_column(rows, name);

	if (c < 0) {
		error_set(err, "the header names a column %.*s that the query does not give", STR_ARG(name));
		(void)error_place(err, report->path, 0, 0);
	}
	return c;
}

static int
add_places(struct buf *b, const struct audit *audit, const struct report *report, const struct rows *rows,
    const struct render_options *opt, struct error *err)
{
	int at[3] = { -1, -1, -1 }, message;

	if (!report->place.count || !report->message.len)
		return error_set(err,
		    "report %.*s names no places in files, so it has no gcc format; use csv, table or json",
		    STR_ARG(report->name));
	for (size_t i = 0; i < report->place.count; i++)
		if ((at[i] = column_of(report, rows, report->place.items[i], err)) < 0)
			return -1;
	if ((message = column_of(report, rows, report->message, err)) < 0)
		return -1;
	gcc_add(b, rows, (struct gcc_columns){ at[0], at[1], at[2], message }, audit_root(audit), opt->here);
	return 0;
}

/* The columns that the report wants in a table; texts stay ROWS'. */
static int
choose(struct rows *ret, const struct report *report, const struct rows *rows, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	size_t *from = arena_zero(&a, report->table.count, sizeof *from);

	for (size_t i = 0; i < report->table.count; i++) {
		int c = column_of(report, rows, report->table.items[i], err);

		if (c < 0)
			return -1;
		from[i] = (size_t)c;
	}
	rows_columns(ret, report->table.items, report->table.count);
	for (size_t i = 0; i < rows->count; i++) {
		struct cell *row = rows_add(ret);

		for (size_t c = 0; c < report->table.count; c++)
			row[c] = *rows_cell(rows, i, from[c]);
	}
	return 0;
}

static void
add_table(
    struct buf *b, const struct report *report, const struct rows *rows, const struct render_options *opt)
{
	AUTO(arena) a = ARENA_INIT;
	bool *right = arena_zero(&a, rows->column_count + 1, sizeof *right);
	struct table_options table = { opt->width, opt->colour, opt->ascii, right };

	for (size_t i = 0; i < report->right.count; i++) {
		int c = rows_column(rows, report->right.items[i]);

		if (c >= 0)
			right[c] = true;
	}
	table_add(b, rows, &table);
}

static int
add_notes(struct buf *b, struct audit *audit, const struct report *report, struct error *err)
{
	for (size_t i = 0; i < report->notes.count; i++) {
		AUTO(rows) rows = ROWS_INIT;

		if (audit_query(audit, report->notes.items[i], report->path, &rows, err) < 0)
			return -1;
		for (size_t r = 0; r < rows.count; r++) {
			display_add(b, rows_cell(&rows, r, 0)->text);
			buf_add_char(b, '\n');
		}
	}
	return 0;
}

/* A table, and what its reader is told beside it: that it is empty, and the report's notes. */
static int
add_screen(struct buf *b, struct audit *audit, const struct report *report, const struct rows *rows,
    const struct render_options *opt, struct error *err)
{
	AUTO(rows) chosen = ROWS_INIT;

	if (report->table.count && choose(&chosen, report, rows, err) < 0)
		return -1;
	if (rows->count || !report->none.len) {
		add_table(b, report, report->table.count ? &chosen : rows, opt);
	} else if (!opt->quiet) {
		display_add(b, report->none);
		buf_add_char(b, '\n');
	}
	return opt->quiet ? 0 : add_notes(b, audit, report, err);
}

int
render_report(struct buf *b, struct audit *audit, const struct report *report,
    const struct render_options *opt, bool *ret_fails, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;

	if (verdict_ask(audit, report, &rows, ret_fails, err) < 0)
		return -1;
	switch (opt->format) {
	case RENDER_CSV:
		sheet_add(b, &rows, opt->safe);
		return 0;
	case RENDER_JSON:
		json_add(b, &rows);
		return 0;
	case RENDER_GCC:
		return add_places(b, audit, report, &rows, opt, err);
	case RENDER_TABLE:
		return add_screen(b, audit, report, &rows, opt, err);
	case RENDER_HTML:
		return page_report(b, audit, report, &rows, err);
	}
	return error_set(err, "no such format");
}

/* render: a report's rows in the format that was asked for.
 * SPDX-License-Identifier: MIT */
#include "report/render.h"

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "base/nearest.h"
#include "format/json.h"
#include "format/remark.h"
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
	[RENDER_SARIF] = "sarif",
	[RENDER_GITHUB] = "github",
	[RENDER_JUNIT] = "junit",
};

int
render_format_parse(const char *name, enum render_format *ret, struct error *err)
{
	const char *near;

	for (int f = RENDER_CSV; f <= RENDER_JUNIT; f++)
		if (str_eq(str_from(name), str_from(names[f]))) {
			*ret = (enum render_format)f;
			return 0;
		}
	near = nearest_find(name, names, sizeof names / sizeof *names);
	return near ? error_set(err, "no format '%s'; did you mean %s? (" RENDER_FORMATS ")", name, near)
		    : error_set(err, "no format '%s': it is one of " RENDER_FORMATS, name);
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
		table_add(b, &rows,
		    &(struct table_options){ opt->width, opt->colour, opt->ascii, NULL, NULL });
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
		(void)error_file(err, report->path);
	}
	return c;
}

enum { PLACE_COLUMNS = 4 };	/* file, line, column, length */

/* The columns that WORDS name, into those AT in their order. */
static int
set_columns(int *const at[PLACE_COLUMNS], const struct report_words *words, const struct report *report,
    const struct rows *rows, struct error *err)
{
	/* report_parse takes no more of them */
	for (size_t i = 0; i < words->count && i < PLACE_COLUMNS; i++) {
		int c = column_of(report, rows, words->items[i], err);

		if (c < 0)
			return -1;
		*at[i] = c;
	}
	return 0;
}

/* `level` is a level itself, or a column. */
static int
set_level(struct remarks *r, const struct report *report, struct error *err)
{
	r->level = report->fails.len ? REMARK_ERROR : REMARK_NOTE;
	for (int level = REMARK_NOTE; report->level.len && level <= REMARK_ERROR; level++)
		if (str_eq(report->level, remark_level_name((enum remark_level)level))) {
			r->level = (enum remark_level)level;
			return 0;
		}
	if (report->level.len)
		r->at.level = column_of(report, r->rows, report->level, err);
	return report->level.len && r->at.level < 0 ? -1 : 0;
}

/* The column of ROWS that is called NAME, from 1; 0: none is. */
static int
find_column(const struct rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->column_count; i++)
		if (str_eq(rows->columns[i], str_from(name)))
			return (int)i + 1;
	return 0;
}

static int
set_remarks(struct remarks *r, const struct report *report, struct error *err)
{
	struct remark_columns *c = &r->at;
	int *const place[] = { &c->place.file, &c->place.line, &c->place.column, &c->place.length };
	int *const other[] = { &c->other.file, &c->other.line, &c->other.column, &c->other.length };

	if (!report->place.count || !report->message.len)
		return error_set(err, "report %.*s names no places in files, so it has no such format; use "
		    "csv, table or json", STR_ARG(report->name));
	if (set_columns(place, &report->place, report, r->rows, err) < 0 ||
	    set_columns(other, &report->other, report, r->rows, err) < 0 || set_level(r, report, err) < 0 ||
	    (report->rule.len && (c->rule = column_of(report, r->rows, report->rule, err)) < 0))
		return -1;
	c->place.folder = find_column(r->rows, "app");
	c->other.folder = report->other.count ? find_column(r->rows, "other_app") : 0;
	return (c->message = column_of(report, r->rows, report->message, err)) < 0 ? -1 : 0;
}

static struct remark_rule *
rules_of(const struct report *report, struct arena *a)
{
	struct remark_rule *rules = arena_zero(a, report->helps.count + 1, sizeof *rules);

	for (size_t i = 0; i < report->helps.count; i++) {
		struct str help = report->helps.items[i];
		size_t blank = str_find(help, 0, ' ');

		rules[i] = (struct remark_rule){ str_sub(help, 0, blank),
			str_trim(str_sub(help, blank, help.len)) };
	}
	return rules;
}

static int
add_remarks(struct buf *b, struct str root, const struct report *report, const struct rows *rows,
    const struct render_options *opt, struct error *err)
{
	static void (*const add[])(struct buf *, const struct remarks *) = {
		[RENDER_GCC] = remark_gcc, [RENDER_SARIF] = remark_sarif,
		[RENDER_GITHUB] = remark_github, [RENDER_JUNIT] = remark_junit,
		[RENDER_EXPLAIN] = remark_explain,
	};
	AUTO(arena) a = ARENA_INIT;
	struct remarks r = { .rows = rows, .at = REMARK_NOWHERE, .name = report->name,
		.title = report->title, .rules = rules_of(report, &a), .rule_count = report->helps.count,
		.root = root, .here = opt->here, .version = opt->version,
		.colour = opt->colour, .ascii = opt->ascii };

	if (set_remarks(&r, report, err) < 0)
		return -1;
	add[opt->format](b, &r);
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
	bool *wrap = arena_zero(&a, rows->column_count + 1, sizeof *wrap);
	struct table_options table = { opt->width, opt->colour, opt->ascii, right, wrap };
	int message = report->message.len ? rows_column(rows, report->message) : -1;

	for (size_t i = 0; i < report->right.count; i++) {
		int c = rows_column(rows, report->right.items[i]);

		if (c >= 0)
			right[c] = true;
	}
	if (message >= 0)
		wrap[message] = true;
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
	return opt->quiet || audit_is_part(audit) ? 0 : add_notes(b, audit, report, err);
}

struct csv_rows {
	struct buf *b;
	const struct render_options *opt;
	bool has_begun;
};

static int
add_csv(void *context, const struct rows *rows, struct error *err)
{
	struct csv_rows *c = context;

	(void)err;
	if (c->has_begun)
		sheet_add_more(c->b, rows, c->opt->safe);
	else
		sheet_add(c->b, rows, c->opt->safe);
	c->has_begun = true;
	if (c->opt->stream) {
		(void)fwrite(c->b->ptr, 1, c->b->len, c->opt->stream);
		buf_clear(c->b);
	}
	return 0;
}

/* The rows in a format that needs nothing but them; the places are below ROOT. */
static int
add_rows(struct buf *b, struct str root, const struct report *report, const struct rows *rows,
    const struct render_options *opt, struct error *err)
{
	if (opt->format != RENDER_JSON)
		return add_remarks(b, root, report, rows, opt, err);
	json_add(b, rows);
	return 0;
}

int
render_report(struct buf *b, struct audit *audit, const struct report *report,
    const struct render_options *opt, bool *ret_fails, struct error *err)
{
	struct csv_rows csv = { b, opt, false };
	AUTO(rows) rows = ROWS_INIT;

	if (opt->format == RENDER_CSV)
		return verdict_pass(audit, report, add_csv, &csv, ret_fails, err);
	if (verdict_ask(audit, report, &rows, ret_fails, err) < 0)
		return -1;
	if (opt->format == RENDER_TABLE)
		return add_screen(b, audit, report, &rows, opt, err);
	if (opt->format == RENDER_HTML)
		return page_report(b, audit, report, &rows, err);
	return add_rows(b, audit_root(audit), report, &rows, opt, err);
}

/* Each message begins with its host. */
static void
say_hosts(struct rows *rows, int message)
{
	for (size_t i = 0; message >= 0 && i < rows->count; i++) {
		struct cell *cell = &rows->cells[i * rows->column_count + (size_t)message];

		cell->text = arena_printf(&rows->arena, "%.*s: %.*s",
		    STR_ARG(rows_cell(rows, i, rows->column_count - 1)->text), STR_ARG(cell->text));
	}
}

/* As add_screen, with the column of the hosts. */
static int
add_hosts(struct buf *b, const struct report *report, const struct rows *rows, size_t count, bool is_across,
    const struct render_options *opt, struct error *err)
{
	struct report with = *report;
	AUTO(rows) chosen = ROWS_INIT;
	AUTO(arena) a = ARENA_INIT;

	if (report->table.count && !is_across) {
		with.table.items = arena_zero(&a, report->table.count + 1, sizeof *with.table.items);
		for (size_t i = 0; i < report->table.count; i++)
			with.table.items[i + 1] = report->table.items[i];
		with.table.items[0] = STR("host");
		with.table.count++;
	}
	if (rows->count && report->table.count && choose(&chosen, &with, rows, err) < 0)
		return -1;
	if (rows->count)
		add_table(b, report, report->table.count ? &chosen : rows, opt);
	else if (!opt->quiet && report->none.len)
		display_add(b, report->none);
	if (!opt->quiet)
		buf_printf(b, "%s%zu row%s of %zu host%s\n", rows->count || !report->none.len ? "" : ": ",
		    rows->count, rows->count == 1 ? "" : "s", count, count == 1 ? "" : "s");
	return 0;
}

int
render_hosts(struct buf *b, const struct report *report, struct rows *rows, size_t count, bool is_across,
    const struct render_options *opt, struct error *err)
{
	if (opt->format == RENDER_TABLE)
		return add_hosts(b, report, rows, count, is_across, opt, err);
	if (opt->format == RENDER_HTML) {
		page_rows(b, report, rows);
		return 0;
	}
	if (opt->format != RENDER_JSON && !is_across && report->message.len)
		say_hosts(rows, rows_column(rows, report->message));
	return add_rows(b, (struct str)STR_INIT, report, rows, opt, err);
}

/* page_parts: what the page of an audit is made of.
 * SPDX-License-Identifier: MIT */
#include "report/page_parts.h"

#include "base/buf.h"
#include "base/error.h"
#include "format/markup.h"
#include "format/picture.h"
#include "format/rows.h"
#include "report/audit.h"
#include "report/internal.h"
#include "report/report.h"

void
page_section_open(struct buf *b, struct str name, struct str title)
{
	buf_add_str(b, STR("<section id=\""));
	markup_text(b, name);
	buf_add_str(b, STR("\">\n<h2>"));
	markup_text(b, title);
	buf_add_str(b, STR("</h2>\n"));
}

void
page_section_close(struct buf *b)
{
	buf_add_str(b, STR("</section>\n"));
}

static void
add_paragraph(struct buf *b, const char *name, struct str text)
{
	buf_printf(b, name ? "<p class=\"%s\">" : "<p>", name);
	markup_text(b, text);
	buf_add_str(b, STR("</p>\n"));
}

void
page_prose(struct buf *b, const struct report *report)
{
	if (!report->prose.len)
		return;
	buf_add_str(b, STR("<details class=\"about\"><summary class=\"dim\">About this table</summary>\n"));
	add_paragraph(b, NULL, report->prose);
	buf_add_str(b, STR("</details>\n"));
}

/* of a fleet of any size, a page that a browser opens at once; the CSV has all */
enum { WHOLE_ROWS = 2000, FIRST_ROWS = 150, COLUMNS_MAX = 64 };

static size_t
rows_on_page(const struct rows *rows)
{
	return rows->count > WHOLE_ROWS ? FIRST_ROWS : rows->count;
}

void
page_part_open(struct buf *b, size_t count, const char *what, bool open)
{
	buf_printf(b, "<details class=\"part\"%s><summary>%zu %s%s</summary>\n", open ? " open" : "", count,
	    what, count == 1 ? "" : "s");
}

void
page_part_close(struct buf *b)
{
	buf_add_str(b, STR("<p class=\"up\"><a href=\"#top\">Back to the top</a></p>\n</details>\n"));
}

/* Which columns of the rows a table shows. */
struct shown {
	size_t columns[COLUMNS_MAX];
	size_t count;
	int place[3];		/* file, line, column; -1: none */
};

static bool
is_shown(const struct shown *s, int column)
{
	for (size_t i = 0; i < s->count; i++)
		if ((int)s->columns[i] == column)
			return true;
	return false;
}

static void
choose(struct shown *ret, const struct report *report, const struct rows *rows, bool of_hosts)
{
	bool all = report->table.count == 0;
	size_t count = all ? rows->column_count : report->table.count;

	ret->count = 0;
	if (of_hosts && !all && str_eq(rows->columns[rows->column_count - 1], STR("host")))
		ret->columns[ret->count++] = rows->column_count - 1;
	for (size_t i = 0; i < count && ret->count < COLUMNS_MAX; i++) {
		int c = all ? (int)i : rows_column(rows, report->table.items[i]);

		if (c >= 0)
			ret->columns[ret->count++] = (size_t)c;
	}
	for (size_t i = 0; i < 3; i++)
		ret->place[i] = i < report->place.count ? rows_column(rows, report->place.items[i]) : -1;
	/* a place of which a part is shown already has no column of its own */
	for (size_t i = 0; i < 3; i++)
		if (is_shown(ret, ret->place[i]))
			ret->place[0] = -1;
}

/* A column's name in words. */
static void
add_label(struct buf *b, struct str column)
{
	AUTO(buf) words = BUF_INIT;

	for (size_t i = 0; i < column.len; i++)
		buf_add_char(&words, column.ptr[i] == '_' ? ' ' : column.ptr[i]);
	markup_text(b, buf_str(&words));
}

static void
add_heads(struct buf *b, const struct rows *rows, const struct shown *shown)
{
	buf_add_str(b, STR("<thead><tr>"));
	for (size_t i = 0; i < shown->count; i++) {
		buf_add_str(b,
		    rows_is_number(rows, shown->columns[i]) ? STR("<th scope=\"col\" class=\"num\">")
							     : STR("<th scope=\"col\">"));
		add_label(b, rows->columns[shown->columns[i]]);
		buf_add_str(b, STR("</th>"));
	}
	if (shown->place[0] >= 0)
		buf_add_str(b, STR("<th scope=\"col\">place</th>"));
	buf_add_str(b, STR("</tr></thead>\n"));
}

static void
add_place(struct buf *b, const struct rows *rows, size_t i, const int place[static 3])
{
	buf_add_str(b, STR("<td>"));
	for (size_t p = 0; p < 3; p++) {
		struct str s = place[p] < 0 ? (struct str)STR_INIT
					    : rows_cell(rows, i, (size_t)place[p])->text;

		if (!s.len)
			break;
		if (p)
			buf_add_char(b, ':');
		markup_wrapped(b, s);
	}
	buf_add_str(b, STR("</td>"));
}

static void
add_body(struct buf *b, const struct rows *rows, const struct shown *shown)
{
	buf_add_str(b, STR("<tbody>\n"));
	for (size_t i = 0; i < rows_on_page(rows); i++) {
		buf_add_str(b, STR("<tr>"));
		for (size_t c = 0; c < shown->count; c++) {
			const struct cell *cell = rows_cell(rows, i, shown->columns[c]);

			buf_add_str(b, cell->is_number ? STR("<td class=\"num\">") : STR("<td>"));
			markup_wrapped(b, cell->text);
			buf_add_str(b, STR("</td>"));
		}
		if (shown->place[0] >= 0)
			add_place(b, rows, i, shown->place);
		buf_add_str(b, STR("</tr>\n"));
	}
	buf_add_str(b, STR("</tbody>\n"));
}

/* Commands, to copy as they stand. */
static void
add_commands(struct buf *b, const struct rows *rows)
{
	if (!rows->count)
		return;
	buf_add_str(b, STR("<pre class=\"commands\" tabindex=\"0\"><code>"));
	for (size_t r = 0; r < rows->count; r++) {
		markup_text(b, rows_cell(rows, r, 0)->text);
		buf_add_char(b, '\n');
	}
	buf_add_str(b, STR("</code></pre>\n"));
}

static int
add_notes(struct buf *b, struct audit *audit, const struct report *report, struct error *err)
{
	for (size_t i = 0; i < report->notes.count; i++) {
		AUTO(rows) rows = ROWS_INIT;

		if (audit_query(audit, report->notes.items[i], report->path, &rows, err) < 0)
			return -1;
		if (rows.column_count && str_eq(rows.columns[0], STR("command"))) {
			add_commands(b, &rows);
			continue;
		}
		for (size_t r = 0; r < rows.count; r++)
			add_paragraph(b, "dim", rows_cell(&rows, r, 0)->text);
	}
	return 0;
}

/* The rows as a table; with COUNT they are the first that many hosts have. */
static void
add_table(struct buf *b, const struct report *report, const struct rows *rows, struct str title, size_t count)
{
	struct shown shown;
	size_t all = count ? count : rows->count;

	choose(&shown, report, rows, count > 0);
	buf_add_str(b, STR("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\""));
	markup_text(b, title);
	buf_add_str(b, STR("\">\n<table class=\"sort\" data-name=\""));
	markup_text(b, report->name);
	buf_printf(b, "\" data-all=\"%zu\">\n", all);
	add_heads(b, rows, &shown);
	add_body(b, rows, &shown);
	buf_add_str(b, STR("</table>\n</div>\n"));
	if (all > rows_on_page(rows))
		buf_printf(b,
		    "<p class=\"cut\">The first %zu of %zu rows%s. All of them: <code>berth report %.*s "
		    "--format csv</code></p>\n",
		    rows_on_page(rows), all, count ? ", of each host the first" : "", STR_ARG(report->name));
}

int
page_table(struct buf *b, struct audit *audit, const struct report *report, const struct rows *rows,
    struct error *err)
{
	if (rows->count == 0) {
		add_paragraph(b, NULL, report->none.len ? report->none : STR("No rows"));
		return 0;
	}
	add_table(b, report, rows, report->title, 0);
	return add_notes(b, audit, report, err);
}

void
page_table_of_hosts(struct buf *b, const struct report *report, const struct rows *rows, size_t count)
{
	if (rows->count == 0)
		add_paragraph(b, NULL, report->none.len ? report->none : STR("No rows"));
	else
		add_table(b, report, rows, report->title, count);
}

int
page_before(struct buf *b, struct audit *audit, const struct report *report, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;

	if (audit_ask(audit, report_before_sql, NULL, &rows, err) < 0)
		return -1;
	if (rows.count == 0)
		return 0;
	buf_printf(b, "<details><summary>Before the last plan: %zu conflict%s</summary>\n", rows.count,
	    rows.count == 1 ? "" : "s");
	add_table(b, report, &rows, STR("Conflicts before the last plan"), 0);
	buf_add_str(b, STR("</details>\n"));
	return 0;
}

int
page_words(struct buf *b, struct audit *audit, const char *sql, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;

	if (audit_ask(audit, sql, NULL, &rows, err) < 0)
		return -1;
	page_section_open(b, STR("summary"), STR("Summary"));
	buf_add_str(b, STR("<div class=\"words\">\n"));
	for (size_t i = 0; i < rows.count; i++) {
		struct str name = rows_cell(&rows, i, 0)->text;

		add_paragraph(b, str_eq(name, STR("bad")) ? "bad" : str_eq(name, STR("good")) ? "good" : NULL,
		    rows_cell(&rows, i, 1)->text);
	}
	buf_add_str(b, STR("</div>\n"));
	page_section_close(b);
	return 0;
}

static int
add_map(struct buf *b, struct audit *audit, const char *moment, const char *title, struct error *err)
{
	AUTO_PTR(picture) picture = picture_open();
	AUTO(rows) rows = ROWS_INIT;

	if (audit_ask(audit, report_map_sql, moment, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.count; i++) {
		bool clash = str_eq(rows_cell(&rows, i, 3)->text, STR("1"));
		uint64_t port = 0, last = 0;

		if (str_to_uint(rows_cell(&rows, i, 0)->text, UINT16_MAX, &port) &&
		    str_to_uint(rows_cell(&rows, i, 1)->text, UINT16_MAX, &last))
			for (; port <= last; port++)
				picture_add(picture, (uint16_t)port, rows_cell(&rows, i, 2)->text, clash);
	}
	buf_printf(b, "<h3>%s</h3>\n<figure tabindex=\"0\">\n", title);
	picture_draw(b, picture, moment, title);
	buf_add_str(b,
	    STR("<figcaption>Each cell is one host port.<span class=\"key\"></span>held by one app"
	    "<span class=\"key clash\"></span>crossed out: claimed by more than one</figcaption>\n"
	    "</figure>\n"));
	return 0;
}

int
page_maps(struct buf *b, struct audit *audit, struct error *err)
{
	int64_t planned;
	int result;

	if (audit_number(audit, STR("SELECT count(*) FROM findings WHERE coalesce(after, '') <> ''"),
	    STR("port map"), &planned, err) < 0)
		return -1;
	page_section_open(b, STR("map"), STR("Port map"));
	page_part_open(b, planned ? 2 : 1, "map", false);
	if (planned)
		result = add_map(b, audit, "found", "Before the last plan", err) < 0 ||
		    add_map(b, audit, "planned", "After the last plan", err) < 0 ? -1 : 0;
	else
		result = add_map(b, audit, "now", "As the files have it now", err);
	page_part_close(b);
	page_section_close(b);
	return result;
}

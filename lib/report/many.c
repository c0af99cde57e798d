/* many: one answer of the fleets of many hosts.
 * SPDX-License-Identifier: MIT */
#include "report/many.h"

#include <stdlib.h>

#include "base/error.h"
#include "format/rows.h"
#include "format/sheet.h"
#include "report/audit.h"
#include "report/export.h"
#include "report/page.h"
#include "report/render.h"
#include "report/report.h"
#include "report/verdict.h"

/* of a page: how many rows a table has, and of one host at first */
enum { PAGE_ROWS = 2000, HOST_ROWS = 150 };

/* What one report gave. */
struct gathered {
	const struct report *report;
	bool is_across, is_asked, fails;
	struct rows rows;		/* of a page the first of each host, not more than `most` */
	size_t count, most;		/* count: of all its rows */
	struct buf csv;			/* all of them, for a folder */
};

struct many {
	const struct many_options *options;
	struct gathered *items;
	struct audit *all;		/* its tables hosts and placements hold what is known of each */
	size_t hosts, problems;
};

/* Whether the report is asked of all hosts at once. */
static bool
is_across(const struct report *r)
{
	return r->asks.hosts || r->asks.placements;
}

/* A registry is one host's. */
static bool
can_ask(const struct report *r)
{
	return r->needs == REPORT_EITHER || r->needs == REPORT_FINDINGS;
}

int
many_open(struct many **ret, const struct many_options *o, struct error *err)
{
	AUTO_PTR(many) m = mem_zero(1, sizeof *m);

	m->options = o;
	m->items = mem_zero(o->report_count + 1, sizeof *m->items);
	for (size_t i = 0; i < o->report_count; i++) {
		struct gathered *g = &m->items[i];

		*g = (struct gathered){ .report = &o->reports[i], .is_across = is_across(&o->reports[i]),
			.is_asked = can_ask(&o->reports[i]), .rows = ROWS_INIT, .most = HOST_ROWS };
		if (o->is_page && !o->folder)
			g->is_asked &= g->report->page > 0;
		else if (!g->is_asked && !o->folder)
			return error_set(err, "report %.*s asks one host's registry, and these are the "
			    "findings of several: ask it on each of them", STR_ARG(g->report->name));
	}
	if (audit_open(&m->all, &(struct audit_options){ .findings = -1 }, err) < 0)
		return -1;
	*ret = m;
	m = NULL;
	return 0;
}

void
many_close(struct many *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->options->report_count; i++) {
		rows_release(&m->items[i].rows);
		buf_release(&m->items[i].csv);
	}
	free(m->items);
	audit_close(m->all);
	free(m);
}

/* Adds the first rows of FROM, at most MOST, to those of TO, each with its host behind the others. */
static void
append(struct rows *to, const struct rows *from, size_t most, struct str host)
{
	struct str text;

	if (!to->column_count) {
		struct str *names = mem_zero(from->column_count + 1, sizeof *names);

		for (size_t c = 0; c < from->column_count; c++)
			names[c] = from->columns[c];
		names[from->column_count] = STR("host");
		rows_columns(to, names, from->column_count + 1);
		free(names);
	}
	text = arena_dup(&to->arena, host);
	for (size_t i = 0; i < from->count && i < most; i++) {
		struct cell *row = rows_add(to);

		for (size_t c = 0; c < from->column_count; c++) {
			row[c] = *rows_cell(from, i, c);
			row[c].text = arena_dup(&to->arena, row[c].text);
		}
		row[from->column_count] = (struct cell){ text, false, false };
	}
}

/* Where a table has more rows than a page should, each host keeps half as many. */
static void
thin(struct gathered *g)
{
	while (g->rows.count > PAGE_ROWS && g->most > 1) {
		struct rows fewer = ROWS_INIT;
		size_t last = g->rows.column_count - 1, run = 0;

		g->most /= 2;
		rows_columns(&fewer, g->rows.columns, g->rows.column_count);
		for (size_t i = 0; i < g->rows.count; i++) {
			run = i && str_eq(rows_cell(&g->rows, i, last)->text,
			    rows_cell(&g->rows, i - 1, last)->text) ? run + 1 : 0;
			if (run < g->most)
				rows_copy(&fewer, &g->rows, i);
		}
		rows_release(&g->rows);
		g->rows = fewer;
	}
}

static void
add_csv(struct many *m, struct gathered *g, const struct rows *rows, struct str host)
{
	const struct many_options *o = m->options;
	AUTO(rows) with = ROWS_INIT;
	bool is_first = g->csv.len == 0 && m->hosts == 0;

	append(&with, rows, rows->count, host);
	if (is_first)
		sheet_add(&g->csv, &with, o->how->safe);
	else
		sheet_add_more(&g->csv, &with, o->how->safe);
	if (o->how->stream && !o->is_page) {
		(void)fwrite(g->csv.ptr, 1, g->csv.len, o->how->stream);
		buf_clear(&g->csv);
	}
}

static int
ask(struct many *m, struct gathered *g, struct audit *audit, struct str host, struct error *err)
{
	const struct many_options *o = m->options;
	AUTO(rows) rows = ROWS_INIT;
	bool fails = false;

	if (verdict_ask(audit, g->report, &rows, &fails, err) < 0)
		return -1;
	g->fails |= fails;
	g->count += rows.count;
	if (o->folder || (!o->is_page && o->how->format == RENDER_CSV))
		add_csv(m, g, &rows, host);
	if (o->is_page)
		append(&g->rows, &rows, g->most, host);
	else if (o->how->format != RENDER_CSV)
		append(&g->rows, &rows, rows.count, host);
	if (o->is_page)
		thin(g);
	return 0;
}

int
many_add(struct many *m, struct audit *audit, struct str host, struct error *err)
{
	if (m->options->carries && audit_carry(m->all, audit, host, m->options->places, err) < 0)
		return -1;
	for (size_t i = 0; i < m->options->report_count; i++) {
		struct gathered *g = &m->items[i];

		if (g->is_asked && !g->is_across && ask(m, g, audit, host, err) < 0)
			return -1;
	}
	m->problems += audit_problems(audit);
	m->hosts++;
	return 0;
}

/* What is asked of all hosts at once. */
static int
ask_across(struct many *m, struct gathered *g, struct error *err)
{
	if (verdict_ask(m->all, g->report, &g->rows, &g->fails, err) < 0)
		return -1;
	g->count = g->rows.count;
	if (m->options->folder || (!m->options->is_page && m->options->how->format == RENDER_CSV))
		sheet_add(&g->csv, &g->rows, m->options->how->safe);
	return 0;
}

static int
add_page(struct many *m, struct buf *b, struct error *err)
{
	struct page_section *sections = mem_zero(m->options->report_count + 1, sizeof *sections);
	size_t count = 0;
	int result;

	for (size_t i = 0; i < m->options->report_count; i++) {
		const struct gathered *g = &m->items[i];

		if (g->is_asked && g->report->page)
			sections[count++] = (struct page_section){ g->report, &g->rows, g->count, g->fails };
	}
	result = page_hosts(b, m->all, sections, count, err);
	free(sections);
	return result;
}

static int
write_folder(struct many *m, struct many_result *ret, struct error *err)
{
	AUTO(buf) page = BUF_INIT;
	struct export_folder to;
	int result = 0;

	if (export_open(&to, m->options->folder, err) < 0)
		return -1;
	for (size_t i = 0; i < m->options->report_count && result == 0; i++)
		if (m->items[i].is_asked)
			result = export_put(&to, m->items[i].report->name, ".csv", &m->items[i].csv, err);
	if (result == 0)
		result = add_page(m, &page, err) < 0 ? -1 :
		    export_put(&to, STR("index"), ".html", &page, err);
	ret->files = export_close(&to);
	return result;
}

int
many_finish(struct many *m, struct buf *b, struct many_result *ret, struct error *err)
{
	const struct many_options *o = m->options;
	struct gathered *g = m->items;

	*ret = (struct many_result){ .problems = m->problems };
	if (m->hosts == 0)
		return error_set(err, "of no host could the findings be read");
	for (size_t i = 0; i < o->report_count; i++) {
		if (g[i].is_asked && g[i].is_across && ask_across(m, &g[i], err) < 0)
			return -1;
		ret->fails |= g[i].is_asked && g[i].fails;
	}
	if (o->folder)
		return write_folder(m, ret, err);
	if (o->is_page)
		return add_page(m, b, err);
	if (o->how->format == RENDER_CSV) {
		buf_add_str(b, buf_str(&g->csv));
		return 0;
	}
	return render_hosts(b, g->report, &g->rows, m->hosts, g->is_across, o->how, err);
}

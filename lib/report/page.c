/* page: an audit as one HTML page that needs nothing else.
 * SPDX-License-Identifier: MIT */
#include "report/page.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "format/markup.h"
#include "format/rows.h"
#include "report/audit.h"
#include "report/internal.h"
#include "report/page_parts.h"
#include "report/report.h"
#include "report/verdict.h"

static void
add_head(struct buf *b, struct str title)
{
	buf_printf(b,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
	    "form-action 'none'; style-src '%s'; script-src '%s'\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
	    report_page_css_digest, report_page_js_digest);
	markup_text(b, title);
	buf_printf(b,
	    "</title>\n<style>%s</style>\n</head>\n<body>\n"
	    "<a class=\"skip\" href=\"#main\">To the content</a>\n",
	    report_page_css);
}

static void
add_foot(struct buf *b)
{
	buf_printf(b,
	    "</main>\n<footer><p>Made by <code>berth report</code>. The same tables come as CSV or JSON: "
	    "<code>berth report NAME --format csv</code>.</p></footer>\n"
	    "<script>%s</script>\n</body>\n</html>\n",
	    report_page_js);
}

static void
add_header(struct buf *b, struct str root, const char *heading)
{
	buf_printf(b, "<header id=\"top\">\n<h1>%s</h1>\n<p class=\"root\">", heading);
	markup_text(b, root);
	buf_add_str(b, STR("</p>\n</header>\n"));
}

/* What stands on the page, in its order: the reports that say so and that AUDIT can answer. */
struct contents {
	const struct report **items;
	size_t count;
};

static int
compare_places(const void *a, const void *b)
{
	const struct report *p = *(const struct report *const *)a, *q = *(const struct report *const *)b;

	return p->page != q->page ? (p->page > q->page) - (p->page < q->page) : str_cmp(p->name, q->name);
}

static struct contents
choose(struct arena *a, const struct audit *audit, const struct report_set *all)
{
	struct contents c = { arena_zero(a, all->count + 1, sizeof *c.items), 0 };

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].page && all->items[i].shape != REPORT_HOSTS &&
		    verdict_is_answerable(audit, &all->items[i]))
			c.items[c.count++] = &all->items[i];
	qsort(c.items, c.count, sizeof *c.items, compare_places);
	return c;
}

static void
add_link(struct buf *b, struct str name, size_t count)
{
	buf_add_str(b, STR("<li><a href=\"#"));
	markup_text(b, name);
	buf_add_str(b, STR("\">"));
	markup_text(b, name);
	buf_printf(b, "</a> <span class=\"dim\">%zu</span></li>\n", count);
}

static void
add_nav(struct buf *b, const struct contents *contents, const size_t *counts)
{
	buf_add_str(b, STR("<nav aria-label=\"Sections\">\n<ul>\n<li><a href=\"#summary\">summary</a></li>\n"
	    "<li><a href=\"#map\">port map</a></li>\n"));
	for (size_t i = 0; i < contents->count; i++)
		add_link(b, contents->items[i]->name, counts[i]);
	buf_add_str(b, STR("</ul>\n</nav>\n"));
}

/* of a part that is not folded, as what it tells is wrong */
enum { FEW = 25 };

/* A section, folded where it is long or nothing wrong; how many rows it has goes to *ret_count. */
static int
add_section(struct buf *b, struct audit *audit, const struct report *r, size_t *ret_count, bool *fails,
    struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;
	bool found = false, is_edits = r->shape == REPORT_EDITS;

	if (verdict_ask(audit, r, &rows, &found, err) < 0)
		return -1;
	*ret_count = rows.count;
	*fails |= found;
	page_section_open(b, r->name, r->title);
	page_part_open(b, rows.count, is_edits ? "change" : "row", found && rows.count <= FEW);
	page_prose(b, r);
	if ((is_edits ? page_diffs(b, audit, err) : page_table(b, audit, r, &rows, err)) < 0 ||
	    (r->shape == REPORT_BEFORE && page_before(b, audit, r, err) < 0))
		return -1;
	page_part_close(b);
	page_section_close(b);
	return 0;
}

int
page_fleet(
    struct buf *b, struct audit *audit, const struct report_set *all, bool *ret_fails, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) sections = BUF_INIT;
	struct str root = audit_root(audit), title = STR("Ports and names of ");
	struct contents contents = choose(&a, audit, all);
	size_t *counts = arena_zero(&a, contents.count + 1, sizeof *counts);

	*ret_fails = audit_problems(audit) > 0;
	if (page_words(&sections, audit, report_sentences_sql, err) < 0 ||
	    page_maps(&sections, audit, err) < 0)
		return -1;
	for (size_t i = 0; i < contents.count; i++)
		if (add_section(&sections, audit, contents.items[i], &counts[i], ret_fails, err) < 0)
			return -1;
	add_head(b, arena_cat(&a, title, root.len ? root : STR("the fleet")));
	add_header(b, root, "Ports and names of the fleet");
	add_nav(b, &contents, counts);
	buf_add_str(b, STR("<main id=\"main\">\n"));
	buf_add_str(b, buf_str(&sections));
	add_foot(b);
	return 0;
}

int
page_report(struct buf *b, struct audit *audit, const struct report *report, const struct rows *rows,
    struct error *err)
{
	struct str title = report->title.len ? report->title : report->name;
	int result;

	add_head(b, title);
	add_header(b, audit_root(audit), "berth report");
	buf_add_str(b, STR("<main id=\"main\">\n"));
	page_section_open(b, report->name, title);
	page_prose(b, report);
	result = page_table(b, audit, report, rows, err);
	page_section_close(b);
	add_foot(b);
	return result;
}

static int
compare_sections(const void *a, const void *b)
{
	const struct page_section *p = a, *q = b;

	return compare_places(&p->report, &q->report);
}

int
page_hosts(
    struct buf *b, struct audit *all, struct page_section *sections, size_t count, struct error *err)
{
	if (count)
		qsort(sections, count, sizeof *sections, compare_sections);
	add_head(b, STR("Ports and names of many hosts"));
	add_header(b, (struct str)STR_INIT, "Ports and names of many hosts");
	buf_add_str(b, STR("<nav aria-label=\"Sections\" data-hosts=\"hosts\">\n<ul>\n"
	    "<li><a href=\"#summary\">summary</a></li>\n"));
	for (size_t i = 0; i < count; i++)
		add_link(b, sections[i].report->name, sections[i].count);
	buf_add_str(b, STR("</ul>\n</nav>\n<main id=\"main\">\n"));
	if (page_words(b, all, report_host_sentences_sql, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct page_section *s = &sections[i];

		page_section_open(b, s->report->name, s->report->title);
		page_part_open(b, s->count, "row", (s->fails && s->count <= FEW) || s->report->page == 1);
		page_prose(b, s->report);
		page_table_of_hosts(b, s->report, s->rows, s->count);
		page_part_close(b);
		page_section_close(b);
	}
	add_foot(b);
	return 0;
}

void
page_rows(struct buf *b, const struct report *report, const struct rows *rows)
{
	struct str title = report->title.len ? report->title : report->name;

	add_head(b, title);
	add_header(b, (struct str)STR_INIT, "berth report");
	buf_add_str(b, STR("<main id=\"main\">\n"));
	page_section_open(b, report->name, title);
	page_prose(b, report);
	page_table_of_hosts(b, report, rows, rows->count);
	page_section_close(b);
	add_foot(b);
}

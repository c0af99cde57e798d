/* page: an audit as one HTML page that needs nothing else.
 * SPDX-License-Identifier: MIT */
#include "report/page.h"

#include "report/audit.h"
#include "base/buf.h"
#include "base/error.h"
#include "report/verdict.h"
#include "format/markup.h"
#include "report/internal.h"
#include "report/page_parts.h"
#include "report/report.h"

/* The reports of the page, in its order. Changes and ports have parts of their own before their tables. */
static const char *const sections[] = {
	"conflicts", "problems", "changes", "allocations", "ports", "names", "projects", "volumes",
	"rebuild", "drift", "orphans", "capacity",
};
enum { SECTIONS = sizeof sections / sizeof *sections };

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
	    "</title>\n<style>%s</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n",
	    report_page_css);
}

static void
add_foot(struct buf *b)
{
	buf_printf(b,
	    "</main>\n<footer><p>Made by <code>berth report</code>. The same tables come as CSV or JSON: "
	    "<code>berth report NAME --format csv</code>.</p></footer>\n<script>%s</script>\n</body>\n</html>\n",
	    report_page_js);
}

static void
add_header(struct buf *b, const struct audit *audit, const char *heading)
{
	buf_printf(b, "<header>\n<h1>%s</h1>\n<p class=\"root\">", heading);
	markup_text(b, audit_root(audit));
	buf_add_str(b, STR("</p>\n</header>\n"));
}

struct set {
	struct report items[SECTIONS];
	size_t count;
};

/* Of a stream the page tells nothing of a plan: the one in a database that happens to be there may be of
 * another fleet. */
static bool
is_of_plan(const struct audit *audit, const struct report *r)
{
	return audit_has_findings(audit) &&
	    (str_eq(r->name, STR("changes")) || str_eq(r->name, STR("rebuild")));
}

static int
open_set(struct set *set, const struct audit *audit, const struct report_path *path, struct error *err)
{
	for (size_t i = 0; i < SECTIONS; i++) {
		struct report *r = &set->items[set->count];

		*r = (struct report)REPORT_INIT;
		set->count++;
		if (report_open(r, sections[i], path, err) < 0)
			return -1;
		if (judge_is_answerable(audit, r) && !is_of_plan(audit, r))
			continue;
		report_release(r);
		set->count--;
	}
	return 0;
}

static void
release_set(struct set *set)
{
	for (size_t i = 0; i < set->count; i++)
		report_release(&set->items[i]);
}

static void
add_nav(struct buf *b, const struct set *set)
{
	buf_add_str(b, STR("<nav aria-label=\"Sections\">\n<ul>\n<li><a href=\"#summary\">summary</a></li>\n"
	    "<li><a href=\"#map\">port map</a></li>\n"));
	for (size_t i = 0; i < set->count; i++)
		buf_printf(b, "<li><a href=\"#%.*s\">%.*s</a></li>\n", STR_ARG(set->items[i].name),
		    STR_ARG(set->items[i].name));
	buf_add_str(b, STR("</ul>\n</nav>\n"));
}

static int
add_set(struct buf *b, struct audit *audit, const struct set *set, bool *fails, struct error *err)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct report *r = &set->items[i];
		bool diffs = str_eq(r->name, STR("changes"));

		page_section_open(b, r->name, r->title);
		page_prose(b, r);
		bool found = false;

		if ((diffs ? page_diffs(b, audit, err) : page_table(b, audit, r, &found, err)) < 0)
			return -1;
		*fails |= found;
		if (str_eq(r->name, STR("conflicts")) && page_before(b, audit, r, err) < 0)
			return -1;
		page_section_close(b);
	}
	return 0;
}

int
page_fleet(
    struct buf *b, struct audit *audit, const struct report_path *path, bool *ret_fails, struct error *err)
{
	AUTO(buf) title = BUF_INIT;
	struct set set = { .count = 0 };
	int result = open_set(&set, audit, path, err);

	*ret_fails = audit_problems(audit) > 0;
	if (result == 0) {
		buf_add_str(&title, STR("Ports and names of "));
		buf_add_str(&title, audit_root(audit).len ? audit_root(audit) : STR("the fleet"));
		add_head(b, buf_str(&title));
		add_header(b, audit, "Ports and names of the fleet");
		add_nav(b, &set);
		buf_add_str(b, STR("<main id=\"main\">\n"));
		result = page_words(b, audit, err) < 0 || page_maps(b, audit, err) < 0 ||
		    add_set(b, audit, &set, ret_fails, err) < 0 ? -1 : 0;
		add_foot(b);
	}
	release_set(&set);
	return result;
}

int
page_report(struct buf *b, struct audit *audit, const struct report *report, struct error *err)
{
	AUTO(buf) title = BUF_INIT;
	bool fails;
	int result;

	buf_add_str(&title, report->title.len ? report->title : report->name);
	add_head(b, buf_str(&title));
	add_header(b, audit, "berth report");
	buf_add_str(b, STR("<main id=\"main\">\n"));
	page_section_open(b, report->name, buf_str(&title));
	page_prose(b, report);
	result = page_table(b, audit, report, &fails, err);
	page_section_close(b);
	add_foot(b);
	return result;
}

/* page_diffs: the last plan's changes as text before and after.
 * SPDX-License-Identifier: MIT */
#include "report/page_parts.h"

#include "base/buf.h"
#include "base/error.h"
#include "format/markup.h"
#include "format/rows.h"
#include "report/audit.h"
#include "report/internal.h"

enum { APPS_WHOLE = 400, APPS_FIRST = 50 };

/* The columns of edits.sql. */
enum { E_APP, E_ACTION, E_FILE, E_LINE, E_OLD, E_NEW, E_REASON, E_DETAIL, E_APPLIED };

static struct str
text(const struct rows *rows, size_t i, size_t c)
{
	return rows_cell(rows, i, c)->text;
}

static bool
is_same(const struct rows *rows, size_t i, size_t k, size_t c)
{
	return k < rows->count && str_eq(text(rows, i, c), text(rows, k, c));
}

static void
add_text(struct buf *b, const char *tag, struct str s)
{
	if (!s.len)
		return;
	buf_printf(b, "<%s>", tag);
	markup_text(b, s);
	buf_printf(b, "</%s>", tag);
}

/* What a change is, where text before and after does not say it. */
static struct str
action(struct str name)
{
	return str_eq(name, STR("copy"))  ? STR("made as a copy of the .env.example beside it")
	    : str_eq(name, STR("create")) ? STR("made anew")
	    : str_eq(name, STR("insert")) ? STR("new line")
					  : STR("");
}

static void
add_hunk(struct buf *b, const struct rows *rows, size_t i)
{
	struct str line = text(rows, i, E_LINE), what = action(text(rows, i, E_ACTION));

	buf_add_str(b, STR("<div class=\"hunk\"><p>"));
	if (line.len && !what.len) {
		buf_add_str(b, STR("line "));
		markup_text(b, line);
	}
	markup_text(b, what);
	buf_add_str(b, STR(" <span class=\"dim\">"));
	markup_wrapped(b, text(rows, i, E_DETAIL).len ? text(rows, i, E_DETAIL) : text(rows, i, E_REASON));
	buf_add_str(b, STR("</span></p>"));
	if (text(rows, i, E_OLD).len || text(rows, i, E_NEW).len) {
		buf_add_str(b, STR("<pre class=\"diff\">"));
		add_text(b, "del", text(rows, i, E_OLD));
		add_text(b, "ins", text(rows, i, E_NEW));
		buf_add_str(b, STR("</pre>"));
	}
	buf_add_str(b, STR("</div>\n"));
}

/* The changes from I to END, of one app. */
static void
add_app(struct buf *b, const struct rows *rows, size_t i, size_t end, bool open)
{
	buf_add_str(b, open ? STR("<details open><summary>") : STR("<details><summary>"));
	markup_wrapped(b, text(rows, i, E_APP));
	buf_printf(b, " <span class=\"dim\">%zu change%s, %s</span></summary>\n", end - i,
	    end - i == 1 ? "" : "s", str_eq(text(rows, i, E_APPLIED), STR("1")) ? "applied" : "not applied");
	for (size_t k = i; k < end; k++) {
		if (k == i || !is_same(rows, k - 1, k, E_FILE)) {
			buf_add_str(b, STR("<h3><code>"));
			markup_wrapped(b, text(rows, k, E_FILE));
			buf_add_str(b, STR("</code></h3>\n"));
		}
		add_hunk(b, rows, k);
	}
	buf_add_str(b, STR("</details>\n"));
}

static size_t
count_apps(const struct rows *rows)
{
	size_t apps = rows->count > 0;

	for (size_t i = 1; i < rows->count; i++)
		apps += !is_same(rows, i - 1, i, E_APP);
	return apps;
}

int
page_diffs(struct buf *b, struct audit *audit, struct error *err)
{
	AUTO(rows) rows = ROWS_INIT;
	size_t at = 0, apps, most;

	if (audit_ask(audit, report_edits_sql, NULL, &rows, err) < 0)
		return -1;
	if (rows.count == 0)
		buf_add_str(b, STR("<p>The last plan changes nothing.</p>\n"));
	buf_add_str(b, STR("<div class=\"hunks\">\n"));
	apps = count_apps(&rows);
	most = apps > APPS_WHOLE ? APPS_FIRST : apps;
	for (size_t i = 0, end; i < rows.count && at < most; i = end, at++) {
		for (end = i + 1; is_same(&rows, i, end, E_APP); end++)
			;
		add_app(b, &rows, i, end, i == 0);
	}
	buf_add_str(b, STR("</div>\n"));
	if (apps > most)
		buf_printf(b,
		    "<p class=\"cut\">The first %zu of %zu apps. All of them: <code>berth report changes "
		    "--format csv</code></p>\n",
		    most, apps);
	return 0;
}

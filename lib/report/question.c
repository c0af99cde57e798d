/* question: what was asked of report.
 * SPDX-License-Identifier: MIT */
#include "report/question.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/audit.h"
#include "base/buf.h"
#include "report/difference.h"
#include "base/display.h"
#include "base/error.h"
#include "report/export.h"
#include "report/verdict.h"
#include "report/page.h"
#include "system/input.h"

static bool
is_all(int count, char **operands)
{
	return count == 1 && strcmp(operands[0], "all") == 0;
}

static bool
is_difference(int count, char **operands)
{
	return count > 0 && strcmp(operands[0], "difference") == 0;
}

bool
inquiry_waits(const struct inquiry *q, int count, char **operands)
{
	AUTO(report) report = REPORT_INIT;
	AUTO(error) ignored = ERROR_INIT;

	if (q->findings || q->list || count > 1 || is_difference(count, operands))
		return false;
	return count == 0 || is_all(count, operands) ||
	    report_open(&report, operands[0], &q->path, &ignored) < 0 || report.needs != REPORT_ALONE;
}

/* Standard input that stays silent is no answer either way: the findings may be late, and the database may
 * be of another day. */
static int
check_patience(const struct inquiry *q, struct error *err)
{
	if (input_wait(STDIN_FILENO, q->patience) != INPUT_WAITING)
		return 0;
	return error_set(err,
	    "nothing came on standard input in %d s: --findings - waits for findings as long as it takes, "
	    "< /dev/null asks the database",
	    q->patience / 1000);
}

/* The findings that are asked, -1 where it is the database. */
static int
open_source(
    const struct inquiry *q, const struct report *report, int *ret, const char **ret_name, struct error *err)
{
	*ret = -1;
	if (!q->findings && report->needs == REPORT_ALONE)
		return 0;
	if (!q->findings && check_patience(q, err) < 0)
		return -1;
	return input_open(q->findings, ret, ret_name, err);
}

/* Everything on one page, or in a folder. */
static int
everything(const struct inquiry *q, struct audit *audit, struct buf *b, struct inquiry_outcome *ret,
    struct error *err)
{
	struct gather_result done;

	if (!q->out)
		return page_fleet(b, audit, &q->path, &ret->fails, err);
	if (gather_write(q->out, audit, &q->path, q->how.safe, &done, err) < 0)
		return -1;
	ret->fails = done.fails;
	ret->files = done.files;
	return 0;
}

/* The report NAME; NULL: everything. */
static int
ask(const struct inquiry *q, const struct render_options *how, const char *name, struct buf *b,
    struct inquiry_outcome *ret, struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	struct audit_options from = {
		.db = q->db, .findings = -1, .partial = q->partial, .host_check = q->host_check
	};
	int opened;

	if ((name && report_open(&report, name, &q->path, err) < 0) ||
	    open_source(q, &report, &from.findings, &from.findings_name, err) < 0)
		return -1;
	from.views_only = name && !report_mentions(&report, STR("findings"));
	opened = audit_open(&audit, &from, err);
	input_close(from.findings);
	if (opened < 0 || judge_check(audit, &report, from.db, err) < 0)
		return -1;
	ret->problems = audit_problems(audit);
	/* one of two short sentences */
	(void)snprintf(ret->behind, sizeof ret->behind, "%.*s", STR_ARG(audit_behind(audit)));
	return name ? render_report(b, audit, &report, how, &ret->fails, err)
		    : everything(q, audit, b, ret, err);
}

static int
compare(const struct inquiry *q, const struct render_options *how, char **sides, struct buf *b, bool *fails,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;

	return report_open(&report, "difference", &q->path, err) < 0 ||
	    difference_open(&audit, sides[0], sides[1], q->db, q->partial, err) < 0 ||
	    render_report(b, audit, &report, how, fails, err) < 0 ? -1 : 0;
}

static int
answer(const struct inquiry *q, const struct render_options *how, int count, char **operands, struct buf *b,
    struct inquiry_outcome *ret, struct error *err)
{
	bool all = is_all(count, operands), two = is_difference(count, operands);

	if (q->list && count == 0)
		return render_list(b, &q->path, how, err);
	if (q->list)
		return error_set(err, "--list names the reports and runs none: leave '%s' out", operands[0]);
	if (two && count == 3 && !q->out)
		return compare(q, how, operands + 1, b, &ret->fails, err);
	if ((all && q->out) || (count == 0 && how->format == RENDER_HTML && !q->out))
		return ask(q, how, NULL, b, ret, err);
	if (count == 1 && !all && !q->out && !two)
		return ask(q, how, operands[0], b, ret, err);
	if (count == 2 && !all && !two && !q->out && strcmp(operands[1], "-") != 0 &&
	    access(operands[1], R_OK) == 0)
		return error_set(
		    err, "'%s' is a file: report --findings %s %s", operands[1], operands[1], operands[0]);
	return error_set(err,
	    all || q->out ? "all the reports go to a folder: report all --out DIR"
		: two     ? "two audits are compared: report difference A B"
		: count   ? "one report at a time; rows are chosen in a pipe: berth report ports | grep ^80,"
			  : "name a report: --list names them all");
}

int
inquiry_answer(const struct inquiry *q, int count, char **operands, struct buf *b,
    struct inquiry_outcome *ret, struct error *err)
{
	struct render_options how = q->how;
	AUTO(buf) raw = BUF_INIT;

	*ret = (struct inquiry_outcome){ .fails = false };
	if (q->format && render_format_parse(q->format, &how.format, err) < 0)
		return -1;
	if (!q->terminal || how.format == RENDER_TABLE)		/* which has colours of its own */
		return answer(q, &how, count, operands, b, ret, err);
	if (answer(q, &how, count, operands, &raw, ret, err) < 0)
		return -1;
	display_add_lines(b, buf_str(&raw));
	return 0;
}

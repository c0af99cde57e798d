/* question: what was asked of report.
 * SPDX-License-Identifier: MIT */
#include "report/question.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "base/quote.h"
#include "report/audit.h"
#include "report/difference.h"
#include "report/export.h"
#include "report/page.h"
#include "report/verdict.h"
#include "system/folder.h"
#include "system/input.h"

enum wanted { WANTED_NOTHING, WANTED_LIST, WANTED_REPORT, WANTED_DIFFERENCE, WANTED_PAGE, WANTED_FOLDER };

void
answer_release(struct answer *a)
{
	buf_release(&a->note);
}

static bool
is_all(const struct question *q)
{
	return q->count == 1 && strcmp(q->operands[0], "all") == 0;
}

static bool
is_difference(const struct question *q)
{
	return q->count > 0 && strcmp(q->operands[0], "difference") == 0;
}

bool
question_waits(const struct question *q)
{
	AUTO(report) report = REPORT_INIT;
	AUTO(error) ignored = ERROR_INIT;

	if (q->findings || q->list || q->count > 1 || is_difference(q))
		return false;
	return q->count == 0 || is_all(q) || report_open(&report, q->operands[0], &q->path, &ignored) < 0 ||
	    report.needs != REPORT_ALONE;
}

bool
question_is_report(const char *name, const struct report_path *path)
{
	AUTO(report) report = REPORT_INIT;
	AUTO(error) ignored = ERROR_INIT;

	return strcmp(name, "all") == 0 || report_open(&report, name, path, &ignored) == 0;
}

const char *
question_take_folder(struct question *q)
{
	const char *last = q->count ? q->operands[q->count - 1] : NULL;

	bool is_page = q->format && strcmp(q->format, "html") == 0;

	if (!last || q->findings || q->list || is_difference(q) || !folder_is(last) ||
	    (q->count == 1 && (!is_page || question_is_report(last, &q->path))))
		return NULL;
	q->count--;
	return last;
}

static enum wanted
wanted(const struct question *q, enum render_format format)
{
	if (q->list)
		return q->count == 0 ? WANTED_LIST : WANTED_NOTHING;
	if (q->out)
		return is_all(q) ? WANTED_FOLDER : WANTED_NOTHING;
	if (is_difference(q))
		return q->count == 3 ? WANTED_DIFFERENCE : WANTED_NOTHING;
	if (q->count == 0)
		return format == RENDER_HTML ? WANTED_PAGE : WANTED_NOTHING;
	return q->count == 1 && !is_all(q) ? WANTED_REPORT : WANTED_NOTHING;
}

/* Says what to ask instead. */
static int
refuse(const struct question *q, struct error *err)
{
	char **o = q->operands;
	AUTO(arena) a = ARENA_INIT;

	if (q->list)
		return error_set(err, "--list names the reports and runs none: leave '%s' out", o[0]);
	if (is_all(q) || q->out)
		return error_set(err, "all the reports go to a folder: report all --out DIR");
	if (is_difference(q))
		return error_set(err, "two audits are compared: report difference A B");
	if (q->count == 2 && strcmp(o[1], "-") != 0 && access(o[1], R_OK) == 0)
		return error_set(err, "'%s' is a file: report --findings %s %s", o[1], o[1], o[0]);
	if (q->count == 2 && folder_is(o[0]))
		return error_set(err, "the report comes first: berth report %s %s", quote_in(&a, o[1]).ptr,
		    quote_in(&a, o[0]).ptr);
	if (q->count == 2 && !question_is_report(o[1], &q->path))
		return error_set(err, "one report at a time, of a folder that is there, which '%s' is not; "
		    "rows are chosen in a pipe: berth report ports | grep ^80,", o[1]);
	if (q->count)
		return error_set(
		    err, "one report at a time; rows are chosen in a pipe: berth report ports | grep ^80,");
	return error_set(err, "name a report, as in `berth report conflicts FOLDER` (the files) or `berth "
	    "report summary` (the database); --list names them all");
}

/* Standard input that stays silent is no answer either way: the findings may be late, and the database may
 * be of another day. */
static int
check_patience(const struct question *q, struct error *err)
{
	if (input_wait(STDIN_FILENO, q->patience) != INPUT_WAITING)
		return 0;
	return error_set(err,
	    "nothing came on standard input in %d s: --findings - waits for findings as long as it takes, "
	    "< /dev/null asks the database",
	    q->patience / 1000);
}

/* Tables that nobody asks for, which need not be filled. */
struct unasked {
	bool findings, free;
};

static struct unasked
unasked_by(const struct report *report)
{
	return (struct unasked){ !report_mentions(report, STR("findings")),
		!report_mentions(report, STR("free_")) };
}

/* Opens the audit that can answer REPORT, or a page where that needs nothing. */
static int
open_audit(const struct question *q, const struct report *report, struct unasked unasked, struct audit **ret,
    struct error *err)
{
	struct audit_options from = { .db = q->db, .findings = -1, .partial = q->partial,
		.views_only = unasked.findings, .no_free = unasked.free, .host_check = q->host_check,
		.accepted = q->accepted };
	bool is_alone = !q->findings && report->needs == REPORT_ALONE;
	int result;

	if (!is_alone && !q->findings && check_patience(q, err) < 0)
		return -1;
	if (!is_alone && input_open(q->findings, &from.findings, &from.findings_name, err) < 0)
		return -1;
	result = audit_open(ret, &from, err);
	input_close(from.findings);
	return result < 0 ? -1 : verdict_check(*ret, report, q->db, err);
}

/* What was asked, asked of the files below ROOT. */
static void
add_command(struct buf *b, const struct question *q, struct str root)
{
	buf_add_str(b, STR("berth scan "));
	quote_add(b, root);
	buf_add_str(b, STR(" | berth report "));
	if (q->count == 1 && !q->out)
		quote_add(b, str_from(q->operands[0]));
	else
		buf_add_str(b, q->out ? STR("all --out DIR") : STR("--format html"));
}

static void
know(struct answer *ret, const struct audit *audit, const struct question *q, const struct report *report)
{
	struct str created = audit_created(audit), behind = audit_behind(audit);
	struct buf *b = &ret->note;

	ret->problems = audit_problems(audit);
	if (behind.len) {
		buf_printf(b, "%.*s: this is not what the files say now, which ", STR_ARG(behind));
		add_command(b, q, audit_root(audit));
		buf_add_str(b, STR(" asks"));
	} else if (created.len && report->needs != REPORT_ALONE) {
		buf_printf(b, "as of the plan of %.*s; ", STR_ARG(created));
		add_command(b, q, audit_root(audit));
		buf_add_str(b, STR(" asks the files"));
	}
}

static int
refuse_folder(const char *folder, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;

	return error_set(err, "'%s' is a folder: berth report conflicts %s (--list names the other reports)",
	    folder, quote_in(&a, folder).ptr);
}

static int
ask(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;

	if (folder_is(q->operands[0]) && !question_is_report(q->operands[0], &q->path))
		return refuse_folder(q->operands[0], err);
	if (report_open(&report, q->operands[0], &q->path, err) < 0 ||
	    open_audit(q, &report, unasked_by(&report), &audit, err) < 0)
		return -1;
	know(ret, audit, q, &report);
	return render_report(b, audit, &report, how, &ret->fails, err);
}

static int
compare(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	struct audit_options from = { .db = q->db, .partial = q->partial };

	if (report_open(&report, "difference", &q->path, err) < 0)
		return -1;
	from.views_only = unasked_by(&report).findings;
	from.no_free = unasked_by(&report).free;
	return difference_open(&audit, q->operands[1], q->operands[2], &from, err) < 0 ? -1 :
	    render_report(b, audit, &report, how, &ret->fails, err);
}

/* Every report: on one page, or in a folder. */
static int
ask_all(const struct question *q, struct buf *b, struct answer *ret, struct error *err)
{
	AUTO(report_set) reports = REPORT_SET_INIT;
	AUTO_PTR(audit) audit = NULL;
	struct report any = REPORT_INIT;
	struct export_result done;
	struct unasked unasked = { true, true };

	if (report_set_open(&reports, &q->path, err) < 0)
		return -1;
	for (size_t i = 0; i < reports.count; i++)
		if (q->out || reports.items[i].page) {
			struct unasked one = unasked_by(&reports.items[i]);

			unasked.findings &= one.findings;
			unasked.free &= one.free;
		}
	if (open_audit(q, &any, unasked, &audit, err) < 0)
		return -1;
	know(ret, audit, q, &any);
	if (!q->out)
		return page_fleet(b, audit, &reports, &ret->fails, err);
	if (export_write(q->out, audit, &reports, q->how.safe, &done, err) < 0)
		return -1;
	ret->fails = done.fails;
	ret->files = done.files;
	return 0;
}

static int
answer(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	switch (wanted(q, how->format)) {
	case WANTED_LIST:
		return render_list(b, &q->path, how, err);
	case WANTED_REPORT:
		return ask(q, how, b, ret, err);
	case WANTED_DIFFERENCE:
		return compare(q, how, b, ret, err);
	case WANTED_PAGE:
	case WANTED_FOLDER:
		return ask_all(q, b, ret, err);
	case WANTED_NOTHING:
		break;
	}
	return refuse(q, err);
}

int
question_answer(const struct question *q, struct buf *b, struct answer *ret, struct error *err)
{
	struct render_options how = q->how;
	AUTO(buf) raw = BUF_INIT;

	if (q->format && render_format_parse(q->format, &how.format, err) < 0)
		return -1;
	if (q->explain && q->format)
		return error_set(err, "--explain is a format of its own: leave --format out");
	if (q->explain)
		how.format = RENDER_EXPLAIN;
	/* these two have colours of their own */
	if (!q->terminal || how.format == RENDER_TABLE || how.format == RENDER_EXPLAIN)
		return answer(q, &how, b, ret, err);
	if (answer(q, &how, &raw, ret, err) < 0)
		return -1;
	display_add_lines(b, buf_str(&raw));
	return 0;
}

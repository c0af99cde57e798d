/* question: what was asked of report.
 * SPDX-License-Identifier: MIT */
#include "report/question.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"
#include "base/quote.h"
#include "report/asked.h"
#include "report/audit.h"
#include "report/difference.h"
#include "report/export.h"
#include "report/fit.h"
#include "report/many.h"
#include "report/page.h"
#include "report/streams.h"
#include "report/verdict.h"
#include "stream/finding.h"
#include "system/folder.h"
#include "system/input.h"

enum wanted {
	WANTED_NOTHING, WANTED_LIST, WANTED_REPORT, WANTED_DIFFERENCE, WANTED_FIT, WANTED_PAGE, WANTED_FOLDER
};

void
answer_release(struct answer *a)
{
	buf_release(&a->note);
	buf_release(&a->losses);
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

static bool
is_fit(const struct question *q)
{
	return q->count > 0 && strcmp(q->operands[0], "fit") == 0;
}

bool
question_waits(const struct question *q)
{
	AUTO(report) report = REPORT_INIT;
	AUTO(error) ignored = ERROR_INIT;

	if (q->findings_count || q->list || q->count > 1 || is_difference(q))
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

	if (!last || q->findings_count || q->list || is_difference(q) || !folder_is(last) ||
	    (q->count == 1 && (!is_page || question_is_report(last, &q->path))))
		return NULL;
	q->count--;
	return last;
}

struct str
question_scan_option(const struct question *q, struct arena *a)
{
	AUTO(report) report = REPORT_INIT;
	AUTO(error) ignored = ERROR_INIT;	/* told when the question is answered */

	if (q->count != 1 || report_open(&report, q->operands[0], &q->path, &ignored) < 0)
		return (struct str)STR_INIT;
	if (report.is_of_claims && !report.scan.len)
		return STR("--claims");
	return arena_dup(a, report.scan);
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
	if (is_fit(q))
		return q->count == 3 ? WANTED_FIT : WANTED_NOTHING;
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
	if (is_fit(q))
		return error_set(err, "an app is held against a host: report fit APP HOST.csv");
	if (q->count == 2 && folder_is(o[1]))
		return error_set(err, "one folder at a time: of what two share, ask the folder above both");
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
 * be of another day. One that ends without a word is what cron and ssh give, or a program that failed: the
 * database answers, and NOTE says so. */
static int
check_patience(const struct question *q, struct buf *note, struct error *err)
{
	enum input_state got = input_wait(STDIN_FILENO, q->patience);

	if (got == INPUT_EMPTY)
		buf_add_str(note, STR("standard input was empty, so the database was asked"));
	if (got != INPUT_WAITING)
		return 0;
	return error_set(err,
	    "nothing came on standard input in %d s: --findings - waits for findings as long as it takes, "
	    "< /dev/null asks the database",
	    q->patience / 1000);
}

/* What is asked: of one audit, or of those of many hosts. */
struct task {
	const struct question *q;
	const struct render_options *how;
	enum wanted wanted;
	struct report_set reports;	/* one, or all; borrowed */
	struct report_asks asked;
};

/* Opens the audit of the stream that READER stands in; NULL: of the database. */
static int
open_audit(const struct task *t, struct finding_reader *reader, bool is_of_many, struct audit **ret,
    struct error *err)
{
	const struct question *q = t->q;
	struct audit_options from = { .db = q->db, .findings = -1, .reader = reader, .is_of_many = is_of_many,
		.views_only = !t->asked.findings, .no_free = !t->asked.free, .host_check = q->host_check,
		.accepted = q->accepted, .only = q->only };

	return audit_open(ret, &from, err);
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
	struct str created = audit_created(audit), behind = audit_behind(audit), beyond = audit_beyond(audit);
	struct buf *b = &ret->note;

	ret->problems = audit_has_findings(audit) ? audit_problems(audit) : 0;
	if (behind.len) {
		buf_printf(b, "%s%.*s%s%.*s: this is not what the files say now, which ",
		    b->len ? "; " : "", STR_ARG(behind),
		    beyond.len ? "; " : "", STR_ARG(beyond));
		add_command(b, q, audit_root(audit));
		buf_add_str(b, STR(" asks"));
	} else if (created.len && report->needs != REPORT_ALONE) {
		buf_printf(b, "%sas of the plan of %.*s%s%.*s; ", b->len ? "; " : "", STR_ARG(created),
		    beyond.len ? "; " : "", STR_ARG(beyond));
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

/* Whether the tables of all hosts are asked. */
static bool
is_carried(const struct task *t)
{
	return t->asked.hosts || t->asked.placements;
}

/* The answer of one audit. */
static int
answer_one(const struct task *t, struct audit *audit, struct buf *b, struct answer *ret, struct error *err)
{
	static const struct report any = REPORT_INIT;
	const struct question *q = t->q;
	bool is_one = t->wanted == WANTED_REPORT;
	struct export_result done;

	if (verdict_check(audit, is_one ? t->reports.items : &any, q->db, err) < 0 ||
	    audit_check_only(audit, err) < 0 ||
	    (is_carried(t) && audit_carry(audit, audit, audit_host(audit), t->asked.placements, err) < 0))
		return -1;
	know(ret, audit, q, is_one ? t->reports.items : &any);
	if (is_one)
		return render_report(b, audit, t->reports.items, t->how, &ret->fails, err);
	if (t->wanted == WANTED_PAGE)
		return page_fleet(b, audit, &t->reports, &ret->fails, err);
	if (export_write(q->out, audit, &t->reports, q->how.safe, &done, err) < 0)
		return -1;
	ret->fails = done.fails;
	ret->files = done.files;
	return 0;
}

/* Notes that the stream is left out, and why. */
static void
leave_out(struct answer *ret, const struct streams *in, const struct error *why)
{
	if (ret->left_out++)
		buf_add_char(&ret->losses, '\n');
	streams_describe(in, &ret->losses);
	buf_add_str(&ret->losses, STR(" is left out: "));
	error_format(why, &ret->losses);
}

/* What findings REPORT (NULL: another one than one of these files) takes beside whole ones. */
static unsigned
taken(const struct question *q, const struct report *report)
{
	return (q->partial ? FINDING_TAKES_PARTIAL : 0) |
	    (report && report->is_of_claims ? FINDING_TAKES_CLAIMS : 0);
}

static int
compare(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	struct audit_options from = { .db = q->db, .takes = taken(q, NULL) };

	if (report_open(&report, "difference", &q->path, err) < 0)
		return -1;
	asked_find(&report, 1);
	from.views_only = !report.asks.findings;
	from.no_free = !report.asks.free;
	return difference_open(&audit, q->operands[1], q->operands[2], &from, err) < 0 ? -1 :
	    render_report(b, audit, &report, how, &ret->fails, err);
}

/* An app of the findings, among those of a file. */
static int
fit(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	AUTO_PTR(audit) audit = NULL;
	AUTO(streams) in = STREAMS_INIT;
	struct audit_options from = { .takes = taken(q, NULL), .views_only = true, .no_free = true };
	bool any = false;

	if (report_open(&report, "fit", &q->path, err) < 0 ||
	    (!q->findings_count && check_patience(q, &ret->note, err) < 0) ||
	    streams_open(&in, q->findings, q->findings_count, from.takes, &any, err) < 0)
		return -1;
	if (!any)
		return error_set(
		    err, "the app is one of findings: berth scan ROOT | berth report fit APP HOST.csv");
	return fit_open(&audit, q->operands[1], &in, q->operands[2], &from, err) < 0 ? -1 :
	    render_report(b, audit, &report, how, &ret->fails, err);
}

/* Whether the stream has what the report shows, of many. */
static int
check_scan(const struct task *t, const struct audit *audit, struct error *err)
{
	const struct report *report = t->wanted == WANTED_REPORT ? t->reports.items : NULL;

	return !report || !report->scan.len || audit_was_asked(audit, report->scan)
	    ? 0
	    : verdict_check(audit, report, t->q->db, err);
}

/* Asks of the stream that IN stands in. */
static int
add_stream(const struct task *t, struct many *many, struct streams *in, struct answer *ret, struct error *err)
{
	AUTO_PTR(audit) audit = NULL;
	AUTO(error) why = ERROR_INIT;
	struct str host;

	if (streams_host(in, &host, &why) == 0 && open_audit(t, in->reader, true, &audit, &why) == 0 &&
	    check_scan(t, audit, &why) == 0)
		return many_add(many, audit, host, err);
	leave_out(ret, in, &why);
	return 0;
}

/* The streams behind the first: GOT is what streams_next said of the second, and WHY. */
static int
add_streams(const struct task *t, struct many *many, struct streams *in, int got, struct error *why,
    struct answer *ret, struct error *err)
{
	while (got) {
		if (got < 0)
			leave_out(ret, in, why);
		else if (add_stream(t, many, in, ret, err) < 0)
			return -1;
		error_release(why);
		got = streams_next(in, why);
	}
	return 0;
}

/* What the first stream came to. */
struct first {
	struct audit *audit;		/* NULL: it cannot be read */
	struct str host;
	bool is_named;
};

/* Asks of the first stream, which is then closed. */
static int
add_first(struct many *many, struct first *first, struct error *err)
{
	int result = first->is_named ? many_add(many, first->audit, first->host, err) : 0;

	audit_close(first->audit);
	first->audit = NULL;
	return result;
}

static int
answer_many(const struct task *t, struct streams *in, struct first *first, int got, struct error *why,
    struct buf *b, struct answer *ret, struct error *err)
{
	const struct many_options options = { .reports = t->reports.items,
		.report_count = t->reports.count,
		.how = t->how, .is_page = t->wanted != WANTED_REPORT, .folder = t->q->out,
		.carries = is_carried(t), .places = t->asked.placements };
	AUTO_PTR(many) many = NULL;
	struct many_result done;

	if (t->q->host_check)
		return error_set(
		    err, "--host-check looks at this host, and these are the findings of several");
	if (many_open(&many, &options, err) < 0 || add_first(many, first, err) < 0 ||
	    add_streams(t, many, in, got, why, ret, err) < 0 || many_finish(many, b, &done, err) < 0)
		return -1;
	ret->fails = done.fails;
	ret->problems = done.problems;
	ret->files = done.files;
	return 0;
}

/* Of one stream as ever; of several, host by host. */
static int
answer_streams(const struct task *t, struct streams *in, struct buf *b, struct answer *ret, struct error *err)
{
	struct first first = { NULL, STR_INIT, false };
	AUTO(error) later = ERROR_INIT, unnamed = ERROR_INIT;
	int got = streams_next(in, err), result;

	if (got > 0)
		(void)open_audit(t, in->reader, in->file_count > 1, &first.audit, err);	/* told in err */
	first.is_named = first.audit && streams_host(in, &first.host, &unnamed) == 0 &&
	    check_scan(t, first.audit, &unnamed) == 0;
	if (!first.is_named)
		leave_out(ret, in, first.audit ? &unnamed : err);
	got = streams_next(in, &later);
	if (got || in->number > 1) {
		error_release(err);
		result = answer_many(t, in, &first, got, &later, b, ret, err);
	} else {
		ret->left_out = 0;
		buf_clear(&ret->losses);
		result = first.audit ? answer_one(t, first.audit, b, ret, err) : -1;
	}
	audit_close(first.audit);
	return result;
}

static int
answer_task(const struct task *t, struct buf *b, struct answer *ret, struct error *err)
{
	const struct question *q = t->q;
	AUTO(streams) in = STREAMS_INIT;
	AUTO_PTR(audit) audit = NULL;
	bool is_alone = !q->findings_count && t->wanted == WANTED_REPORT &&
	    t->reports.items->needs == REPORT_ALONE;
	bool any = false;

	if (!is_alone && !q->findings_count && check_patience(q, &ret->note, err) < 0)
		return -1;
	if (!is_alone && streams_open(&in, q->findings, q->findings_count,
	    taken(q, t->wanted == WANTED_REPORT ? t->reports.items : NULL), &any, err) < 0)
		return -1;
	if (any)
		return answer_streams(t, &in, b, ret, err);
	return open_audit(t, NULL, false, &audit, err) < 0 ? -1 : answer_one(t, audit, b, ret, err);
}

static int
ask(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	AUTO(report) report = REPORT_INIT;
	struct task task = { q, how, WANTED_REPORT, { &report, 1, 0 }, { false, false, false, false } };

	if (folder_is(q->operands[0]) && !question_is_report(q->operands[0], &q->path))
		return refuse_folder(q->operands[0], err);
	if (report_open(&report, q->operands[0], &q->path, err) < 0)
		return -1;
	asked_find(&report, 1);
	task.asked = report.asks;
	return answer_task(&task, b, ret, err);
}

static void
add_asks(struct report_asks *to, const struct report_asks *of)
{
	to->findings |= of->findings;
	to->free |= of->free;
	to->hosts |= of->hosts;
	to->placements |= of->placements;
}

/* Every report: on one page, or in a folder. */
static int
ask_all(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	AUTO(report_set) reports = REPORT_SET_INIT;
	struct task task = { q, how, q->out ? WANTED_FOLDER : WANTED_PAGE, REPORT_SET_INIT,
		{ false, false, false, false } };

	if (report_set_open(&reports, &q->path, err) < 0)
		return -1;
	asked_find(reports.items, reports.count);
	for (size_t i = 0; i < reports.count; i++)
		if (q->out || reports.items[i].page)
			add_asks(&task.asked, &reports.items[i].asks);
	task.reports = reports;
	return answer_task(&task, b, ret, err);
}

static int
answer(const struct question *q, const struct render_options *how, struct buf *b, struct answer *ret,
    struct error *err)
{
	enum wanted what = wanted(q, how->format);

	if (q->only.count && what != WANTED_REPORT && what != WANTED_NOTHING)
		return error_set(err, "--only chooses the apps of one report: berth report --only '%s' "
		    "conflicts", q->only.patterns[0]);
	switch (what) {
	case WANTED_LIST:
		return render_list(b, &q->path, how, err);
	case WANTED_REPORT:
		return ask(q, how, b, ret, err);
	case WANTED_DIFFERENCE:
		return compare(q, how, b, ret, err);
	case WANTED_FIT:
		return fit(q, how, b, ret, err);
	case WANTED_PAGE:
	case WANTED_FOLDER:
		return ask_all(q, how, b, ret, err);
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

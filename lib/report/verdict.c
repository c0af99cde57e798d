/* verdict: whether a report can be had from an audit, and whether it found what must not be.
 * SPDX-License-Identifier: MIT */
#include "report/verdict.h"

#include "base/error.h"
#include "format/rows.h"
#include "report/audit.h"
#include "report/report.h"

enum lack {
	LACK_NONE, LACK_OWN, LACK_DATABASE, LACK_FINDINGS, LACK_PLAN, LACK_BOTH, LACK_SILENCE, LACK_OPTION
};

/* What the audit lacks for the report: LACK_SILENCE, that findings came which have nothing to do with it;
 * LACK_OPTION, that they are of a scan which was not asked for what it shows. */
static enum lack
lack_of(const struct audit *audit, const struct report *report)
{
	bool wants_database = report->needs == REPORT_DATABASE || report->needs == REPORT_ALONE;
	bool has_database = audit_has_database(audit), has_findings = audit_has_findings(audit);

	if (report->needs == REPORT_ALONE && has_findings)
		return LACK_SILENCE;
	if (wants_database && audit_owner(audit).len)
		return LACK_OWN;
	if (wants_database && !has_database)
		return LACK_DATABASE;
	if (!has_database && !has_findings)
		return LACK_BOTH;
	if (report->needs == REPORT_FINDINGS && !has_findings)
		return LACK_FINDINGS;
	if (has_findings && report->scan.len && !audit_was_asked(audit, report->scan))
		return LACK_OPTION;
	return report->fails.len && audit_is_blank(audit) ? LACK_PLAN : LACK_NONE;
}

int
verdict_check(const struct audit *audit, const struct report *report, const char *db, struct error *err)
{
	switch (lack_of(audit, report)) {
	case LACK_NONE:
		return 0;
	case LACK_OWN:
		error_set(err, "this registry is %.*s's, and these findings are %.*s's: each host has a "
		    "registry of its own (--db FILE)", STR_ARG(audit_owner(audit)),
		    STR_ARG(audit_host(audit)));
		break;
	case LACK_SILENCE:
		return error_set(err,
		    "report %.*s is of the database, and no findings go with it: leave --findings out",
		    STR_ARG(report->name));
	case LACK_FINDINGS:
	case LACK_OPTION:
		return error_set(err, "report %.*s needs findings%s%.*s: berth scan %.*s%sROOT | berth "
		    "report %.*s", STR_ARG(report->name), report->scan.len ? " of scan " : "",
		    STR_ARG(report->scan), STR_ARG(report->scan), report->scan.len ? " " : "",
		    STR_ARG(report->name));
	case LACK_PLAN:	/* it would say that all is well of what was never looked at */
		error_set(err, "nothing was planned with this registry yet, so it knows of no fleet: "
		    "berth scan ROOT | berth report %.*s asks the files", STR_ARG(report->name));
		break;
	case LACK_DATABASE:
		error_set(err,
		    "no such database, which report %.*s needs: run berth plan first, or name another with "
		    "--db or $BERTH_DB",
		    STR_ARG(report->name));
		break;
	case LACK_BOTH:
		error_set(err,
		    "no such database, and no findings on standard input: run berth plan first, name another "
		    "with --db or $BERTH_DB, or pipe findings in: berth scan ROOT | berth report %.*s",
		    STR_ARG(report->name));
		break;
	}
	return error_file(err, str_from(db));
}

bool
verdict_is_answerable(const struct audit *audit, const struct report *report)
{
	return report->needs != REPORT_TWO && lack_of(audit, report) == LACK_NONE;
}

/* Whether what the report gave, COUNT rows, is what must not be. */
static int
judge(
    struct audit *audit, const struct report *report, size_t count, bool *ret_fails, struct error *err)
{
	int64_t n = 0;

	if (str_eq(report->fails, STR("rows")))
		n = count > 0;
	else if (report->fails.len && audit_is_part(audit))
		n = audit_problems(audit) > 0;
	else if (report->fails.len && audit_number(audit, report->fails, report->path, &n, err) < 0)
		return -1;
	*ret_fails = n != 0;
	return 0;
}

/* Where some apps were chosen the rows have to say which they are of. */
static int
check_only(const struct audit *audit, const struct report *report, const struct rows *rows, struct error *err)
{
	return !audit_is_part(audit) || only_is_about(rows)
	    ? 0
	    : error_set(err, "report %.*s says nothing of single apps: leave --only out",
		  STR_ARG(report->name));
}

int
verdict_ask(
    struct audit *audit, const struct report *report, struct rows *ret, bool *ret_fails, struct error *err)
{
	return audit_query(audit, report->sql, report->path, ret, err) < 0 ||
	    check_only(audit, report, ret, err) < 0
	    ? -1
	    : judge(audit, report, ret->count, ret_fails, err);
}

struct counted {
	const struct audit *audit;
	const struct report *report;
	audit_take *take;
	void *context;
	size_t count;
};

static int
count(void *context, const struct rows *rows, struct error *err)
{
	struct counted *c = context;

	c->count += rows->count;
	if (check_only(c->audit, c->report, rows, err) < 0)
		return -1;
	return c->take(c->context, rows, err);
}

int
verdict_pass(struct audit *audit, const struct report *report, audit_take *take, void *context,
    bool *ret_fails, struct error *err)
{
	struct counted c = { audit, report, take, context, 0 };

	return audit_pass(audit, report->sql, report->path, count, &c, err) < 0
	    ? -1
	    : judge(audit, report, c.count, ret_fails, err);
}

/* verdict: whether a report can be had from an audit, and whether it found what must not be.
 * SPDX-License-Identifier: MIT */
#include "report/verdict.h"

#include "report/audit.h"
#include "base/error.h"
#include "report/report.h"
#include "format/rows.h"

int
verdict_check(const struct audit *audit, const struct report *report, const char *db, struct error *err)
{
	if (report->needs == REPORT_ALONE && audit_has_findings(audit))
		return error_set(err,
		    "report %.*s is of the database, and no findings go with it: leave --findings out",
		    STR_ARG(report->name));
	if ((report->needs == REPORT_DATABASE || report->needs == REPORT_ALONE) &&
	    !audit_has_database(audit)) {
		error_set(err,
		    "no such database, which report %.*s needs: run berth plan first, or name another with --db or "
		    "$BERTH_DB",
		    STR_ARG(report->name));
		return error_place(err, str_from(db), 0, 0);
	}
	if (audit_is_empty(audit)) {
		error_set(err,
		    "no such database, and no findings on standard input: run berth plan first, name another with --db "
		    "or $BERTH_DB, or pipe findings in: berth scan ROOT | berth report %.*s",
		    STR_ARG(report->name));
		return error_place(err, str_from(db), 0, 0);
	}
	if (report->needs == REPORT_FINDINGS && !audit_has_findings(audit))
		return error_set(err, "report %.*s needs findings: berth scan ROOT | berth report %.*s",
		    STR_ARG(report->name), STR_ARG(report->name));
	return 0;
}

bool
verdict_is_answerable(const struct audit *audit, const struct report *report)
{
	if (report->needs == REPORT_ALONE)
		return audit_has_database(audit) && !audit_has_findings(audit);
	return !audit_is_empty(audit) && (report->needs != REPORT_DATABASE || audit_has_database(audit)) &&
	    (report->needs != REPORT_FINDINGS || audit_has_findings(audit)) && report->needs != REPORT_TWO;
}

int
verdict_rows(
    struct audit *audit, const struct report *report, const struct rows *rows, bool *ret, struct error *err)
{
	int64_t n = 0;

	if (str_eq(report->fails, STR("rows")))
		n = rows->count > 0;
	else if (report->fails.len && audit_number(audit, report->fails, report->path, &n, err) < 0)
		return -1;
	*ret = n != 0;
	return 0;
}

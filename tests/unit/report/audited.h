/* audited: audits of small streams of findings, for the tests of what is made of one.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_AUDITED_H
#define TESTS_AUDITED_H

#include "unit/scratch.h"

#include "report/audit.h"
#include "report/report.h"
#include "format/rows.h"

/* Two apps that both publish 5000, and a problem. */
static const char audited_stream[] =
	"record,model,app_num,app,service,role,host_port,protocol,value,file,line,column,offset,length\n"
	"fleet,,,,,,,,/srv/x,,,,,\n"
	"app,m,1,m/app1,,,,,m/app1,,,,,\n"
	"port,m,1,m/app1,web,backend,5000,tcp,5000:80,m/app1/c,3,4,20,4\n"
	"port,m,1,m/app1,web,frontend,8000-8009,,8000-8009:80,m/app1/c,4,4,40,9\n"
	"app,n,1,n,,,,,n,,,,,\n"
	"port,n,1,n,web,backend,5000,tcp,5000:80,n/c,3,4,20,4\n"
	"problem,n,1,n,,,,,<bad>,n/c,9,,,\n"
	"end,,,,,,,,7,,,,,\n";

/* An audit of the stream TEXT (NULL: none) and the database DB (NULL: none). */
static inline struct audit *
audited(const char *text, const char *db)
{
	FILE *f = text ? scratch_input(text) : NULL;
	AUTO(error) err = ERROR_INIT;
	struct audit_options opt = { .db = db, .findings = f ? fileno(f) : -1, .findings_name = "in" };
	struct audit *a = NULL;

	if (audit_open(&a, &opt, &err) < 0)
		fail_msg("%s", err.what);
	if (f)
		assert_int_equal(fclose(f), 0);
	return a;
}

/* The one row of the query SQL is the text WANT. */
static inline void
audited_asks(struct audit *a, const char *sql, const char *want)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;

	if (audit_query(a, str_from(sql), STR("test"), &rows, &err) < 0)
		fail_msg("%s: %s", sql, err.what);
	assert_int_equal(rows.count, 1);
	assert_string_equal(rows_cell(&rows, 0, 0)->text.ptr, want);
}

/* A report `x` of the file TEXT, which is to be released. */
static inline struct report
audited_report(const char *text)
{
	struct report r = REPORT_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(report_parse(&r, STR("x"), STR("x.sql"), str_from(text), &err), 0);
	return r;
}

#endif

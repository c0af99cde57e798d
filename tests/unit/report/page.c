/* page: a page of one report, and a page of a fleet with the reports that belong on it.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/page.h"

static size_t
at(const struct buf *b, const char *needle)
{
	const char *p = strstr(b->ptr, needle);

	if (!p)
		fail_msg("'%s' is not in %s", needle, b->ptr);
	return (size_t)(p - b->ptr);
}

static void
a_report_has_a_page(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report("-- title: <T>\nSELECT app FROM apps");
	AUTO(rows) rows = ROWS_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	assert_int_equal(audit_query(a, r.sql, r.path, &rows, &err), 0);
	assert_int_equal(page_report(&b, a, &r, &rows, &err), 0);
	assert_int_equal(at(&b, "<!DOCTYPE html>"), 0);
	assert_true(at(&b, "style-src 'sha256-") < at(&b, "<title>&lt;T&gt;</title>"));
	assert_true(at(&b, "/srv/x") < at(&b, "<section id=\"x\">"));
	assert_true(at(&b, "<section id=\"x\">") < at(&b, "</html>\n"));
}

static void
a_fleet_has_the_reports_that_say_so(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	struct report items[] = {
		audited_report("-- title: Second\n-- page: 20\n-- fails: rows\nSELECT 1"),
		audited_report("-- title: None\nSELECT 2"),
		audited_report("-- title: First\n-- page: 10 before\nSELECT 3"),
		audited_report("-- title: Other\n-- page: 5\n-- needs: database\nSELECT 4"),
	};
	struct report_set all = { items, sizeof items / sizeof *items, 0 };
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	bool fails = false;

	(void)state;
	assert_int_equal(page_fleet(&b, a, &all, &fails, &err), 0);
	assert_true(fails);
	assert_true(at(&b, "<h2>Port "
	    "map") < at(&b, "<h2>First") && at(&b, "<h2>First") < at(&b, "<h2>Second"));
	assert_null(strstr(b.ptr, "<h2>None"));
	assert_null(strstr(b.ptr, "<h2>Other"));
	for (size_t i = 0; i < all.count; i++)
		report_release(&items[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_has_a_page),
		cmocka_unit_test(a_fleet_has_the_reports_that_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* verdict: what a report needs is there or the error says how to come by it; what must not be is found by its
 * own rule.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include <sqlite3.h>

#include "report/verdict.h"

/* AUDIT can answer a report that needs NEEDS; or the error says WHY, at PLACE. */
static void
checked(struct audit *a, const char *needs, const char *place, const char *why)
{
	AUTO(buf) text = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	buf_printf(&text, "-- needs: %s\nSELECT 1", needs);
	{
		AUTO(report) r = audited_report(text.ptr);

		assert_int_equal(verdict_check(a, &r, "r.db", &err), why ? -1 : 0);
		assert_int_equal(verdict_is_answerable(a, &r), !why);
		if (why)
			scratch_error(&err, place, 0, why);
	}
}

static void
what_is_needed_is_asked_for(void **state)
{
	AUTO_PTR(audit) none = audited(NULL, "/nowhere/r.db");
	AUTO_PTR(audit) stream = audited(audited_stream, NULL);
	AUTO_PTR(audit) database = NULL;
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open("r.db", &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model, app_num, backend_port,"
		" frontend_port)",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	database = audited(NULL, "r.db");
	checked(none, "either", "r.db", "berth scan ROOT | berth report x");
	checked(none, "database", "r.db", "run berth plan first");
	checked(stream, "either", NULL, NULL);
	checked(stream, "findings", NULL, NULL);
	checked(stream, "either\n-- scan: --secrets", NULL,
	    "report x needs findings of scan --secrets: berth scan --secrets ROOT | berth report x");
	checked(stream, "database", "r.db", "which report x needs");
	checked(database, "either", NULL, NULL);
	checked(database, "database", NULL, NULL);
	checked(database, "findings", NULL, "berth scan ROOT | berth report x");
}

static void
two_are_not_one(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report("-- needs: two\nSELECT 1");

	(void)state;
	assert_false(verdict_is_answerable(a, &r));
}

static void
the_reports_rule_decides(void **state)
{
	static const struct {
		const char *text;
		size_t rows;
		bool fails;
	} cases[] = {
		{ "SELECT 1", 1, false },
		{ "-- fails: rows\nSELECT 1 WHERE 0", 0, false },
		{ "-- fails: rows\nSELECT port FROM ports", 3, true },
		{ "-- fails: SELECT count(*) FROM problems\nSELECT 1 WHERE 0", 0, true },
		{ "-- fails: SELECT -1\nSELECT 1", 1, true },
		{ "-- fails: SELECT 0\nSELECT 1", 1, false },
		{ "-- fails: SELECT 1 WHERE 0\nSELECT 1", 1, false },
	};
	AUTO_PTR(audit) a = audited(audited_stream, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(report) r = audited_report(cases[i].text);
		AUTO(rows) rows = ROWS_INIT;
		AUTO(error) err = ERROR_INIT;
		bool fails = !cases[i].fails;

		if (verdict_ask(a, &r, &rows, &fails, &err) < 0 || fails != cases[i].fails ||
		    rows.count != cases[i].rows)
			fail_msg("%s", cases[i].text);
	}
}

static void
a_broken_query_is_told(void **state)
{
	static const char *const texts[] = { "-- fails: SELECT nowhere\nSELECT 1", "SELECT nowhere" };
	AUTO_PTR(audit) a = audited(audited_stream, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		AUTO(report) r = audited_report(texts[i]);
		AUTO(rows) rows = ROWS_INIT;
		AUTO(error) err = ERROR_INIT;
		bool fails;

		assert_int_equal(verdict_ask(a, &r, &rows, &fails, &err), -1);
		scratch_error(&err, "x.sql", 1, "nowhere");
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(what_is_needed_is_asked_for),
		cmocka_unit_test(two_are_not_one),
		cmocka_unit_test(the_reports_rule_decides),
		cmocka_unit_test(a_broken_query_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
judged(const char *fails, size_t rows_there, bool want)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(rows) rows = ROWS_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) text = BUF_INIT;
	bool got = !want;

	buf_printf(&text, "-- fails: %s\nSELECT 1", fails);
	{
		AUTO(report) r = audited_report(*fails ? text.ptr : "SELECT 1");

		rows_columns(&rows, &STR("a"), 1);
		while (rows_there--)
			(void)rows_add(&rows);
		assert_int_equal(verdict_rows(a, &r, &rows, &got, &err), 0);
		assert_int_equal(got, want);
	}
}

static void
the_reports_rule_decides(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report("-- fails: SELECT nowhere\nSELECT 1");
	AUTO(rows) rows = ROWS_INIT;
	AUTO(error) err = ERROR_INIT;
	bool got;

	(void)state;
	judged("", 1, false);
	judged("rows", 0, false);
	judged("rows", 2, true);
	judged("SELECT count(*) FROM problems", 0, true);
	judged("SELECT -1", 0, true);
	judged("SELECT 0", 3, false);
	judged("SELECT 1 WHERE 0", 3, false);
	assert_int_equal(verdict_rows(a, &r, &rows, &got, &err), -1);
	scratch_error(&err, "x.sql", 1, "nowhere");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(what_is_needed_is_asked_for),
		cmocka_unit_test(two_are_not_one),
		cmocka_unit_test(the_reports_rule_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

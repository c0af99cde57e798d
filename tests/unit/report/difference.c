/* difference: who clashes in each of two audits.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include <sqlite3.h>

#include "report/difference.h"
#include "stream/finding.h"

static void
files_are_compared(void **state)
{
	AUTO_PTR(audit) a = NULL;
	AUTO_PTR(audit) turned = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put(
	    "clean", "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\nend,,,,1,,,\n");
	scratch_put("clashing", audited_stream);
	assert_int_equal(
	    difference_open(&a, "clashing", "clean", &(struct audit_options){ .takes = 0 }, &err), 0);
	audited_asks(a,
	    "SELECT group_concat(side || ' ' || value || ' ' || app) FROM (SELECT * FROM compared ORDER BY "
	    "app)",
	    "earlier 5000/tcp m/app1,earlier 5000/tcp n");
	assert_int_equal(
	    difference_open(&turned, "clean", "clashing", &(struct audit_options){ .takes = 0 }, &err),
	    0);
	audited_asks(turned, "SELECT count(*) || min(side) || max(side) FROM compared", "2laterlater");
	audited_asks(turned, "SELECT count(*) FROM apps", "2");		/* it is an audit of the later one */
}

static void
what_is_not_there_is_told(void **state)
{
	AUTO_PTR(audit) a = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("clashing", audited_stream);
	scratch_put("early", "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\n");
	assert_int_equal(
	    difference_open(&a, "clashing", "absent", &(struct audit_options){ .takes = 0 }, &err), -1);
	assert_non_null(strstr(err.what, "absent: no such file of findings"));
	error_release(&err);
	assert_int_equal(
	    difference_open(&a, "found", "clashing", &(struct audit_options){ .db = "absent.db" }, &err), -1);
	scratch_error(&err, "absent.db", 0, "no such database");
	assert_int_equal(
	    difference_open(&a, "early", "clashing", &(struct audit_options){ .takes = 0 }, &err), -1);
	assert_non_null(strstr(err.what, "no end record"));
	error_release(&err);
	assert_null(a);
	assert_int_equal(
	    difference_open(&a, "early", "clashing",
		&(struct audit_options){ .takes = FINDING_TAKES_PARTIAL }, &err), 0);
}

/* The database keeps who clashed in each of its audits: two of them are compared by their numbers, or by
 * their plans' ids. */
static void
audits_of_the_database_have_numbers(void **state)
{
	AUTO(error) err = ERROR_INIT;
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open("r.db", &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model, app_num, backend_port,"
		" frontend_port); CREATE TABLE berth_audits (audit INTEGER, plan TEXT, root TEXT, created "
		"TEXT, apps INTEGER,"
		" clashes INTEGER); INSERT INTO berth_audits VALUES (1, '00000000000000aa', '/srv', '', 2, "
		"2), (2, 'x', '/srv', '', 2, 1);"
		"CREATE TABLE berth_audit_clashes (audit INTEGER, kind TEXT, value TEXT, model TEXT, app_num "
		"INTEGER, app TEXT,"
		" service TEXT, message TEXT);"
		"INSERT INTO berth_audit_clashes VALUES (1, 'port', '1/tcp', 'm', 1, 'm/app1', 's', 'x'), "
		"(2, 'port', '2/tcp', 'm', 1,"
		" 'm/app1', 's', 'x')",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	for (int by_plan = 0; by_plan < 2; by_plan++) {
		AUTO_PTR(audit) a = NULL;

		assert_int_equal(difference_open(&a, by_plan ? "00000000000000aa" : "1", "2",
				     &(struct audit_options){ .db = "r.db" }, &err),
		    0);
		audited_asks(a,
		    "SELECT group_concat(side || value) FROM (SELECT * FROM compared ORDER BY side)",
		    "earlier1/tcp,later2/tcp");
	}
	{
		AUTO_PTR(audit) a = NULL;

		assert_int_equal(
		    difference_open(&a, "1", "9", &(struct audit_options){ .db = "r.db" }, &err), -1);
		scratch_error(&err, "r.db", 0, "holds no audit 9");
		assert_int_equal(
		    difference_open(&a, "1", "now", &(struct audit_options){ .db = "r.db" }, &err), 0);
		audited_asks(a, "SELECT count(*) || side FROM compared", "1earlier");
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(files_are_compared),
		scratch_test(what_is_not_there_is_told),
		scratch_test(audits_of_the_database_have_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* clashes: what clashes now, and before and after a plan, each with the place of the one that gives way.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include <sqlite3.h>

/* A name of several texts has no place of its own. */
static void
a_name_is_placed_where_it_is_written(void **state)
{
	AUTO_PTR(audit) a = audited(
	    "record,model,app_num,app,service,value,file,offset,length,site_file,site_line,site_column\n"
	    "fleet,,,,,/srv,,,,,,\n"
	    "app,a,1,a,,a,,,,,,\n"
	    "name,a,1,a,web,one,,,,a/c,4,20\n"
	    "app,b,1,b,,b,,,,,,\n"
	    "name,b,1,b,web,one,,,,b/c,5,20\n"
	    "end,,,,,5,,,,,,\n", NULL);

	(void)state;
	audited_asks(a, "SELECT file || line || column || ' ' || other_file || other_line || ' ' || moment"
	    " FROM clashes", "b/c520 a/c4 now");
}

/* Two apps share 5000; the plan moves the second, and the database knows a pair that is in no file. */
static void
the_database_clashes_with_what_is_there_now(void **state)
{
	AUTO_PTR(audit) a = NULL;
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open("r.db", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	    "CREATE TABLE port_configurations (id, model, app_num, backend_port, frontend_port);"
	    "INSERT INTO port_configurations VALUES (1, 'a', 1, 7001, 7002);"
	    "CREATE TABLE berth_findings (record, model, app_num, app, service, role, host_port, protocol,"
	    " value, after);"
	    "INSERT INTO berth_findings VALUES ('app', 'a', 1, 'a', '', 'layout', '', '', 'a', ''),"
	    " ('port', 'a', 1, 'a', 'web', 'backend', '5000', 'tcp', '5000:80', ''),"
	    " ('app', 'b', 1, 'b', '', 'layout', '', '', 'b', ''),"
	    " ('port', 'b', 1, 'b', 'web', 'backend', '5000', 'tcp', '5000:80', '5001')",
	    NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	a = audited(NULL, "r.db");
	audited_asks(a, "SELECT group_concat(moment || value, ' ') FROM clashes WHERE kind = 'port'",
	    "now5000/tcp found5000/tcp");
	audited_asks(a, "SELECT group_concat(DISTINCT moment) FROM clashes WHERE kind = 'drift'", "now");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_placed_where_it_is_written),
		scratch_test(the_database_clashes_with_what_is_there_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

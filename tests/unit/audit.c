/* audit: a stream and a database become the same tables, and nothing that is asked of them can write.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "audit.h"
#include "error.h"
#include "rows.h"

static const char stream[] =
	"record,model,app_num,app,service,role,host_port,protocol,value,file,line,column,offset,length\n"
	"fleet,,,,,,,,/srv/x,,,,,\n"
	"app,m,1,m/app1,,,,,m/app1,,,,,\n"
	"port,m,1,m/app1,web,backend,5000,tcp,5000:80,m/app1/c,3,4,20,4\n"
	"port,m,1,m/app1,web,frontend,8000-8009,,8000-8009:80,m/app1/c,4,4,40,9\n"
	"app,n,1,n,,,,,n,,,,,\n"
	"port,n,1,n,web,backend,5000,tcp,5000:80,n/c,3,4,20,4\n"
	"problem,n,1,n,,,,,bad,n/c,9,,,\n"
	"end,,,,,,,,7,,,,,\n";

static FILE *
input(const char *text)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	return f;
}

static struct audit *
opened(const char *text, const char *db)
{
	FILE *f = text ? input(text) : NULL;
	AUTO(error) err = ERROR_INIT;
	struct audit_options opt = { .db = db, .findings = f ? fileno(f) : -1, .findings_name = "in" };
	struct audit *a = NULL;

	if (audit_open(&a, &opt, &err) < 0)
		fail_msg("%s", err.what);
	if (f)
		(void)fclose(f);
	return a;
}

static void
asks(struct audit *a, const char *sql, const char *want)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;

	if (audit_query(a, str_from(sql), STR("test"), &rows, &err) < 0)
		fail_msg("%s: %s", sql, err.what);
	assert_int_equal(rows.count, 1);
	assert_string_equal(rows_cell(&rows, 0, 0)->text.ptr, want);
}

static void
a_stream_becomes_tables(void **state)
{
	AUTO_PTR(audit) a = opened(stream, NULL);

	(void)state;
	assert_true(audit_has_findings(a) && !audit_has_database(a) && !audit_is_empty(a));
	assert_true(str_eq(audit_root(a), STR("/srv/x")));
	assert_int_equal(audit_problems(a), 1);
	asks(a, "SELECT count(*) FROM apps", "2");
	asks(a, "SELECT port || ' ' || last_port || ' ' || protocol FROM ports WHERE role = 'frontend'", "8000 8009 tcp");
	asks(a, "SELECT kind || ' ' || value || ' ' || app || ' ' || other_app FROM conflicts", "port 5000/tcp n m/app1");
	asks(a, "SELECT backend_port || ' ' || frontend_port FROM allocations", "5000 8000");
	asks(a, "SELECT message || line FROM problems", "bad9");
	asks(a, "SELECT count(*) FROM port_configurations", "0");
	asks(a, "SELECT count(*) FROM berth_changes", "0");
}

static void
refuses(struct audit *a, const char *sql, const char *why)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;

	assert_int_equal(audit_query(a, str_from(sql), STR("test"), &rows, &err), -1);
	if (!strstr(err.what, why))
		fail_msg("%s: %s", sql, err.what);
}

static void
a_database_is_read_and_never_written(void **state)
{
	char path[] = "/tmp/audit %23?-XXXXXX";	/* every byte that a URI would take for something else */
	int fd = mkstemp(path);
	sqlite3 *db;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE port_configurations (id INTEGER PRIMARY KEY, model, app_num, backend_port,"
	    " frontend_port); INSERT INTO port_configurations VALUES (1, 'm', 1, 5001, 8001), (2, 'n', 1, 8001, 9001);"
	    "CREATE TABLE mine (x); INSERT INTO mine VALUES (7)", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	{
		AUTO_PTR(audit) a = opened(NULL, path);

		assert_true(audit_has_database(a) && !audit_has_findings(a));
		asks(a, "SELECT count(*) FROM allocations", "2");
		asks(a, "SELECT kind || value FROM conflicts", "role8001/tcp");
		asks(a, "SELECT x FROM mine", "7");
		refuses(a, "INSERT INTO mine VALUES (8)", "only reads");
		refuses(a, "DROP TABLE registry.mine", "only reads");
		refuses(a, "ATTACH ':memory:' AS other", "only reads");
		refuses(a, "DETACH registry", "only reads");
		refuses(a, "BEGIN", "only reads");
		refuses(a, "PRAGMA registry.user_version = 3", "only reads");
		refuses(a, "WITH x AS (SELECT 1) DELETE FROM findings RETURNING 1", "only reads");
		refuses(a, "EXPLAIN DELETE FROM mine", "only reads");
		refuses(a, "SELECT 1; DROP TABLE mine", "more than one");
		refuses(a, "", "no SELECT");
		refuses(a, "SELECT nowhere FROM mine", "no such column");
		asks(a, "SELECT x FROM mine; -- behind it, a comment", "7");
	}
	{
		AUTO_PTR(audit) a = opened(stream, path);

		asks(a, "SELECT count(*) FROM clashes WHERE kind = 'drift' AND moment = 'now'", "2");
		asks(a, "SELECT count(*) FROM conflicts WHERE kind = 'role'", "0");
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(close(fd), 0);
}

static void
neither_is_empty(void **state)
{
	AUTO_PTR(audit) a = opened(NULL, "/nowhere/berth.db");

	(void)state;
	assert_true(audit_is_empty(a));
	asks(a, "SELECT count(*) FROM findings", "0");
}

static void
damage_is_told(void **state)
{
	FILE *f = input("record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\napp,m,1,m,m,,,\n");
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(audit) a = NULL;
	struct audit_options opt = { .findings = fileno(f), .findings_name = "in" };

	(void)state;
	assert_int_equal(audit_open(&a, &opt, &err), -1);
	assert_non_null(strstr(err.what, "no end record"));
	(void)fclose(f);
}

static void
two_are_compared(void **state)
{
	AUTO_PTR(audit) a = opened(stream, NULL);
	AUTO_PTR(audit) b = opened("record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\nend,,,,1,,,\n", NULL);
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(audit_compare(b, "earlier", a, "now", &err), 0);
	assert_int_equal(audit_compare(b, "later", b, "now", &err), 0);
	asks(b, "SELECT count(*) || min(side) FROM compared", "2earlier");
	refuses(b, "DELETE FROM compared", "only reads");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_becomes_tables),
		cmocka_unit_test(a_database_is_read_and_never_written),
		cmocka_unit_test(neither_is_empty),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(two_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* tables: what an audit costs grows with the fleet, not with its square, however unlucky the fleet:
 * counted in SQLite's own steps, so that it is the same on any machine.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/error.h"
#include "report/audit.h"
#include "report/report.h"
#include "report/tables.h"
#include "system/sql.h"

enum { GRAIN = 100, FEW = 200, TIMES = 4 };

static long steps;		/* of all databases */

static int
count(void *data)
{
	(void)data;
	steps += GRAIN;
	return 0;
}

/* Run by SQLite for each database that is opened. */
static int
count_steps(sqlite3 *handle)
{
	sqlite3_progress_handler(handle, GRAIN, count, NULL);
	return SQLITE_OK;
}

/* APPS apps that all want one port, one container and one project. */
static void
write_fleet(FILE *f, int apps)
{
	assert_true(
	    fputs(
		"record,model,app_num,app,service,host_port,protocol,value,role,file,line,column,offset,length,detail\n"
		"fleet,,,,,,,/srv,,,,,,,\n",
		f) >= 0);
	for (int i = 0; i < apps; i++) {
		assert_true(fprintf(f, "app,m%d,1,m%d/app1,,,,m%d/app1,layout,,,,,,\n", i, i, i) > 0);
		assert_true(
		    fprintf(f, "port,m%d,1,m%d/app1,web,8000,tcp,8000:80,backend,m%d/app1/c,3,4,20,4,\n", i,
			i, i) > 0);
		assert_true(fprintf(f, "name,m%d,1,m%d/app1,web,,,one,,m%d/app1/c,4,4,40,3,\n", i, i, i) > 0);
		assert_true(fprintf(f, "project,m%d,1,m%d/app1,,,,app1,,,,,,,db\n", i, i) > 0);
		assert_true(fprintf(f, "volume,m%d,1,m%d/app1,,,,app1_v,,,,,,,\n", i, i) > 0);
		assert_true(fprintf(f, "gap,m%d,1,m%d/app1,,,,no .env,env,,,,,,\n", i, i) > 0);
	}
	assert_true(fprintf(f, "end,,,,,,,%d,,,,,,,\n", apps * 6 + 1) > 0);
	assert_int_equal(fflush(f), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
}

static struct sql *
loaded(int apps)
{
	const struct sql_options memory = { .mode = SQL_MEMORY };
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();
	struct sql *sql = NULL;

	assert_non_null(f);
	write_fleet(f, apps);
	struct audit_options from = { .findings = fileno(f), .findings_name = "in" };

	if (sql_open(&sql, &memory, &err) < 0 || sql_script(sql, "BEGIN", NULL, &err) < 0 || tables_lay(sql, &err) < 0 ||
	    tables_read_stream(sql, &from, &err) < 0 || tables_work_out(sql, false, &err) < 0 ||
	    tables_compare(sql, "earlier", sql, "now", &err) < 0 || tables_compare(sql, "later", sql, "now", &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(fclose(f), 0);
	return sql;
}

static long
rows_of(struct sql *sql, struct str text)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(sql_query) q = sql_select(sql, text, &err);
	long rows = 0;
	int got;

	while ((got = sql_next(&q)) > 0)
		rows++;
	if (got < 0)
		fail_msg("%s: %.*s", err.what, STR_ARG(text));
	return rows;
}

static void
loading_grows_with_the_fleet(void **state)
{
	long few, many;

	(void)state;
	steps = 0;
	sql_close(loaded(FEW));
	few = steps;
	steps = 0;
	AUTO_PTR(sql) sql = loaded(FEW * TIMES);
	many = steps;
	if (many > few * TIMES * 3 / 2)
		fail_msg("%d apps take %ld steps, %d apps %ld", FEW, few, FEW * TIMES, many);
	/* A group of n is n-1 rows. */
	assert_int_equal(rows_of(sql, STR("SELECT 1 FROM clashes WHERE kind = 'port'")), FEW * TIMES - 1);
}

/* The steps of a report: its rows, its notes, and whether it fails. */
static long
steps_of(struct sql *sql, const struct report *r)
{
	steps = 0;
	(void)rows_of(sql, r->sql);
	for (size_t i = 0; i < r->notes.count; i++)
		(void)rows_of(sql, r->notes.items[i]);
	if (r->fails.len && !str_eq(r->fails, STR("rows")))
		(void)rows_of(sql, r->fails);
	return steps;
}

static void
each_report_grows_with_the_fleet(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report_set) all = REPORT_SET_INIT;
	struct report_path path = { "reports", NULL, NULL };	/* tests run in the tree's root */
	AUTO_PTR(sql) small = loaded(FEW);
	AUTO_PTR(sql) large = loaded(FEW * TIMES);

	(void)state;
	assert_int_equal(report_set_open(&all, &path, &err), 0);
	assert_true(all.count > 10);
	for (size_t i = 0; i < all.count; i++) {
		const struct report *r = &all.items[i];
		long x = steps_of(small, r), y = steps_of(large, r);

		if (y > x * TIMES * 3 / 2 + 50 * GRAIN)
			fail_msg("%s: %d apps take %ld steps, %d apps %ld", r->name.ptr, FEW, x, FEW * TIMES, y);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loading_grows_with_the_fleet),
		cmocka_unit_test(each_report_grows_with_the_fleet),
	};

	/* SQLite takes a function of another type than it calls. */
	if (sqlite3_auto_extension((void (*)(void))count_steps) != SQLITE_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

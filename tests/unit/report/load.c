/* load: what an audit costs grows with the fleet, not with its square, however unlucky the fleet:
 * counted in SQLite's own steps, so that it is the same on any machine.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include <sqlite3.h>

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
		"record,model,app_num,app,service,host_port,protocol,value,role,file,"
		"line,column,offset,length,detail\n"
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

static struct audit *
loaded(int apps)
{
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();
	struct audit *audit = NULL;

	assert_non_null(f);
	write_fleet(f, apps);
	struct audit_options from = { .findings = fileno(f), .findings_name = "in" };

	if (audit_open(&audit, &from, &err) < 0 || audit_compare(audit, "earlier", audit, "now", &err) < 0 ||
	    audit_compare(audit, "later", audit, "now", &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(fclose(f), 0);
	return audit;
}

static size_t
rows_of(struct audit *audit, struct str text)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(rows) rows = ROWS_INIT;

	if (audit_query(audit, text, STR("test"), &rows, &err) < 0)
		fail_msg("%s: %.*s", err.what, STR_ARG(text));
	return rows.count;
}

static void
loading_grows_with_the_fleet(void **state)
{
	long few, many;

	(void)state;
	steps = 0;
	audit_close(loaded(FEW));
	few = steps;
	steps = 0;
	AUTO_PTR(audit) audit = loaded(FEW * TIMES);
	many = steps;
	if (many > few * TIMES * 3 / 2)
		fail_msg("%d apps take %ld steps, %d apps %ld", FEW, few, FEW * TIMES, many);
	/* A group of n is n-1 rows. */
	assert_int_equal(rows_of(audit, STR("SELECT 1 FROM clashes WHERE kind = 'port'")), FEW * TIMES - 1);
}

/* The steps of a report: its rows, its notes, and whether it fails. */
static long
steps_of(struct audit *audit, const struct report *r)
{
	steps = 0;
	(void)rows_of(audit, r->sql);
	for (size_t i = 0; i < r->notes.count; i++)
		(void)rows_of(audit, r->notes.items[i]);
	if (r->fails.len && !str_eq(r->fails, STR("rows")))
		(void)rows_of(audit, r->fails);
	return steps;
}

static void
each_report_grows_with_the_fleet(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report_set) all = REPORT_SET_INIT;
	struct report_path path = { "reports", NULL, NULL };	/* tests run in the tree's root */
	AUTO_PTR(audit) small = loaded(FEW);
	AUTO_PTR(audit) large = loaded(FEW * TIMES);

	(void)state;
	assert_int_equal(report_set_open(&all, &path, &err), 0);
	assert_true(all.count > 10);
	for (size_t i = 0; i < all.count; i++) {
		const struct report *r = &all.items[i];
		long x = steps_of(small, r), y = steps_of(large, r);

		if (y > x * TIMES * 3 / 2 + 50 * GRAIN)
			fail_msg("%s: %d apps take %ld steps, %d apps "
			    "%ld", r->name.ptr, FEW, x, FEW * TIMES, y);
	}
}

static const char with_settings[] =
	"record,model,app_num,app,role,value,variable,file,offset,length,detail\n"
	"fleet,,,,,/srv,,,,,\n"
	"app,m,1,a/m,layout,a/m,,,,,\n"
	"app,b/m,1,b/m,,b/m,,,,,same identity as a/m\n"
	"setting,m,1,a/m,env,1,PORT,a/m/.env,5,1,\n"
	"use,m,1,a/m,environment,x,PORT,a/m/c,5,1,\n"
	"use,m,1,a/m,address,x,PORT,a/m/c,9,1,\n"
	"setting,m,1,a/m,env,1,OTHER,a/m/.env,9,1,\n"
	"use,m,1,a/m,environment,x,OTHER,a/m/c,15,1,\n"
	"use,m,1,a/m,address,x,OTHER,a/m/c,19,1,\n"
	"end,,,,,9,,,,,\n";

/* What no view shows is there where it is asked for, and not there where it is not. */
static void
what_no_view_shows_is_left_out(void **state)
{
	static const char asked[] = "SELECT group_concat(position || record) FROM (SELECT * FROM findings "
	    "ORDER BY position)";

	(void)state;
	for (int views_only = 0; views_only < 2; views_only++) {
		FILE *f = scratch_input(with_settings);
		struct audit_options from = {
			.findings = fileno(f), .findings_name = "in", .views_only = views_only
		};
		AUTO(error) err = ERROR_INIT;
		AUTO_PTR(audit) a = NULL;

		if (audit_open(&a, &from, &err) < 0)
			fail_msg("%s", err.what);
		audited_asks(a, asked, views_only ? "1app,2app,5use,8use" :
		    "1app,2app,3setting,4use,5use,6setting,7use,8use");
		assert_int_equal(fclose(f), 0);
	}
}

/* The registry knows the second of two folders as the one that bears the identity of both. */
static void
an_identity_is_given_back(void **state)
{
	AUTO_PTR(audit) plain = audited(with_settings, NULL);
	AUTO_PTR(audit) a = NULL;
	sqlite3 *db;

	(void)state;
	assert_int_equal(sqlite3_open("r.db", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE berth_apps (folder, model, app_num, in_layout);"
	    "INSERT INTO berth_apps VALUES ('/srv/b/m', 'm', 1, 1)", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	a = audited(with_settings, "r.db");
	audited_asks(plain, "SELECT model || role FROM findings WHERE app = 'a/m' AND record = "
	    "'app'", "mlayout");
	audited_asks(a, "SELECT model || app_num || role FROM findings WHERE app = 'b/m'", "m1layout");
	audited_asks(a, "SELECT group_concat(DISTINCT model || app_num) FROM findings WHERE app = "
	    "'a/m'", "a/m1");
	audited_asks(a, "SELECT role FROM findings WHERE app = 'a/m' AND record = 'app'", "");
	audited_asks(a, "SELECT count(*) FROM findings WHERE role = 'address'", "2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loading_grows_with_the_fleet),
		cmocka_unit_test(what_no_view_shows_is_left_out),
		scratch_test(an_identity_is_given_back),
		cmocka_unit_test(each_report_grows_with_the_fleet),
	};

	/* SQLite takes a function of another type than it calls. */
	if (sqlite3_auto_extension((void (*)(void))count_steps) != SQLITE_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

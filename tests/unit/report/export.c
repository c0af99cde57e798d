/* gather: the reports that an audit can answer become files, each old or new as a whole.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/export.h"

static const char *const of_the_page[] = { "conflicts", "problems", "changes", "allocations", "ports",
	"names", "projects", "volumes", "rebuild", "drift", "orphans", "capacity" };

/* A folder of reports: those of the page, of the database alone but for one, and two more. */
static struct report_path
reports(void)
{
	for (size_t i = 0; i < sizeof of_the_page / sizeof *of_the_page; i++) {
		char path[64];

		(void)snprintf(path, sizeof path, "reports/%s.sql", of_the_page[i]);
		scratch_put(path, i ? "-- needs: database\nSELECT 1" : "SELECT app FROM conflicts");
	}
	scratch_put("reports/mine.sql", "-- fails: rows\nSELECT '=1' AS a");
	scratch_put("reports/two.sql", "-- needs: two\nSELECT 1");
	return (struct report_path){ .folder = "reports" };
}

static void
what_can_be_had_is_written(void **state)
{
	AUTO_PTR(audit) a = audited(
	    "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\nend,,,,1,,,\n", NULL);
	AUTO(error) err = ERROR_INIT;
	struct report_path path = reports();
	struct gather_result got = { 99, false };

	(void)state;
	assert_int_equal(gather_write("out", a, &path, false, &got, &err), 0);
	assert_int_equal(got.files, 3);
	assert_true(got.fails);
	scratch_holds("out/conflicts.csv", "app\n");
	scratch_holds("out/mine.csv", "a\n=1\n");
	scratch_holds("out/two.csv", NULL);
	scratch_holds("out/names.csv", NULL);
	assert_int_equal(access("out/index.html", R_OK), 0);
	scratch_holds("out/.mine.csv.new", NULL);
	assert_int_equal(gather_write("out", a, &path, true, &got, &err), 0);	/* there already */
	scratch_holds("out/mine.csv", "a\n'=1\n");
}

/* A link in the folder is replaced and not written through; a folder in the way is told. */
static void
nothing_else_is_written(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(error) err = ERROR_INIT;
	struct report_path path = reports();
	struct gather_result got;

	(void)state;
	scratch_put("victim", "mine");
	scratch_put("out/x", "");
	assert_int_equal(symlink("../victim", "out/mine.csv"), 0);
	assert_int_equal(gather_write("out", a, &path, false, &got, &err), 0);
	scratch_holds("victim", "mine");
	scratch_holds("out/mine.csv", "a\n=1\n");
	assert_int_equal(unlink("out/mine.csv"), 0);
	assert_int_equal(symlink("../victim", "out/.mine.csv.new"), 0);
	assert_int_equal(gather_write("out", a, &path, false, &got, &err), -1);
	scratch_error(&err, "out/mine.csv", 0, "cannot write");
	scratch_holds("victim", "mine");
	assert_int_equal(unlink("out/.mine.csv.new"), 0);
	assert_int_equal(mkdir("out/mine.csv", 0755), 0);
	assert_int_equal(gather_write("out", a, &path, false, &got, &err), -1);
	scratch_error(&err, "out/mine.csv", 0, "cannot write");
	scratch_holds("out/.mine.csv.new", NULL);
	assert_int_equal(gather_write("victim", a, &path, false, &got, &err), -1);
	scratch_error(&err, "victim", 0, "cannot open the folder");
	assert_int_equal(gather_write("absent/out", a, &path, false, &got, &err), -1);
	scratch_error(&err, "absent/out", 0, "cannot make the folder");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(what_can_be_had_is_written),
		scratch_test(nothing_else_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

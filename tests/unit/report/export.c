/* export: the reports that an audit can answer become files, each old or new as a whole.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/export.h"

/* A folder of reports, which the audit of a stream can answer or not. */
static struct report_set
reports(void)
{
	const struct report_path path = { .folder = "reports" };
	struct report_set all = REPORT_SET_INIT;
	AUTO(error) err = ERROR_INIT;

	scratch_put("reports/conflicts.sql", "-- title: C\n-- page: 2\nSELECT app FROM conflicts");
	scratch_put("reports/first.sql", "-- title: F\n-- page: 1\nSELECT 1");
	scratch_put("reports/names.sql", "-- needs: database\n-- page: 3\nSELECT 1");
	scratch_put("reports/mine.sql", "-- fails: rows\nSELECT '=1' AS a");
	scratch_put("reports/two.sql", "-- needs: two\nSELECT 1");
	assert_int_equal(report_set_open(&all, &path, &err), 0);
	return all;
}

/* The page has those that say so, in the order that they say. */
static void
is_page(const char *path)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	const char *first, *second;

	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, &b, &err), FILE_READ);
	first = strstr(b.ptr, "<section id=\"first\">");
	second = strstr(b.ptr, "<section id=\"conflicts\">");
	assert_true(first && second && first < second);
	assert_null(strstr(b.ptr, "<section id=\"names\">"));
	assert_null(strstr(b.ptr, "<section id=\"mine\">"));
}

static void
what_can_be_had_is_written(void **state)
{
	AUTO_PTR(audit) a = audited(
	    "record,model,app_num,app,value,file,offset,length\nfleet,,,,/srv,,,\nend,,,,1,,,\n", NULL);
	AUTO(error) err = ERROR_INIT;
	AUTO(report_set) all = reports();
	struct export_result got = { 99, false };

	(void)state;
	assert_int_equal(export_write("out", a, &all, false, &got, &err), 0);
	assert_int_equal(got.files, 4);
	assert_true(got.fails);
	scratch_holds("out/conflicts.csv", "app\n");
	scratch_holds("out/mine.csv", "a\n=1\n");
	scratch_holds("out/two.csv", NULL);
	scratch_holds("out/names.csv", NULL);
	is_page("out/index.html");
	scratch_holds("out/.mine.csv.new", NULL);
	assert_int_equal(export_write("out", a, &all, true, &got, &err), 0);	/* there already */
	scratch_holds("out/mine.csv", "a\n'=1\n");
}

/* A link in the folder is replaced and not written through; a folder in the way is told. */
static void
nothing_else_is_written(void **state)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(error) err = ERROR_INIT;
	AUTO(report_set) all = reports();
	struct export_result got;

	(void)state;
	scratch_put("victim", "mine");
	scratch_put("out/x", "");
	assert_int_equal(symlink("../victim", "out/mine.csv"), 0);
	assert_int_equal(export_write("out", a, &all, false, &got, &err), 0);
	scratch_holds("victim", "mine");
	scratch_holds("out/mine.csv", "a\n=1\n");
	assert_int_equal(unlink("out/mine.csv"), 0);
	assert_int_equal(symlink("../victim", "out/.mine.csv.new"), 0);
	assert_int_equal(export_write("out", a, &all, false, &got, &err), -1);
	scratch_error(&err, "out/mine.csv", 0, "cannot write");
	scratch_holds("victim", "mine");
	assert_int_equal(unlink("out/.mine.csv.new"), 0);
	assert_int_equal(mkdir("out/mine.csv", 0755), 0);
	assert_int_equal(export_write("out", a, &all, false, &got, &err), -1);
	scratch_error(&err, "out/mine.csv", 0, "cannot write");
	scratch_holds("out/.mine.csv.new", NULL);
	assert_int_equal(export_write("victim", a, &all, false, &got, &err), -1);
	scratch_error(&err, "victim", 0, "cannot open the folder");
	assert_int_equal(export_write("absent/out", a, &all, false, &got, &err), -1);
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

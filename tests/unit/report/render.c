/* render: one report, each of its formats.
 * SPDX-License-Identifier: MIT */
#include "unit/report/audited.h"

#include "report/render.h"

static const char places[] =
    "-- title: T\n-- table: line app\n-- place: file line column\n-- message: app\n-- none: Nothing\n"
    "-- fails: rows\n"
    "-- note: SELECT 'a note'\nSELECT app, file, line, column FROM ports WHERE role = 'backend' ORDER BY app "
    "DESC";

/* The report TEXT as FORMAT is WANT; NULL: it can't be had. */
static void
renders(const char *text, struct render_options how, const char *want, bool fails)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report(text);
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	bool got = !fails;

	assert_int_equal(render_report(&b, a, &r, &how, &got, &err), want ? 0 : -1);
	if (!want)
		return;
	assert_int_equal(got, fails);
	assert_string_equal(b.len ? b.ptr : "", want);
}

static void
each_format_is_the_same_rows(void **state)
{
	(void)state;
	renders(places, (struct render_options){ .format = RENDER_CSV },
	    "app,file,line,column\nn,n/c,3,4\nm/app1,m/app1/c,3,4\n", true);
	renders(places, (struct render_options){ .format = RENDER_GCC, .here = STR("/srv") },
	    "x/n/c:3:4: error: n\nx/m/app1/c:3:4: error: m/app1\n", true);
	renders(places, (struct render_options){ .format = RENDER_TABLE, .ascii = true },
	    "line  app\n----  ------\n   3  n\n   3  m/app1\na note\n", true);
	renders(places, (struct render_options){ .format = RENDER_TABLE, .ascii = true, .quiet = true },
	    "line  app\n----  ------\n   3  n\n   3  m/app1\n", true);
	renders("SELECT '=1' AS a", (struct render_options){ .format = RENDER_CSV, .safe = true }, "a\n'=1\n",
	    false);
	renders(
	    "SELECT 1 AS a", (struct render_options){ .format = RENDER_JSON }, "[\n {\"a\":1}\n]\n", false);
}

static void
no_rows_are_said(void **state)
{
	static const char none[] =
	    "-- none: Nothing\n-- fails: rows\n-- note: SELECT 'a note'\nSELECT 1 AS a WHERE 0";

	(void)state;
	renders(none, (struct render_options){ .format = RENDER_TABLE }, "Nothing\na note\n", false);
	renders(none, (struct render_options){ .format = RENDER_TABLE, .quiet = true }, "", false);
	renders("-- right: a b\nSELECT 'x' AS a UNION SELECT 'yy'",
	    (struct render_options){ .format = RENDER_TABLE, .ascii = true }, " a\n--\n x\nyy\n", false);
	renders("SELECT 1 AS a WHERE 0", (struct render_options){ .format = RENDER_TABLE, .ascii = true },
	    "a\n-\n", false);
	renders(none, (struct render_options){ .format = RENDER_CSV }, "a\n", false);
}

static void
says(const char *text, enum render_format format, const char *place, size_t line, const char *why)
{
	AUTO_PTR(audit) a = audited(audited_stream, NULL);
	AUTO(report) r = audited_report(text);
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	bool fails;

	assert_int_equal(
	    render_report(&b, a, &r, &(struct render_options){ .format = format }, &fails, &err), -1);
	scratch_error(&err, place, line, why);
}

static void
what_can_not_be_had_is_told(void **state)
{
	(void)state;
	says("SELECT 1 AS a", RENDER_GCC, NULL, 0, "names no places");
	says("-- place: file\n-- message: a\nSELECT 1 AS a", RENDER_GCC, "x.sql", 0, "a column file");
	says("-- place: a\n-- message: b\nSELECT 1 AS a", RENDER_GCC, "x.sql", 0, "a column b");
	says("-- table: b\nSELECT 1 AS a", RENDER_TABLE, "x.sql", 0, "a column b");
	says("-- place: a\n-- message: a\n-- other: b\nSELECT 1 AS a", RENDER_GCC, "x.sql", 0, "a column b");
	says("-- place: a\n-- message: a\n-- level: b\nSELECT 1 AS a", RENDER_GCC, "x.sql", 0, "a column b");
	says("-- place: a\n-- message: a\n-- rule: b\nSELECT 1 AS a", RENDER_GCC, "x.sql", 0, "a column b");
	says("-- place: a\nSELECT 1 AS a", RENDER_GCC, NULL, 0, "names no places");
	says("-- fails: nowhere\nSELECT 1 AS a", RENDER_JSON, "x.sql", 1, "nowhere");
	says("SELECT nowhere", RENDER_CSV, "x.sql", 1, "nowhere");
	says("-- note: SELECT nowhere\nSELECT 1", RENDER_TABLE, "x.sql", 1, "nowhere");
}

/* The rows of two hosts, the name of whose host is their last column, are WANT in this format. */
static void
of_hosts(
    const char *text, const char *const cells[3], bool is_across, struct render_options how, const char *want)
{
	static const struct str columns[] = { STR_OF("app"), STR_OF("file"), STR_OF("host") };
	AUTO(report) r = audited_report(text);
	AUTO(rows) rows = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	rows_columns(&rows, columns, 3);
	if (cells) {
		struct cell *row = rows_add(&rows);

		for (size_t i = 0; i < 3; i++)
			row[i] = (struct cell){ str_from(cells[i]), false, false };
	}
	assert_int_equal(render_hosts(&b, &r, &rows, 2, is_across, &how, &err), want ? 0 : -1);
	if (want)
		assert_string_equal(b.len ? b.ptr : "", want);
}

static void
rows_of_several_hosts_say_which(void **state)
{
	static const char told[] =
	    "-- table: app\n-- place: file\n-- message: app\n-- none: Nothing\nSELECT 1";
	static const char *const row[] = { "m", "c", "one" };
	const struct render_options table = { .format = RENDER_TABLE, .ascii = true };
	const struct render_options quiet = { .format = RENDER_TABLE, .ascii = true, .quiet = true };

	(void)state;
	of_hosts(told, row, false, table, "host  app\n----  ---\none   m\n1 row of 2 hosts\n");
	of_hosts(told, row, false, quiet, "host  app\n----  ---\none   m\n");
	of_hosts(told, row, true, table, "app\n---\nm\n1 row of 2 hosts\n");
	of_hosts("SELECT 1", row, false, quiet, "app  file  host\n---  ----  ----\nm    c     one\n");
	of_hosts(told, NULL, false, table, "Nothing: 0 rows of 2 hosts\n");
	of_hosts(told, NULL, false, quiet, "");
	of_hosts("SELECT 1", NULL, false, table, "0 rows of 2 hosts\n");
	of_hosts("-- table: gone\nSELECT 1", row, false, table, NULL);
	of_hosts(told, row, false, (struct render_options){ .format = RENDER_GCC }, "c:1: note: one: m\n");
	of_hosts(told, row, true, (struct render_options){ .format = RENDER_GCC }, "c:1: note: m\n");
	of_hosts("-- message: gone\n-- place: file\nSELECT 1", row, false,
	    (struct render_options){ .format = RENDER_GCC }, NULL);
	of_hosts(told, row, false, (struct render_options){ .format = RENDER_JSON },
	    "[\n {\"app\":\"m\",\"file\":\"c\",\"host\":\"one\"}\n]\n");
}

static void
formats_have_names(void **state)
{
	static const char *const names[] = { "csv", "table", "json", "html", "gcc", "sarif", "github",
		"junit" };
	enum render_format f;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(render_format_parse(names[i], &f, &err), 0);
		assert_int_equal(f, i);
	}
	assert_int_equal(render_format_parse("cvs", &f, &err), -1);
	scratch_error(&err, NULL, 0, "did you mean csv?");
	assert_int_equal(render_format_parse("spreadsheet", &f, &err), -1);
	scratch_error(&err, NULL, 0, "csv|table|json|html|gcc|sarif|github|junit");
}

static void
reports_are_listed(void **state)
{
	const struct report_path path = { .folder = "reports" };
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	scratch_put("reports/b.sql", "-- title: Of b\nSELECT 1");
	scratch_put("reports/a.sql", "-- title: Of a, too\nSELECT 1");
	assert_int_equal(render_list(&b, &path, &(struct render_options){ .format = RENDER_CSV }, &err), 0);
	assert_string_equal(b.ptr, "report,title\na,\"Of a, too\"\nb,Of b\n");
	buf_clear(&b);
	assert_int_equal(render_list(&b, &path, &(struct render_options){ .format = RENDER_JSON }, &err), 0);
	assert_non_null(strstr(b.ptr, "\"title\":\"Of b\""));
	buf_clear(&b);
	assert_int_equal(
	    render_list(&b, &path, &(struct render_options){ .format = RENDER_TABLE, .ascii = true }, &err),
	    0);
	assert_string_equal(b.ptr, "report  title\n------  ---------\na       Of a, too\nb       Of b\n");
	scratch_put("reports/c.sql", "-- needs: luck\nSELECT 1");
	assert_int_equal(render_list(&b, &path, &(struct render_options){ .format = RENDER_CSV }, &err), -1);
	scratch_error(&err, "reports/c.sql", 1, "needs");
	assert_int_equal(render_list(&b, &(struct report_path){ .folder = "absent" },
			     &(struct render_options){ .format = RENDER_CSV }, &err),
	    -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_is_the_same_rows),
		cmocka_unit_test(no_rows_are_said),
		cmocka_unit_test(what_can_not_be_had_is_told),
		cmocka_unit_test(rows_of_several_hosts_say_which),
		cmocka_unit_test(formats_have_names),
		scratch_test(reports_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

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
	assert_string_equal(b.ptr, want);
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
	says("SELECT nowhere", RENDER_CSV, "x.sql", 1, "nowhere");
	says("-- note: SELECT nowhere\nSELECT 1", RENDER_TABLE, "x.sql", 1, "nowhere");
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
		cmocka_unit_test(formats_have_names),
		scratch_test(reports_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

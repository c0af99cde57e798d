/* report: a file's header says what it is; files are found by name.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "report/report.h"

static void
header_is_read(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report) r = REPORT_INIT;

	(void)state;
	assert_int_equal(
	    report_parse(&r, STR("x"), STR("/r/x.sql"),
		STR("-- title: What it says\n-- needs: database\n"
		    "-- place: file line column\n-- message: text\n-- right: a, b\n-- table: a\n"
		    "-- fails: rows\n-- none: Nothing\n"
		    "-- note: SELECT 1\n-- note: SELECT 2\n--\n-- Prose: of two\n--   lines.\n\n"
		    "SELECT 1 -- title: not this\n"),
		&err),
	    0);
	assert_true(str_eq(r.title, STR("What it says")));
	assert_int_equal(r.needs, REPORT_DATABASE);
	assert_int_equal(r.place.count, 3);
	assert_true(str_eq(r.place.items[1], STR("line")));
	assert_true(str_eq(r.message, STR("text")));
	assert_int_equal(r.right.count, 2);
	assert_true(str_eq(r.right.items[0], STR("a")));
	assert_int_equal(r.table.count, 1);
	assert_true(str_eq(r.fails, STR("rows")));
	assert_true(str_eq(r.none, STR("Nothing")));
	assert_int_equal(r.notes.count, 2);
	assert_true(str_eq(r.notes.items[1], STR("SELECT 2")));
	assert_true(str_eq(r.prose, STR("Prose: of two lines.")));
	assert_true(str_eq(r.query, STR("SELECT 1 -- title: not this\n")));
}

static void
no_header_is_a_report_too(void **state)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report) r = REPORT_INIT;

	(void)state;
	assert_int_equal(report_parse(&r, STR("x"), STR("x.sql"), STR("SELECT 1"), &err), 0);
	assert_int_equal(r.needs, REPORT_EITHER);
	assert_true(r.place.count == 0 && r.message.len == 0);
}

static void
refused(struct str text, size_t line, const char *why)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(report) r = REPORT_INIT;

	assert_int_equal(report_parse(&r, STR("x"), STR("x.sql"), text, &err), -1);
	assert_int_equal(err.line, line);
	assert_non_null(strstr(err.what, why));
}

static void
bad_headers_are_refused(void **state)
{
	(void)state;
	refused(STR("--\n-- needs: luck\nSELECT 1"), 2, "either");
	refused(STR("-- page: first\nSELECT 1"), 1, "a number");
	refused(STR("-- page: 1 bold\nSELECT 1"), 1, "edits, before or hosts");
	refused(STR("-- place: a b c d e\nSELECT 1"), 1, "four");
	refused(STR("SELECT\0 1"), 0, "NUL");
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
found_by_name_in_order(void **state)
{
	char base[] = "/tmp/report-XXXXXX", mine[64], bin[64], shared[64], self[80];
	struct report_path path = { mine, NULL, self };
	AUTO(error) err = ERROR_INIT;
	AUTO(report_set) all = REPORT_SET_INIT;

	(void)state;
	assert_non_null(mkdtemp(base));
	(void)snprintf(mine, sizeof mine, "%s/mine", base);
	(void)snprintf(bin, sizeof bin, "%s/bin", base);
	(void)snprintf(shared, sizeof shared, "%s/reports", base);
	(void)snprintf(self, sizeof self, "%s/report", bin);
	assert_int_equal(mkdir(mine, 0700) | mkdir(bin, 0700) | mkdir(shared, 0700), 0);
	write_file(shared, "ports.sql", "-- title: shared\n-- page: 20 edits\nSELECT 1");
	write_file(shared, "names.sql", "-- title: names\nSELECT 1");
	write_file(shared, "notes.txt", "no report");
	write_file(mine, "ports.sql", "-- title: mine\nSELECT 1");

	assert_int_equal(report_set_open(&all, &path, &err), 0);
	assert_int_equal(all.count, 2);
	assert_true(str_eq(all.items[0].name, STR("names")) && str_eq(all.items[1].name, STR("ports")));
	/* The one that hides another of its name has that one's place on the page, unless it says its own. */
	assert_true(str_eq(all.items[1].title, STR("mine")) && all.items[1].page == 20 &&
	    all.items[1].shape == REPORT_EDITS);
	assert_int_equal(all.items[0].page, 0);
	for (int i = 0; i < 2; i++) {
		AUTO(report) r = REPORT_INIT;

		assert_int_equal(report_open(&r, "ports", &path, &err), 0);
		assert_true(str_eq(r.title, i ? STR("shared") : STR("mine")));
		path.folder = NULL;
	}
	AUTO(report) r = REPORT_INIT;

	assert_int_equal(report_open(&r, "prots", &path, &err), -1);
	assert_non_null(strstr(err.what, "did you mean ports?"));
	write_file(mine, "../own.sql", "SELECT 1");
	(void)snprintf(mine, sizeof mine, "%s/own.sql", base);
	assert_int_equal(report_open(&r, mine, &path, &err), 0);
	assert_true(str_eq(r.name, STR("own")));
	assert_int_equal(report_open(&r, "./nowhere.sql", &path, &err), -1);
	(void)snprintf(mine, sizeof mine, "rm -r %s", base);
	assert_int_equal(system(mine), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_read),
		cmocka_unit_test(no_header_is_a_report_too),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(found_by_name_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

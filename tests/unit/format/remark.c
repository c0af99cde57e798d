/* remark: a row is what editors, CI and code scanning take, whatever it holds.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "format/remark.h"
#include "format/rows.h"

static const struct remark_columns places = { { 0, 1, 2, -1, 0 }, { -1, -1, -1, -1, 0 }, 3, -1, -1 };

/* One row of FILE, LINE, COLUMN and a message `m` becomes WANT. */
static void
becomes(const char *file, const char *line, const char *column, const char *root, const char *here,
    const char *want)
{
	static const struct str names[] = { { "f", 1 }, { "l", 1 }, { "c", 1 }, { "m", 1 } };
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	struct cell *row;

	rows_columns(&r, names, 4);
	row = rows_add(&r);
	row[0] = (struct cell){ str_from(file), false, false };
	row[1] = (struct cell){ str_from(line), false, true };
	row[2] = (struct cell){ str_from(column), false, true };
	row[3] = (struct cell){ STR("m"), false, false };
	remark_gcc(&b, &(struct remarks){ .rows = &r, .at = places, .level = REMARK_ERROR,
	    .root = str_from(root), .here = str_from(here) });
	assert_string_equal(b.ptr, want);
}

static void
places_are_as_much_as_is_known(void **state)
{
	(void)state;
	becomes("a/c.yml", "3", "7", "/srv", "", "/srv/a/c.yml:3:7: error: m\n");
	becomes("a/c.yml", "3", "", "/srv", "", "/srv/a/c.yml:3: error: m\n");
	becomes("a/c.yml", "3", "0", "/srv", "", "/srv/a/c.yml:3: error: m\n");
	becomes("a/c.yml", "0", "7", "/srv", "", "/srv/a/c.yml:1: error: m\n");
	becomes("", "3", "7", "/srv", "", "berth: error: m\n");
}

static void
files_are_named_from_here(void **state)
{
	static const struct {
		const char *file, *root, *here, *want;
	} cases[] = {
		{ "a", "/srv/fleet", "/srv", "fleet/a:1: error: m\n" },
		{ "a", "/srv", "/srv", "a:1: error: m\n" },
		{ "a", "/srv2", "/srv", "/srv2/a:1: error: m\n" },
		{ "a", "/srv", "/srv/fleet", "/srv/a:1: error: m\n" },
		{ "a", "/", "", "/a:1: error: m\n" },
		{ "/etc/a", "/srv", "", "/etc/a:1: error: m\n" },
		{ "a", "", "/srv", "a:1: error: m\n" },
		{ "srv/a", "/", "/", "srv/a:1: error: m\n" },
		{ "a", "/srv", "/", "srv/a:1: error: m\n" },
		{ "srv/x/a", "/", "/srv", "x/a:1: error: m\n" },
		{ "x/a", "/srv", "/srv/x", "a:1: error: m\n" },
		{ "x2/a", "/srv", "/srv/x", "/srv/x2/a:1: error: m\n" },
		{ "a", "/srv/", "/srv", "a:1: error: m\n" },
		{ "a", "/srv/fleet/.", "/srv/fleet", "a:1: error: m\n" },
		{ "a", "/srv/fleet/./", "/srv", "fleet/a:1: error: m\n" },
		{ "a", "/.", "", "/a:1: error: m\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		becomes(cases[i].file, "1", "", cases[i].root, cases[i].here, cases[i].want);
}

static void
nothing_ends_a_line_early(void **state)
{
	(void)state;
	becomes("a\nb\x1b[m", "1", "", "/s\n", "", "/s\\n/a\\nb\\x1b[m:1: error: m\n");
}

static void
columns_may_be_absent(void **state)
{
	static const struct str name = { "m", 1 };
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	rows_columns(&r, &name, 1);
	rows_add(&r)[0] = (struct cell){ STR("first\nline"), false, false };
	(void)rows_add(&r);
	remark_gcc(&b, &(struct remarks){ .rows = &r,
	    .at = { { -1, -1, -1, -1 }, { -1, -1, -1, -1 }, 0, -1, -1 } });
	assert_string_equal(b.ptr, "berth: note: first\\nline\nberth: note: \n");
}

/* A row of a rule and a level; the file holds bytes that each format has to escape. */
static struct remarks
one(struct rows *r, const char *level)
{
	static const struct remark_rule rules[] = { { STR_OF("port"), STR_OF("Move \"it\".") } };
	static const struct str names[] = { STR_OF("f"), STR_OF("l"), STR_OF("c"), STR_OF("n"), STR_OF("m"),
		STR_OF("rule"), STR_OF("level") };
	const char *const cells[] = { "a b/c:1,%.yml", "3", "7", "4", "50% of <8080>\nare", "port", level };
	struct cell *row;

	rows_columns(r, names, 7);
	row = rows_add(r);
	for (int i = 0; i < 7; i++)
		row[i] = (struct cell){ str_from(cells[i]), false, false };
	return (struct remarks){ .rows = r, .at = { { 0, 1, 2, 3 }, { 0, 1, -1, -1 }, 4, 5, 6 },
		.name = STR("mine"), .title = STR("Mine"), .rules = rules, .rule_count = 1,
		.root = STR("/srv"), .here = STR("/srv"), .version = STR("1.0") };
}

static void
levels_are_words_of_either_side(void **state)
{
	static const struct { const char *level; enum remark_level want; } cases[] = {
		{ "error", REMARK_ERROR }, { "problem", REMARK_ERROR }, { "warning", REMARK_WARNING },
		{ "gap", REMARK_WARNING }, { "note", REMARK_NOTE }, { "", REMARK_NOTE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(rows) r = ROWS_INIT;
		AUTO(arena) a = ARENA_INIT;
		struct remarks all = one(&r, cases[i].level);

		assert_int_equal(remark_at(&all, 0, &a).level, cases[i].want);
	}
}

static void
github_is_told_in_its_own_escapes(void **state)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	struct remarks all = one(&r, "gap");

	(void)state;
	remark_github(&b, &all);
	assert_string_equal(b.ptr, "::warning title=berth mine,file=a b/c%3A1%2C%25.yml,line=3,col=7::"
				   "50%25 of <8080>\\nare\n");
}

static void
sarif_has_rules_and_places(void **state)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	struct remarks all = one(&r, "error");

	(void)state;
	remark_sarif(&b, &all);
	assert_non_null(strstr(b.ptr, "\"version\": \"2.1.0\""));
	assert_non_null(strstr(b.ptr, "{\"id\": \"berth/mine/port\", \"shortDescription\": {\"text\": "
				      "\"Mine\"}, \"help\": {\"text\": \"Move \\\"it\\\".\"}"));
	assert_non_null(strstr(b.ptr, "{\"ruleId\": \"berth/mine/port\", \"level\": \"error\""));
	assert_non_null(strstr(b.ptr, "{\"uri\": \"a%20b/c%3A1%2C%25.yml\", \"uriBaseId\": \"%SRCROOT%\"}"));
	assert_non_null(strstr(b.ptr, "{\"startLine\": 3, \"startColumn\": 7, \"endColumn\": 11}"));
	assert_non_null(strstr(b.ptr, "\"originalUriBaseIds\": {\"%SRCROOT%\": {\"uri\": \"file:///srv/\""));
	assert_non_null(strstr(b.ptr, "\"relatedLocations\""));
}

static void
sarif_of_what_says_little(void **state)
{
	static const struct remark_rule bare = { STR_OF("port"), STR_OF("") };
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	struct remarks all = one(&r, "error");

	(void)state;
	all.title = all.version = STR("");
	all.here = STR("/");
	all.rules = &bare;
	all.rule_count = 1;
	r.cells[0].text = STR("/etc/a b");
	remark_sarif(&b, &all);
	assert_null(strstr(b.ptr, "\"version\": \"\""));
	assert_non_null(strstr(b.ptr,
	    "{\"id\": \"berth/mine/port\", \"shortDescription\": {\"text\": \"mine\"}, "
	    "\"help\": {\"text\": \"mine\"}"));
	assert_non_null(strstr(b.ptr, "\"%SRCROOT%\": {\"uri\": \"file:///\""));
	buf_clear(&b);
	all.here = all.root = STR("");
	all.title = STR("Mine");
	remark_sarif(&b, &all);
	assert_non_null(strstr(b.ptr, "\"help\": {\"text\": \"Mine\"}"));
	assert_null(strstr(b.ptr, "originalUriBaseIds"));
	assert_non_null(strstr(b.ptr, "{\"uri\": \"file:///etc/a%20b\"}")); /* below no base */
	buf_clear(&b);
	r.cells[0].text = STR("");
	remark_sarif(&b, &all);
	assert_non_null(strstr(b.ptr, "\"locations\": []"));
}

static void
junit_counts_what_fails(void **state)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(rows) none = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	struct remarks all = one(&r, "error");

	(void)state;
	remark_junit(&b, &all);
	assert_non_null(strstr(b.ptr, "<testsuite name=\"berth mine\" tests=\"1\" failures=\"1\""));
	assert_non_null(strstr(b.ptr, "<failure type=\"error\" message=\"50% of &lt;8080&gt;\\nare\">"));
	buf_clear(&b);
	all.rows = &none;
	remark_junit(&b, &all);
	assert_non_null(strstr(b.ptr, "tests=\"1\" failures=\"0\""));
	assert_non_null(strstr(b.ptr, "<testcase classname=\"mine\" name=\"Mine\"/>"));
}

/* LINE of a file, in which LEN bytes from COLUMN on are the place, is shown as WANT. */
static void
explains(const char *line, const char *column, const char *len, const char *want)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;
	struct remarks all = one(&r, "error");
	struct cell *row = rows_add(&r);

	memcpy(row, r.cells, 7 * sizeof *row);
	r.count = 1;
	r.cells[0].text = STR("file");
	r.cells[1].text = STR("2");
	r.cells[2].text = str_from(column);
	r.cells[3].text = str_from(len);
	all.root = all.here = STR("");
	all.at.other.file = -1;
	all.ascii = true;
	scratch_put("file", line);
	remark_explain(&b, &all);
	assert_string_equal(strstr(b.ptr, "are\n") + 4, want);
}

static void
a_place_is_underlined_and_no_secret_shown(void **state)
{
#define HELP "\nport: Move \"it\".\n"
	(void)state;
	explains("\nPORT=8003\n", "6", "4", "     2 | PORT=8003\n       |      ^~~~\n" HELP);
	explains("\n      - \"8080:80\"\r\n", "10", "4",
	    "     2 |       - \"8080:80\"\n       |          ^~~~\n" HELP);
	explains("\nURL=postgres://u:secret@db:5432/x?k=y\n", "28", "4",
	    "     2 | URL=...:5432/...\n       |         ^~~~\n" HELP);
	explains("\nenvironment: {TOKEN: secret}, ports: [\"80:80\"], x: secret\n", "40", "2",
	    "     2 | environment:...: [\"80:80\"], ...\n       |                    ^~\n" HELP);
	explains("\n  data:\n", "3", "", "     2 |   data:\n       |   ^~~~\n" HELP);
	explains("\nPORT=\xc3\xa4" "80\n", "8", "2", "     2 | PORT=...80\n       |         ^~\n" HELP);
	explains("one line", "6", "4", HELP);
	explains("\nPORT=8003\n", "", "", HELP);
	explains("\xef\xbb\xbf\nPORT=8003\n", "6", "4", "     2 | PORT=8003\n       |      ^~~~\n" HELP);
	explains("\n80\n", "1", "2", "     2 | 80\n       | ^~\n" HELP);
	explains("\n80\n", "1", "9", "     2 | 80\n       | ^~\n" HELP);
	explains("\nshort\n", "60", "4", HELP);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_as_much_as_is_known),
		cmocka_unit_test(files_are_named_from_here),
		cmocka_unit_test(nothing_ends_a_line_early),
		cmocka_unit_test(columns_may_be_absent),
		cmocka_unit_test(levels_are_words_of_either_side),
		cmocka_unit_test(github_is_told_in_its_own_escapes),
		cmocka_unit_test(sarif_has_rules_and_places),
		cmocka_unit_test(sarif_of_what_says_little),
		cmocka_unit_test(junit_counts_what_fails),
		scratch_test(a_place_is_underlined_and_no_secret_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

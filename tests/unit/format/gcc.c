/* gcc: a row is a line that an editor can jump to, and only one line.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "format/gcc.h"
#include "format/rows.h"

static const struct gcc_columns places = { 0, 1, 2, 3 };

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
	gcc_add(&b, &r, places, str_from(root), str_from(here));
	assert_string_equal(b.ptr, want);
}

static void
places_are_as_much_as_is_known(void **state)
{
	(void)state;
	becomes("a/c.yml", "3", "7", "/srv", "", "/srv/a/c.yml:3:7: m\n");
	becomes("a/c.yml", "3", "", "/srv", "", "/srv/a/c.yml:3: m\n");
	becomes("a/c.yml", "3", "0", "/srv", "", "/srv/a/c.yml:3: m\n");
	becomes("a/c.yml", "0", "7", "/srv", "", "/srv/a/c.yml: m\n");
	becomes("", "3", "7", "/srv", "", "berth: m\n");
}

static void
files_are_named_from_here(void **state)
{
	static const struct {
		const char *file, *root, *here, *want;
	} cases[] = {
		{ "a", "/srv/fleet", "/srv", "fleet/a:1: m\n" },
		{ "a", "/srv", "/srv", "a:1: m\n" },
		{ "a", "/srv2", "/srv", "/srv2/a:1: m\n" },
		{ "a", "/srv", "/srv/fleet", "/srv/a:1: m\n" },
		{ "a", "/", "", "/a:1: m\n" },
		{ "/etc/a", "/srv", "", "/etc/a:1: m\n" },
		{ "a", "", "/srv", "a:1: m\n" },
		{ "srv/a", "/", "/", "srv/a:1: m\n" },
		{ "a", "/srv", "/", "srv/a:1: m\n" },
		{ "srv/x/a", "/", "/srv", "x/a:1: m\n" },
		{ "x/a", "/srv", "/srv/x", "a:1: m\n" },
		{ "x2/a", "/srv", "/srv/x", "/srv/x2/a:1: m\n" },
		{ "a", "/srv/", "/srv", "a:1: m\n" },
		{ "a", "/srv/fleet/.", "/srv/fleet", "a:1: m\n" },
		{ "a", "/srv/fleet/./", "/srv", "fleet/a:1: m\n" },
		{ "a", "/.", "", "/a:1: m\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		becomes(cases[i].file, "1", "", cases[i].root, cases[i].here, cases[i].want);
}

static void
nothing_ends_a_line_early(void **state)
{
	(void)state;
	becomes("a\nb\x1b[m", "1", "", "/s\n", "", "/s\\n/a\\nb\\x1b[m:1: m\n");
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
	gcc_add(&b, &r, (struct gcc_columns){ -1, -1, -1, 0 }, STR("/srv"), STR(""));
	assert_string_equal(b.ptr, "berth: first\\nline\nberth: \n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_as_much_as_is_known),
		cmocka_unit_test(files_are_named_from_here),
		cmocka_unit_test(nothing_ends_a_line_early),
		cmocka_unit_test(columns_may_be_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* sheet: cells come out as RFC 4180 has them; with SAFE none is run by a spreadsheet.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "format/rows.h"
#include "format/sheet.h"

static void
cell(struct rows *r, struct str text, bool is_number)
{
	rows_add(r)[0] = (struct cell){ text, false, is_number };
}

/* A column `c` of the one TEXT becomes WANT. */
static void
becomes(struct str text, bool is_number, bool safe, const char *want)
{
	static const struct str name = { "c", 1 };
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	rows_columns(&r, &name, 1);
	cell(&r, text, is_number);
	sheet_add(&b, &r, safe);
	assert_true(str_starts(buf_str(&b), STR("c\n")));
	assert_string_equal(b.ptr + 2, want);
}

static void
cells_are_quoted_where_they_must_be(void **state)
{
	(void)state;
	becomes(STR("plain"), false, false, "plain\n");
	becomes(STR("a,b"), false, false, "\"a,b\"\n");
	becomes(STR("a\"b"), false, false, "\"a\"\"b\"\n");
	becomes(STR("a\nb"), false, false, "\"a\nb\"\n");
	becomes(STR("=1+1"), false, false, "=1+1\n");
}

static void
formulas_are_disarmed(void **state)
{
	static const char *const formulas[] = { "=1", "+1", "-1", "@x", "\tx", "\xef\xbc\x9dx",
		"\xef\xbc\x8bx", "\xef\xbc\x8dx", "\xef\xbc\xa0x" };

	(void)state;
	for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
		char want[20];

		(void)snprintf(want, sizeof want, "'%s\n", formulas[i]);
		becomes(str_from(formulas[i]), false, true, want);
	}
	becomes(STR("\rx"), false, true, "\"'\rx\"\n");
	becomes(STR("\nx"), false, true, "\"'\nx\"\n");
	becomes(STR("-1"), true, true, "-1\n");
	becomes(STR("a=1"), false, true, "a=1\n");
}

static void
rows_follow_a_header(void **state)
{
	static const struct str names[] = { { "a,b", 3 }, { "c", 1 } };
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	buf_add_str(&b, STR("before "));
	rows_columns(&r, names, 2);
	sheet_add(&b, &r, false);
	assert_string_equal(b.ptr, "before \"a,b\",c\n");
	cell(&r, STR("1"), true);
	buf_clear(&b);
	sheet_add(&b, &r, false);
	assert_string_equal(b.ptr, "\"a,b\",c\n1,\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_quoted_where_they_must_be),
		cmocka_unit_test(formulas_are_disarmed),
		cmocka_unit_test(rows_follow_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

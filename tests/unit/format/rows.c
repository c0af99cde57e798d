/* rows: cells stay where they were put while rows are added; columns are found by name.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "format/rows.h"

static void
cells_stay(void **state)
{
	static const struct str names[] = { { "a", 1 }, { "b", 1 } };
	AUTO(rows) r = ROWS_INIT;

	(void)state;
	rows_columns(&r, names, 2);
	for (size_t i = 0; i < 100; i++) {
		struct cell *row = rows_add(&r);

		assert_true(row[0].is_null && row[1].is_null && !row[1].is_number && row[1].text.len == 0);
		row[0] = (struct cell){ arena_printf(&r.arena, "%zu", i), false, true };
	}
	assert_int_equal(r.count, 100);
	for (size_t i = 0; i < 100; i++) {
		uint64_t n;

		assert_true(str_to_uint(rows_cell(&r, i, 0)->text, 1000, &n));
		assert_int_equal(n, i);
		assert_true(rows_cell(&r, i, 1)->is_null);
	}
}

static void
names_are_copied_and_found(void **state)
{
	char name[] = "file";
	struct str names[] = { { name, 4 }, { "line", 4 } };
	AUTO(rows) r = ROWS_INIT;

	(void)state;
	rows_columns(&r, names, 2);
	name[0] = 'x';
	assert_int_equal(rows_column(&r, STR("file")), 0);
	assert_int_equal(rows_column(&r, STR("line")), 1);
	assert_int_equal(rows_column(&r, STR("lin")), -1);
	assert_int_equal(rows_column(&r, STR("")), -1);
}

static void
numbers_are_a_whole_column(void **state)
{
	static const struct str names[] = { { "n", 1 }, { "mixed", 5 }, { "none", 4 } };
	AUTO(rows) r = ROWS_INIT;

	(void)state;
	rows_columns(&r, names, 3);
	assert_false(rows_is_number(&r, 0));
	for (int i = 0; i < 2; i++) {
		struct cell *row = rows_add(&r);

		row[0] = (struct cell){ STR("1"), false, true };
		row[1] = (struct cell){ STR("1"), false, i == 0 };
	}
	(void)rows_add(&r);
	assert_true(rows_is_number(&r, 0));	/* nulls do not speak against it */
	assert_false(rows_is_number(&r, 1));
	assert_false(rows_is_number(&r, 2));
	rows_release(&r);
	assert_true(r.count == 0 && r.column_count == 0 && r.cells == NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_stay),
		cmocka_unit_test(names_are_copied_and_found),
		cmocka_unit_test(numbers_are_a_whole_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* only: rows of the chosen apps stay, on whichever side these are.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "format/rows.h"
#include "report/only.h"

static void
add(struct rows *r, const char *const *cells)
{
	struct cell *row = rows_add(r);

	for (size_t c = 0; c < r->column_count; c++)
		row[c] = (struct cell){ str_from(cells[c]), false, false };
}

static void
conflicts(struct rows *r)
{
	static const struct str names[] = { STR_OF("value"), STR_OF("model"), STR_OF("app_num"),
		STR_OF("app"), STR_OF("other_model"), STR_OF("other_app_num"), STR_OF("other_app") };

	rows_columns(r, names, 7);
	add(r, (const char *const[]){ "1", "m", "1", "x/m/app1", "n", "2", "x/n/app2" });
	add(r, (const char *const[]){ "2", "n", "2", "x/n/app2", "o", "1", "o" });
	add(r, (const char *const[]){ "3", "p", "1", "p", "m", "10", "x/m/app10" });
	add(r, (const char *const[]){ "4", "p", "1", "p", "", "", "" });
}

static void
leaves(const char *const *patterns, size_t count, const char *want)
{
	AUTO(rows) r = ROWS_INIT;
	AUTO(buf) got = BUF_INIT;
	const struct only only = { patterns, count };

	conflicts(&r);
	only_thin(&only, &r);
	for (size_t i = 0; i < r.count; i++)
		buf_add_str(&got, rows_cell(&r, i, 0)->text);
	assert_true(str_eq(buf_str(&got), str_from(want)));
}

static void
rows_of_the_chosen_stay(void **state)
{
	(void)state;
	leaves(NULL, 0, "1234");
	leaves((const char *const[]){ "m/app1" }, 1, "1");
	leaves((const char *const[]){ "m/*" }, 1, "13");
	leaves((const char *const[]){ "x/n/app2" }, 1, "12");
	leaves((const char *const[]){ "p/app1", "o" }, 2, "234");
	leaves((const char *const[]){ "*" }, 1, "1234");
	leaves((const char *const[]){ "/app0" }, 1, "");	/* a side that is nobody's */
}

static void
a_mistyped_one_is_said(void **state)
{
	static const char *const patterns[] = { "p", "q*" };
	static const struct str names[] = { STR_OF("item"), STR_OF("app") };
	AUTO(rows) r = ROWS_INIT;
	AUTO(rows) other = ROWS_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	conflicts(&r);
	assert_true(only_is_about(&r));
	rows_columns(&other, names, 1);
	assert_false(only_is_about(&other));
	assert_int_equal(only_check(&(struct only){ patterns, 1 }, &r, &err), 0);
	assert_int_equal(only_check(&(struct only){ patterns, 2 }, &r, &err), -1);
	assert_non_null(strstr(err.what, "--only 'q*' is none of the 4 apps"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_the_chosen_stay),
		cmocka_unit_test(a_mistyped_one_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

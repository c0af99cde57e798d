/* plans: a plan is known and marked, and only the last one has its changes kept.
 * SPDX-License-Identifier: MIT */
#include "unit/store/registered.h"

#include "base/arena.h"
#include "base/buf.h"

#include "stream/change.h"
#include "stream/finding.h"

static void
plans_are_known_and_marked(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	const struct str folder = STR("m/app1");
	const struct store_marked app = { STR("m/app1"), 3 };
	bool known;

	(void)state;
	assert_int_equal(store_plan_known(s, STR("0123"), &known, &err), 0);
	assert_false(known);
	assert_int_equal(store_put_plan(s, STR("0123"), STR("/r"), &err), 0);
	assert_int_equal(store_put_plan_app(s, STR("0123"), folder, 3, &err), 0);
	assert_int_equal(store_put_finding(s, &(struct finding){ .record = FINDING_APP }, STR("x"), &err), 0);
	assert_int_equal(
	    store_put_change(s, STR("0123"), &(struct change){ .action = CHANGE_COPY }, &err), 0);
	assert_int_equal(store_plan_known(s, STR("0123"), &known, &err), 0);
	assert_true(known);
	assert_int_equal(store_mark(s, STR("0123"), &app, 1, true, &err), 0);
	assert_int_equal(store_mark(s, STR("0123"), &app, 1, false, &err), 0);
	assert_int_equal(store_mark(s, STR("none"), &app, 1, true, &err), -1);
}

/* Whether the seal of PLAN has the row; *ret_got: whether there is one. */
static bool
sealed(struct store *s, struct str plan, const struct store_row *row, int *ret_got)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	struct store_seal seal;

	*ret_got = store_plan_seal(s, plan, &a, &seal, &err);
	return store_seal_has(&seal, store_row_digest(&b, row));
}

static void
plans_have_their_rows_and_no_others(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	const struct change change = { .action = CHANGE_REPLACE, .file = STR("m/.env"), .has_span = true,
		.span = { 7, 4 }, .old = STR("5000"), .new = STR("5001") };
	const struct change note = { .action = CHANGE_NOTE, .new = STR("told") };
	const struct store_row row = { STR("replace"), STR("m/.env"), STR("5000"), STR("5001"), 7 };
	struct store_row other = row;
	int got;

	(void)state;
	other.new = STR("5002");
	assert_int_equal(store_put_plan(s, STR("1"), STR("/r"), &err), 0);
	assert_int_equal(store_put_change(s, STR("1"), &note, &err), 0);
	assert_int_equal(store_put_change(s, STR("1"), &change, &err), 0);
	assert_int_equal(store_seal_plan(s, STR("1"), &err), 0);
	assert_int_equal(store_put_plan(s, STR("2"), STR("/r"), &err), 0);
	assert_int_equal(store_seal_plan(s, STR("2"), &err), 0);
	assert_true(sealed(s, STR("1"), &row, &got) && got == 1);	/* an older plan, too */
	assert_false(sealed(s, STR("1"), &other, &got));
	assert_false(sealed(s, STR("2"), &row, &got));
	assert_int_equal(got, 1);
	assert_false(sealed(s, STR("3"), &row, &got));
	assert_int_equal(got, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_are_known_and_marked),
		cmocka_unit_test(plans_have_their_rows_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

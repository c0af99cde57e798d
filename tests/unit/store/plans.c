/* plans: a plan is known and marked, and only the last one has its changes kept.
 * SPDX-License-Identifier: MIT */
#include "unit/store/registered.h"

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

static size_t
change_count(struct store *s, struct str plan)
{
	AUTO(error) err = ERROR_INIT;
	struct sql_query q = store_changes(s, plan, &err);
	struct store_change c;
	size_t count = 0;
	int got;

	while ((got = store_next_change(&q, &c)) > 0)
		count++;
	assert_int_equal(got, 0);
	return count;
}

static void
the_last_plan_has_its_changes(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	const struct change change = { .action = CHANGE_REPLACE, .file = STR("m/.env"), .has_span = true,
		.span = { 7, 4 }, .old = STR("5000"), .new = STR("5001") };
	AUTO(sql_query) q = SQL_QUERY_INIT;
	struct store_change c;

	(void)state;
	assert_int_equal(store_put_plan(s, STR("1"), STR("/r"), &err), 0);
	assert_int_equal(store_put_change(s, STR("1"), &change, &err), 0);
	assert_int_equal(change_count(s, STR("1")), 1);
	q = store_changes(s, STR("1"), &err);
	assert_int_equal(store_next_change(&q, &c), 1);
	assert_true(str_eq(c.action, STR("replace")) && str_eq(c.file, change.file) && c.offset == 7);
	assert_true(str_eq(c.old, change.old) && str_eq(c.new, change.new));
	sql_query_release(&q);
	assert_int_equal(store_put_plan(s, STR("2"), STR("/r"), &err), 0);
	assert_int_equal(change_count(s, STR("1")) + change_count(s, STR("2")), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plans_are_known_and_marked),
		cmocka_unit_test(the_last_plan_has_its_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

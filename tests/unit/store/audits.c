/* audits: one for each plan that found something else, and the latest hundred.
 * SPDX-License-Identifier: MIT */
#include "unit/store/registered.h"

static int64_t
audit(struct store *s, const char *plan)
{
	AUTO(error) err = ERROR_INIT;
	const struct store_audit_clash clash = { .kind = STR("port"), .value = STR("80"),
		.app = STR("m/app1") };
	int64_t number = 0;

	assert_int_equal(store_open_audit(s, str_from(plan), STR("/r"), 2, &number, &err), 0);
	assert_int_equal(store_put_audit_clash(s, number, &clash, &err), 0);
	assert_int_equal(store_close_audit(s, number, 1, &err), 0);
	return number;
}

static void
holds(const char *select, int64_t wanted)
{
	const struct sql_options options = { .path = "db", .mode = SQL_READ };
	AUTO_PTR(sql) db = NULL;
	AUTO(error) err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(sql_open(&db, &options, &err), 0);
	assert_int_equal(sql_number(db, select, "counting", &n, &err), 1);
	assert_int_equal(n, wanted);
}

static void
the_same_plan_replaces_its_audit(void **state)
{
	AUTO_PTR(store) s = NULL;
	AUTO(error) err = ERROR_INIT;
	int64_t first;

	(void)state;
	assert_int_equal(store_open(&s, "db", STORE_WRITE, &err), 0);
	first = audit(s, "a");
	assert_true(audit(s, "b") > first);
	(void)audit(s, "b");
	(void)audit(s, "a");	/* not the last one's: the first stays */
	holds("SELECT count(*) FROM berth_audits WHERE clashes = 1 AND apps = 2", 3);
	holds("SELECT count(*) FROM berth_audit_clashes WHERE value = '80'", 3);
}

static void
a_hundred_are_kept(void **state)
{
	AUTO_PTR(store) s = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(store_open(&s, "db", STORE_WRITE, &err), 0);
	assert_int_equal(store_begin(s, &err), 0);
	for (int i = 0; i < 105; i++)
		(void)audit(s, i % 2 ? "a" : "b");
	assert_int_equal(store_end(s, 0, true, &err), 0);
	holds("SELECT count(*) FROM berth_audits", 100);
	holds("SELECT min(audit) FROM berth_audits", 6);
	holds("SELECT count(*) FROM berth_audit_clashes", 100);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(the_same_plan_replaces_its_audit),
		scratch_test(a_hundred_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

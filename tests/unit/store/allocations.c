/* allocations: pairs, ports and names come back as they were put, and each has one owner.
 * SPDX-License-Identifier: MIT */
#include "unit/store/registered.h"

static void
pairs_come_in_order(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_pair *rows;
	size_t count;

	(void)state;
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("b"), 10 }, 5001, 8001, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("b"), 9 }, 5003, 8003, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("B"), 1 }, 5005, 8005, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("b"), 9 }, 5007, 8007, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("c"), 9 }, 5007, 8009, &err), -1);
	assert_non_null(strstr(err.what, "UNIQUE"));
	assert_int_equal(store_end(s, 0, true, &err), 0);
	assert_int_equal(store_pairs(s, &a, &rows, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_true(str_eq(rows[0].id.model, STR("B")) && rows[1].id.app_num == 9 &&
	    rows[1].backend == 5007 && rows[2].id.app_num == 10);
}

static void
a_port_has_one_owner(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_port p = { .folder = STR("/r/a"), .protocol = STR("tcp"), .port = 80, .found = 8 },
			  *rows;
	size_t count;

	(void)state;
	assert_int_equal(store_put_app(s, STR("/r/a"), (struct identity){ STR("m"), 1 }, true, &err), 0);
	assert_int_equal(store_put_app(s, STR("/r/b"), (struct identity){ STR("b"), 1 }, false, &err), 0);
	assert_int_equal(store_put_port(s, &p, &err), 0);
	p.folder = STR("/r/b");
	assert_int_equal(store_put_port(s, &p, &err), 0);
	assert_int_equal(store_ports(s, &a, &rows, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_true(str_eq(rows[0].folder, STR("/r/a")) && rows[0].found == 8);
	/* the identity moves to another folder: what the old one had is forgotten */
	assert_int_equal(store_put_app(s, STR("/r/c"), (struct identity){ STR("m"), 1 }, true, &err), 0);
	assert_int_equal(store_ports(s, &a, &rows, &count, &err), 0);
	assert_int_equal(count, 0);
}

static void
release_gives_all_back(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_name n = { .folder = STR("/r/a"), .kind = STR("project"), .name = STR("m-app1") }, *rows;
	size_t count;
	bool had;

	(void)state;
	assert_int_equal(store_put_pair(s, (struct identity){ STR("m"), 1 }, 5001, 8001, &err), 0);
	assert_int_equal(store_put_app(s, STR("/r/a"), (struct identity){ STR("m"), 1 }, true, &err), 0);
	assert_int_equal(store_put_name(s, &n, &err), 0);
	assert_int_equal(store_release(s, (struct identity){ STR("m"), 1 }, &had, &err), 0);
	assert_true(had);
	assert_int_equal(store_names(s, &a, &rows, &count, &err), 0);
	assert_int_equal(count + registered_pairs(s), 0);
	assert_int_equal(store_release(s, (struct identity){ STR("m"), 1 }, &had, &err), 0);
	assert_false(had);
}

static void
json_is_read_or_refused(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_pair *rows;
	size_t count;

	(void)state;
	assert_int_equal(
	    store_read_json(s,
		STR("[{\"model\":\"m\",\"app_number\":2,\"backend_port\":1,\"frontend_port\":70000}]"), &a,
		&rows, &count, &err),
	    0);
	assert_int_equal(count, 1);
	assert_true(str_eq(rows[0].id.model, STR("m")) && rows[0].id.app_num == 2 && rows[0].backend == 1 &&
	    rows[0].frontend == 0);
	assert_int_equal(store_read_json(s, STR("[{"), &a, &rows, &count, &err), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_come_in_order),
		cmocka_unit_test(a_port_has_one_owner),
		cmocka_unit_test(release_gives_all_back),
		cmocka_unit_test(json_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

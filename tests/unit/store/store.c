/* store: what is not committed is not found, and what is no registry is refused.
 * SPDX-License-Identifier: MIT */
#include "unit/store/registered.h"

static void
what_is_rolled_back_is_gone(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("b"), 10 }, 5001, 8001, &err), 0);
	assert_int_equal(store_end(s, 0, false, &err), 0);
	assert_int_equal(store_end(s, 0, false, &err), 0);
	assert_int_equal(registered_pairs(s), 0);
}

static void
is_refused(const char *path, enum store_mode mode, const char *wanted)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) s = NULL;

	assert_int_equal(store_open(&s, path, mode, &err), -1);
	assert_null(s);
	scratch_error(&err, path, 0, wanted);
}

static void
make(const char *path, const char *script)
{
	const struct sql_options options = { .path = path, .mode = SQL_CREATE };
	AUTO_PTR(sql) db = NULL;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(sql_open(&db, &options, &err), 0);
	assert_int_equal(sql_script(db, script, "making a database", &err), 0);
}

static void
what_is_no_registry_is_refused(void **state)
{
	(void)state;
	scratch_put("text", "this is sixteen bytes and more, and no database\n");
	is_refused("text", STORE_WRITE, "give --db another path");
	is_refused("none/db", STORE_WRITE, "cannot be written to, or is not there");
	is_refused("none.db", STORE_READ, "opening the database");
	make("short.db", "CREATE TABLE port_configurations (model, app_num)");
	is_refused("short.db", STORE_READ, "no plan was made with this database yet");
	is_refused("short.db", STORE_WRITE, "lacks a column");
	make("new.db", "CREATE TABLE berth_meta (key, value); INSERT INTO berth_meta VALUES ('schema', '9')");
	is_refused("new.db", STORE_WRITE, "schema 9; this one knows 5");
}

static void
a_failure_says_what_to_do(void **state)
{
	AUTO_PTR(store) s = NULL;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(store_open(&s, "db", STORE_WRITE, &err), 0);
	assert_string_equal(store_path(s), "db");
	make("db", "DROP TABLE berth_names");
	assert_int_equal(store_put_name(s, &(struct store_name){ .kind = STR("project") }, &err), -1);
	scratch_error(&err, "db", 0, "registering a name: no such table: berth_names");
	store_close(s);
	assert_int_equal(store_open(&s, "db", STORE_WRITE, &err), 0);
	assert_int_equal(store_put_name(s, &(struct store_name){ .kind = STR("project") }, &err), -1);
	scratch_error(&err, "db", 0, "preparing a statement: no such table: berth_names");
}

static void
a_dry_run_makes_no_file(void **state)
{
	(void)state;
	assert_int_equal(store_mode_for("db", true), STORE_MEMORY);
	assert_int_equal(store_mode_for("db", false), STORE_WRITE);
	scratch_put("db", "");
	assert_int_equal(store_mode_for("db", true), STORE_WRITE);
}

static void
it_is_one_host_s(void **state)
{
	AUTO_PTR(store) s = registered_fresh();
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct str host;

	(void)state;
	assert_int_equal(store_check_host(s, STR("h1"), &err), 0);
	assert_int_equal(store_put_host(s, (struct str)STR_INIT, &err), 0);
	assert_int_equal(store_host(s, &a, &host, &err), 0);
	assert_true(host.len == 0);
	assert_int_equal(store_put_host(s, STR("h1"), &err), 0);
	assert_int_equal(store_put_host(s, STR("h2"), &err), 0);	/* the first stays */
	assert_int_equal(store_host(s, &a, &host, &err), 0);
	assert_true(str_eq(host, STR("h1")));
	assert_int_equal(store_check_host(s, (struct str)STR_INIT, &err), 0);
	assert_int_equal(store_check_host(s, STR("h1"), &err), 0);
	assert_int_equal(store_check_host(s, STR("h2"), &err), -1);
	assert_non_null(strstr(err.what, "this registry is h1's, and these findings are h2's"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_rolled_back_is_gone),
		scratch_test(what_is_no_registry_is_refused),
		scratch_test(a_failure_says_what_to_do),
		scratch_test(a_dry_run_makes_no_file),
		cmocka_unit_test(it_is_one_host_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

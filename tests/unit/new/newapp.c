/* newapp: an app is registered and laid out, or nothing of it is left; tests/cli/template.t has the
 * templates.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "new/newapp.h"
#include "store/store.h"

/* What the registry holds, in words. */
static void
holds(const char *want)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) s = NULL;
	struct store_pair *pairs;
	struct store_port *ports;
	size_t n;

	assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
	assert_int_equal(store_pairs(s, &a, &pairs, &n, &err), 0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%.*s%llu:%u,%u ", STR_ARG(pairs[i].id.model),
		    (unsigned long long)pairs[i].id.app_num, pairs[i].backend, pairs[i].frontend);
	assert_int_equal(store_ports(s, &a, &ports, &n, &err), 0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%u ", ports[i].port);
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

static struct newapp_options
asked(const char *app, const char *dest)
{
	return (struct newapp_options){
		.db = "r.db", .template = "t", .app = app, .dest = dest, .options = PLAN_OPTIONS_INIT
	};
}

static void
put_template(const char *compose)
{
	scratch_put("t/compose.yml", compose);
	scratch_put("t/.env.example", "BACKEND_PORT={{BACKEND_PORT}}\nDB_PORT={{db_port|5432}}\n");
}

/* It is refused, and the error says WHY; nothing stands at DEST. */
static void
refused(struct newapp_options o, const char *why)
{
	AUTO(newapp) n = NEWAPP_INIT;
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(newapp_make(&n, &o, &err), -1);
	if (!strstr(err.what, why))
		fail_msg("'%s' does not say '%s'", err.what, why);
	assert_false(n.is_laid);
	assert_int_equal(access(o.dest, F_OK), -1);
}

static void
an_app_is_laid_out_and_registered(void **state)
{
	AUTO(newapp) n = NEWAPP_INIT;
	AUTO(error) err = ERROR_INIT;
	struct newapp_options o = asked("x/m/app2", "fleet/m/app2//");

	(void)state;
	put_template("name: {{COMPOSE_PROJECT_NAME}}\n");
	assert_int_equal(mkdir("fleet", 0755), 0);
	if (newapp_make(&n, &o, &err) < 0)
		fail_msg("%s", err.what);
	assert_true(n.is_laid && str_eq(n.got.id.model, STR("m")) && n.got.id.app_num == 2);
	assert_true(n.got.backend == 5001 && n.got.frontend == 8001 && str_eq(n.got.name, STR("m-app2")));
	assert_int_equal(n.port_count, 1);
	assert_true(str_eq(n.ports[0].key, STR("db_port")) && n.ports[0].port == 5432);
	scratch_holds("fleet/m/app2/compose.yml", "name: m-app2\n");
	scratch_holds("fleet/m/app2/.env",
	    "BACKEND_PORT=5001\nDB_PORT=5432\nPROJECT_NAME=m-app2\nFRONTEND_PORT=8001\n"
	    "COMPOSE_PROJECT_NAME=m-app2\n");
	holds("m2:5001,8001 5432 ");
}

static void
one_that_fails_leaves_nothing(void **state)
{
	(void)state;
	put_template("name: {{UNKNOWN}}\n");
	assert_int_equal(mkdir("m", 0755), 0);
	refused(asked("m/app1", "m/app1"), "UNKNOWN");
	holds("");
}

static void
one_that_had_a_row_keeps_it(void **state)
{
	AUTO(error) err = ERROR_INIT;
	struct store *s = NULL;

	(void)state;
	assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("m"), 1 }, 6001, 9001, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("m"), 2 }, 6003, 9003, &err), 0);
	assert_int_equal(store_end(s, 0, true, &err), 0);
	store_close(s);
	put_template("name: {{UNKNOWN}}\n");
	refused(asked("m/app1", "m/app1"), "UNKNOWN");
	holds("m1:6001,9001 m2:6003,9003 ");
}

static void
app01_is_app1(void **state)
{
	AUTO(newapp) n = NEWAPP_INIT;
	AUTO(error) err = ERROR_INIT;
	struct newapp_options o = asked("m/app1", "m/app1");

	(void)state;
	put_template("name: {{COMPOSE_PROJECT_NAME}}\n");
	scratch_put("m/app007/compose.yml", "name: x\n");
	refused(asked("m/app7", "m/app7"), "m/app7 is the app in ");
	if (newapp_make(&n, &o, &err) < 0)
		fail_msg("%s", err.what);
	refused(asked("m/app01", "m/app01"), "its number is what counts");
	assert_int_equal(access("m/app01", F_OK), -1);
	holds("m1:5001,8001 5432 ");
}

static void
the_path_has_to_say_who_it_is(void **state)
{
	struct newapp_options o;

	(void)state;
	put_template("name: x\n");
	refused(asked("m/app1", "n/app1"), "this would not be m/app1");
	refused(asked("m/app1", "m/app2"), "this would not be m/app1");
	refused(asked("m/app1", "a/b/m/app1"), "the last two parts of DEST may be missing");
	refused(asked("m/app1", "m/app1/."), "needs a name for its folder");
	refused(asked("m/app1", ""), "needs a name for its folder");
	refused(asked("app1", "m/app1"), "app1");
	assert_int_equal(access("r.db", F_OK), -1);
	o = asked("m/app1", "m-1");
	o.layout = "(?<model>[a-z]+)-(?<app_num>[0-9]+)$";
	{
		AUTO(newapp) n = NEWAPP_INIT;
		AUTO(error) err = ERROR_INIT;

		if (newapp_make(&n, &o, &err) < 0)
			fail_msg("%s", err.what);
	}
	scratch_holds("m-1/compose.yml", "name: x\n");
	o.layout = "(";
	o.dest = "m-2";
	refused(o, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(an_app_is_laid_out_and_registered),
		scratch_test(one_that_fails_leaves_nothing),
		scratch_test(one_that_had_a_row_keeps_it),
		scratch_test(app01_is_app1),
		scratch_test(the_path_has_to_say_who_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

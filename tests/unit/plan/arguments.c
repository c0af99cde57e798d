/* request: texts of the command line become what plan may and may not give out, or name what is wrong with
 * them.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "fleet/inventory.h"
#include "plan/arguments.h"
#include "store/store.h"

/* A request of O; NULL where it is refused. */
static struct arguments_values *
prepared(struct arguments o, struct error *err)
{
	struct arguments_values *r = NULL;

	o.proc = "proc";
	if (arguments_values_open(&r, &o, err) == 0)
		return r;
	arguments_values_close(r);
	return NULL;
}

static void
ports_are_blocked(void **state)
{
	static const char *reserve[] = { "6000-6001,7000", "7100" };
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(arguments_values) usual = NULL;
	AUTO_PTR(arguments_values) narrow = NULL;

	(void)state;
	scratch_put("proc/sys/net/ipv4/ip_local_port_range", "40000\t50000\n");
	scratch_put("list", "6500 # mine\n\n6600-6601\n");
	usual = prepared(
	    (struct arguments){ .reserve = { .items = reserve, .count = 2 }, .reserve_from = "list" },
	    &err);
	assert_non_null(usual);
	for (unsigned port = 1; port < 1024; port++)
		assert_false(portmap_is_free(&usual->blocked, port));
	for (unsigned port = 39999; port <= 50001; port++)
		assert_int_equal(portmap_is_free(&usual->blocked, port), port < 40000 || port > 50000);
	assert_false(portmap_is_free(&usual->blocked, 5061));		/* browsers refuse it */
	assert_false(portmap_is_free(&usual->blocked, 6001) || portmap_is_free(&usual->blocked, 7000));
	assert_false(portmap_is_free(&usual->blocked, 7100) || portmap_is_free(&usual->blocked, 6500));
	assert_false(portmap_is_free(&usual->blocked, 6601));
	assert_true(portmap_is_free(&usual->blocked, 6602) && portmap_is_free(&usual->blocked, 5001));
	narrow = prepared(
	    (struct arguments){ .range = "5000-45000", .allow_bad = true, .allow_ephemeral = true },
	    &err);
	assert_non_null(narrow);
	assert_true(portmap_is_free(&narrow->blocked, 5061) && portmap_is_free(&narrow->blocked, 5000));
	assert_true(portmap_is_free(&narrow->blocked, 45000) && portmap_is_free(&narrow->blocked, 42000));
	assert_false(portmap_is_free(&narrow->blocked, 4999) || portmap_is_free(&narrow->blocked, 45001));
	assert_false(portmap_is_free(&narrow->blocked, 65535));
}

/* Loopback is that of both families; any other address is of its own alone. */
static void
an_address_is_of_its_family(void **state)
{
	static const struct { const char *bind, *v4, *v6; } cases[] = {
		{ "10.0.0.5", "10.0.0.5", "" }, { "fd00::5", "", "fd00::5" },
		{ "127.0.0.1", "127.0.0.1", "::1" },
		{ "127.0.0.2", "127.0.0.2", "::1" }, { "::1", "127.0.0.1", "::1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(error) err = ERROR_INIT;
		struct plan_options plan = PLAN_OPTIONS_INIT;
		struct arguments o = { .bind = cases[i].bind };
		AUTO_PTR(arguments_values) r = prepared(o, &err);

		assert_non_null(r);
		arguments_values_apply(r, &o, &plan);
		assert_true(str_eq(plan.bind.v4, str_from(cases[i].v4)));
		assert_true(str_eq(plan.bind.v6, str_from(cases[i].v6)));
	}
}

static void
refused(struct arguments o, const char *file, size_t line, const char *why)
{
	AUTO(error) err = ERROR_INIT;

	assert_null(prepared(o, &err));
	scratch_error(&err, file, line, why);
}

static void
what_is_wrong_is_named(void **state)
{
	static const char *bad[] = { "5432-x" };

	(void)state;
	scratch_put("list", "6500\n\nmany\n");
	scratch_put("pairs", "# two apps\nm/app1 n/app1\nm/app1\n");
	scratch_put("more", "a b c d\n");
	refused((struct arguments){ .range = "9-5" }, NULL, 0, "write LOW-HIGH");
	refused((struct arguments){ .range = "5000" }, NULL, 0, "--range '5000'");
	refused((struct arguments){ .reserve = { .items = bad, .count = 1 } }, NULL, 0, "x");
	refused((struct arguments){ .reserve_from = "list" }, "list", 3, "many");
	refused((struct arguments){ .reserve_from = "absent" }, "absent", 0, "cannot read");
	refused((struct arguments){ .accept = "pairs" }, "pairs", 3, "names two apps");
	refused((struct arguments){ .accept = "more" }, "more", 1, "names two apps");
	refused((struct arguments){ .accept = "absent" }, "absent", 0, "cannot read");
}

static void
plan_sees_it(void **state)
{
	static const char *only[] = { "m/*" };
	struct arguments asked = { .accept = "pairs",
		.only = { .items = only, .count = 1 },
		.base_backend = 6000,
		.base_frontend = 9000,
		.step = 10 };
	struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(arguments_values) r = NULL;

	(void)state;
	scratch_put("pairs", "m/app1 n/app1  # a comment\n\tx,y 5003/tcp\n");
	r = prepared(asked, &err);
	assert_non_null(r);
	arguments_values_apply(r, &asked, &o);
	assert_int_equal(o.base_backend, 6000);
	assert_int_equal(o.base_frontend, 9000);
	assert_int_equal(o.step, 10);
	assert_true(o.only == only && o.only_count == 1);
	assert_ptr_equal(o.blocked, &r->blocked);
	assert_ptr_equal(o.listening, r->listening);
	assert_int_equal(o.accepted->count, 2);
	assert_true(str_eq(o.accepted->items[1].a, STR("x")));
}

static void
only_must_name_some_app(void **state)
{
	static const char *const fits[] = { "m/app*", "far/away" }, *const none[] = { "m/app1", "n/app1" };
	struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(error) err = ERROR_INIT;
	struct finding f = {
		.record = FINDING_APP, .id.model = STR("m"), .id.app_num = 1, .app = STR("far/away")
	};

	(void)state;
	assert_int_equal(inventory_add(&v, &f, &err), 0);
	inventory_settle(&v);
	assert_int_equal(arguments_check_only(&o, &v, &err), 0);
	o.only = fits, o.only_count = 2;
	assert_int_equal(arguments_check_only(&o, &v, &err), 0);
	o.only = none;
	assert_int_equal(arguments_check_only(&o, &v, &err), -1);
	scratch_error(&err, NULL, 0, "--only 'n/app1' is none of the 1 apps");
}

static void
a_pair_is_had_and_given_up(void **state)
{
	struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO(error) err = ERROR_INIT;
	struct arguments asked = ARGUMENTS_INIT;
	AUTO_PTR(arguments_values) r = prepared((struct arguments){ .range = NULL }, &err);
	AUTO_PTR(store) s = NULL;
	FILE *f;

	(void)state;
	arguments_values_apply(r, &asked, &o);
	assert_int_equal(store_open(&s, NULL, STORE_MEMORY, &err), 0);
	for (int again = 0; again < 2; again++) {		/* the same pair each time */
		f = tmpfile();
		asked = (struct arguments){ .new_app = "m/app1", .format = "env" };
		assert_int_equal(arguments_by_hand(&asked, s, &o, f, &err), 0);
		assert_int_equal(fseek(f, 0, SEEK_SET), 0);
		{
			char text[200] = "";

			assert_true(fread(text, 1, sizeof text - 1, f) > 0);
			assert_non_null(strstr(text, "BACKEND_PORT=5001\n"));
			assert_non_null(strstr(text, "FRONTEND_PORT=8001\n"));
		}
		assert_int_equal(fclose(f), 0);
	}
	f = tmpfile();
	assert_int_equal(
	    arguments_by_hand(&(struct arguments){ .release = "x/m/app1" }, s, &o, f, &err), 0);
	scratch_wrote(f, "model,app_num,backend_port,frontend_port\nm,1,5001,8001\n");
	f = tmpfile();
	assert_int_equal(arguments_by_hand(&(struct arguments){ .release = "m" }, s, &o, f, &err), -1);
	scratch_error(&err, NULL, 0, "names no app");
	assert_int_equal(arguments_by_hand(&(struct arguments){ .new_app = "m" }, s, &o, f, &err), -1);
	scratch_error(&err, NULL, 0, "names no app");
	scratch_wrote(f, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(ports_are_blocked),
		scratch_test(an_address_is_of_its_family),
		scratch_test(what_is_wrong_is_named),
		scratch_test(plan_sees_it),
		cmocka_unit_test(only_must_name_some_app),
		scratch_test(a_pair_is_had_and_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

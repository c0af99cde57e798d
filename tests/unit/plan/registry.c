/* registry: what is freed or taken in is written as rows, and all of it or nothing.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "fleet/inventory.h"
#include "plan/registry.h"
#include "store/store.h"

#define HEAD "model,app_num,backend_port,frontend_port\n"
#define FREED "model,app_num,backend_port,frontend_port,kind,value,service,folder,command\n"

/* A registry that knows m/app1 (below /srv), n/app2 (elsewhere) and o/app3 (nowhere). */
static struct store *
filled(void)
{
	AUTO(error) err = ERROR_INIT;
	struct store *s = NULL;

	assert_int_equal(store_open(&s, NULL, STORE_MEMORY, &err), 0);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("m"), 1 }, 5001, 8001, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("n"), 2 }, 5003, 8003, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("o"), 3 }, 5005, 8005, &err), 0);
	assert_int_equal(
	    store_put_app(s, STR("/srv/m/app1"), (struct identity){ STR("m"), 1 }, true, &err), 0);
	assert_int_equal(
	    store_put_app(s, STR("/srv2/n/app2"), (struct identity){ STR("n"), 2 }, true, &err), 0);
	assert_int_equal(store_end(s, 0, true, &err), 0);
	return s;
}

/* The registry's pairs, in words. */
static void
holds(struct store *s, const char *want)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	struct store_pair *pairs;
	size_t n;

	assert_int_equal(store_pairs(s, &a, &pairs, &n, &err), 0);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%.*s%llu:%u,%u ", STR_ARG(pairs[i].id.model),
		    (unsigned long long)pairs[i].id.app_num, pairs[i].backend, pairs[i].frontend);
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

static void
an_app_is_released(void **state)
{
	AUTO_PTR(store) s = filled();
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	(void)state;
	assert_int_equal(registry_release(s, (struct identity){ STR("n"), 2 }, f, &err), 0);
	scratch_wrote(f, HEAD "n,2,5003,8003\n");
	holds(s, "m1:5001,8001 o3:5005,8005 ");
	f = tmpfile();
	assert_int_equal(registry_release(s, (struct identity){ STR("n"), 2 }, f, &err), -1);
	scratch_error(&err, NULL, 0, "n/app2 holds nothing");
	scratch_wrote(f, "");
	assert_int_equal(store_begin(s, &err), 0);		/* nothing is left open */
	assert_int_equal(store_end(s, 0, false, &err), 0);
}

static void
inventory_of(struct inventory *v, const char *folder)
{
	AUTO(error) err = ERROR_INIT;
	struct finding f = {
		.record = FINDING_APP, .id.model = str_from(folder), .id.app_num = 1, .app = str_from(folder)
	};

	if (folder)
		assert_int_equal(inventory_add(v, &f, &err), 0);
	inventory_settle(v);
}

/* Of findings with the one app FOLDER below ROOT, prune frees WANT. */
static void
prunes(const char *root, const char *folder, const char *want, bool dry, const char *left)
{
	AUTO_PTR(store) s = filled();
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	inventory_of(&v, folder);
	assert_int_equal(registry_prune(s, &v, str_from(root), dry, f, &err), 0);
	scratch_wrote(f, want);
	holds(s, left);
}

static void
what_is_gone_is_pruned(void **state)
{
	static const char all[] = "m1:5001,8001 n2:5003,8003 o3:5005,8005 ";
	AUTO_PTR(store) s = filled();
	AUTO(inventory) none = INVENTORY_INIT;
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	(void)state;
	prunes("/srv", "m/app1", FREED, false, all);
	prunes("/srv", "m/app9", FREED "m,1,5001,8001,pair,,,/srv/m/app1,\n", false,
	    "n2:5003,8003 o3:5005,8005 ");
	prunes("/srv", "m/app9", FREED "m,1,5001,8001,pair,,,/srv/m/app1,\n", true, all);
	prunes("/srv/m/app1", ".", FREED, false, all);
	prunes("/", "srv/m/app1", FREED "n,2,5003,8003,pair,,,/srv2/n/app2,\n", false,
	    "m1:5001,8001 o3:5005,8005 ");
	prunes("/sr", "m/app9", FREED, false, all);
	inventory_of(&none, NULL);
	assert_int_equal(registry_prune(s, &none, STR("/srv"), false, f, &err), -1);
	scratch_error(&err, NULL, 0, "is the fleet mounted?");
	scratch_wrote(f, "");
	holds(s, all);
}

/* The file TEXT is taken in: WANT is written; or WHY at LINE, and nothing is. */
static void
imports(const char *text, const char *want, size_t line, const char *why)
{
	AUTO_PTR(store) s = filled();
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	scratch_put("in", text);
	assert_int_equal(registry_import(s, "in", false, f, &err), why ? -1 : 0);
	if (why)
		scratch_error(&err, "in", line, why);
	scratch_wrote(f, want);
	holds(s,
	    why ? "m1:5001,8001 n2:5003,8003 o3:5005,8005 "
		: "a7:6001,9001 m1:5001,8001 n2:5003,8003 o3:5005,8005 ");
}

static void
allocations_are_taken_in_whole(void **state)
{
	AUTO_PTR(store) s = filled();
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();

	(void)state;
	imports("frontend_port,model,app_num,backend_port\n9001,a,7,6001\n8001,m,1,5001\n",
	    HEAD "a,7,6001,9001\n", 0, NULL);
	imports("model,app_number,backend_port,frontend_port\na,7,6001,9001\na,7,6001,9001\n",
	    HEAD "a,7,6001,9001\n", 0, NULL);
	imports("[{\"model\":\"a\",\"app_number\":7,\"backend_port\":6001,\"frontend_port\":9001}]",
	    HEAD "a,7,6001,9001\n", 0, NULL);
	imports("model,app_num,backend_port\n", "", 1, "no column 'frontend_port'");
	imports(HEAD "a,x,6001,9001\n", "", 2, "'x' is no app number");
	imports(HEAD "a,7,6001,9001\nb,1,6001,9003\n", "", 0, "b/app1 wants 6001, which is a/app7's");
	/* in any role */
	imports(HEAD "a,7,6001,9001\nb,1,9001,9003\n", "", 0, "b/app1 wants 9001, which is a/app7's");
	imports(HEAD "a,7,6001,9001\nb,1,8003,9003\n", "", 0, "wants 8003, which is n/app2's");
	imports(HEAD "a,7,6001,9001\nm,1,6003,9003\n", "", 0, "m/app1 has 5001 and 8001 already");
	imports(HEAD "a,7,6001,9001\na,7,6003,9003\n", "", 0, "a/app7 has 6001 and 9001 already");
	imports(HEAD "a,7,6001,9001\nb,1,6003,6003\n", "", 0, "b/app1 has no two ports");
	imports(HEAD "a,7,6001,9001\nb,1,6003,70000\nm,1,1,2\n", "", 0, "no two ports; m/app1 has");
	imports("[{\"model\":", "", 0, "");
	assert_int_equal(registry_import(s, "absent", false, f, &err), -1);
	scratch_error(&err, "absent", 0, "cannot read");
	scratch_put("in", HEAD "a,7,6001,9001\n");
	assert_int_equal(registry_import(s, "in", true, f, &err), 0);
	scratch_wrote(f, HEAD "a,7,6001,9001\n");
	holds(s, "m1:5001,8001 n2:5003,8003 o3:5005,8005 ");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_app_is_released),
		cmocka_unit_test(what_is_gone_is_pruned),
		scratch_test(allocations_are_taken_in_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

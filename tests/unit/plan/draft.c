/* proposal: from findings to a plan, its row in the registry and its stream: all of it or nothing.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "plan/draft.h"
#include "plan/registry.h"
#include "store/store.h"
#include "system/folder.h"
#include "system/sql.h"

/* Two apps that both publish 5432. */
static const char fleet[] =
    "record,model,app_num,app,service,role,host_port,container_port,protocol,value,origin,"
    "file,line,column,offset,length,digest,raw,"
    "site_file,site_line,site_column,site_offset,site_length,site_raw\n"
    "fleet,,,,,,,,,/srv,,,,,,,,,,,,,,\n"
    "app,a,1,a,,,,,,a,,,,,,,,,,,,,,\n"
    "file,a,1,a,,compose,,,,,,a/c,,,,90,xxh3:0123456789abcdef,,,,,,,\n"
    "port,a,1,a,s,,5432,1,tcp,5432:1,literal,a/c,3,9,20,4,xxh3:0123456789abcdef,5432,a/c,3,9,20,4,5432\n"
    "app,b,1,b,,,,,,b,,,,,,,,,,,,,,\n"
    "file,b,1,b,,compose,,,,,,b/c,,,,90,xxh3:0123456789abcdee,,,,,,,\n"
    "port,b,1,b,s,,5432,1,tcp,5432:1,literal,b/c,3,9,20,4,xxh3:0123456789abcdee,5432,b/c,3,9,20,4,5432\n";
static const char whole[] = "end,,,,,,,,,7,,,,,,,,,,,,,,\n";

static struct store *
fresh(void)
{
	AUTO(error) err = ERROR_INIT;
	struct store *s = NULL;

	assert_int_equal(store_open(&s, NULL, STORE_MEMORY, &err), 0);
	return s;
}

/* Reads the fleet, with its end or without. */
static int
read_fleet(struct draft *p, const char *end, struct error *err)
{
	AUTO(buf) b = BUF_INIT;
	FILE *f;
	int got;

	buf_printf(&b, "%s%s", fleet, end);
	f = scratch_input(b.ptr);
	got = draft_read(p, fileno(f), "findings", err);
	assert_int_equal(fclose(f), 0);
	return got;
}

static size_t
ports_of(struct store *s)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	struct store_port *ports;
	size_t n = 0;

	assert_int_equal(store_ports(s, &a, &ports, &n, &err), 0);
	return n;
}

/* The plan with O, written; to be freed. */
static char *
made(struct store *s, const struct plan_options *o)
{
	AUTO(draft) p = DRAFT_INIT;
	AUTO(error) err = ERROR_INIT;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_int_equal(read_fleet(&p, whole, &err), 0);
	if (draft_make(&p, s, o, "berth 7 stream 1", f, &err) < 0)
		fail_msg("%s", err.what);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(p.plan.count - p.plan.problems, 1);
	assert_non_null(strstr(text, p.plan.id));
	return text;
}

static void
a_plan_is_made_and_registered(void **state)
{
	AUTO_PTR(store) s = fresh();
	struct plan_options o = PLAN_OPTIONS_INIT;
	char *first, *again;

	(void)state;
	o.dry_run = true;
	first = made(s, &o);
	assert_int_equal(ports_of(s), 0);
	assert_non_null(strstr(first,
	    ",/srv,,berth 7 stream 1,,\nreplace,b,1,b,s,b/c,3,9,20,4,xxh3:0123456789abcdee,5432,5433,port,"));
	assert_non_null(strstr(first, "\nend,,,,,,,,,,,,2,,,,\n"));
	o.dry_run = false;
	again = made(s, &o);
	assert_string_equal(again, first);
	assert_int_equal(ports_of(s), 2);
	free(again);
	again = made(s, &o);
	assert_string_equal(again, first);
	assert_int_equal(ports_of(s), 2);
	free(first);
	free(again);
}

static void
a_stream_without_its_end_is_refused(void **state)
{
	AUTO(draft) p = DRAFT_INIT;
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(read_fleet(&p, "", &err), -1);
	assert_non_null(strstr(err.what, "stop early"));
	error_release(&err);
	draft_release(&p);
	p.is_partial = true;
	assert_int_equal(read_fleet(&p, "", &err), 0);
	assert_int_equal(p.inventory.app_count, 2);
}

static void
a_pattern_of_no_app_plans_nothing(void **state)
{
	static const char *const only[] = { "b", "nobody" };
	AUTO_PTR(store) s = fresh();
	AUTO(draft) p = DRAFT_INIT;
	AUTO(error) err = ERROR_INIT;
	struct plan_options o = PLAN_OPTIONS_INIT;
	FILE *f = tmpfile();

	(void)state;
	o.only = only;
	o.only_count = 2;
	assert_int_equal(read_fleet(&p, whole, &err), 0);
	assert_int_equal(draft_make(&p, s, &o, "berth 7 stream 1", f, &err), -1);
	scratch_error(&err, NULL, 0, "nobody");
	scratch_wrote(f, "");
	assert_int_equal(ports_of(s), 0);
}

static void
what_is_gone_is_pruned(void **state)
{
	AUTO_PTR(store) s = fresh();
	AUTO(draft) p = DRAFT_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	struct store_pair *pairs;
	size_t n;
	FILE *f;

	(void)state;
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("gone"), 1 }, 5001, 8001, &err), 0);
	assert_int_equal(
	    store_put_app(s, STR("/srv/gone/app1"), (struct identity){ STR("gone"), 1 }, true, &err), 0);
	assert_int_equal(store_put_pair(s, (struct identity){ STR("far"), 1 }, 5003, 8003, &err), 0);
	assert_int_equal(
	    store_put_app(s, STR("/far/app1"), (struct identity){ STR("far"), 1 }, true, &err), 0);
	assert_int_equal(store_end(s, 0, true, &err), 0);
	assert_int_equal(read_fleet(&p, whole, &err), 0);
	p.is_partial = true;
	f = tmpfile();
	assert_int_equal(draft_prune(&p, s, false, f, &err), -1);
	scratch_error(&err, NULL, 0, "it goes neither with --partial");
	scratch_wrote(f, "");
	p.is_partial = false;
	for (int dry = 1; dry >= 0; dry--) {
		f = tmpfile();
		assert_int_equal(draft_prune(&p, s, dry, f, &err), 0);
		scratch_wrote(f, "model,app_num,backend_port,frontend_port,kind,value,service,folder,"
		    "command\ngone,1,5001,8001,pair,,,/srv/gone/app1,\n");
		assert_int_equal(store_pairs(s, &a, &pairs, &n, &err), 0);
		assert_int_equal(n, dry ? 2 : 1);
	}
}

/* Nor does one stay that has no pair and no other row, be it the registry's first. */
static void
what_is_gone_is_forgotten(void **state)
{
	AUTO_PTR(store) s = fresh();
	AUTO(draft) p = DRAFT_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(arena) a = ARENA_INIT;
	FILE *f = tmpfile();
	struct store_app *apps;
	size_t n;

	(void)state;
	assert_int_equal(store_begin(s, &err), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(store_put_app(s, i ? STR("/srv/old") : STR("/srv/gone"),
		    (struct identity){ i ? STR("old") : STR("gone"), 1 }, false, &err), 0);
	assert_int_equal(
	    store_put_app(s, STR("/yonder"), (struct identity){ STR("yonder"), 1 }, false, &err), 0);
	assert_int_equal(store_end(s, 0, true, &err), 0);
	assert_int_equal(read_fleet(&p, whole, &err), 0);
	assert_int_equal(draft_prune(&p, s, false, f, &err), 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(store_apps(s, &a, &apps, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_true(str_eq(apps[0].folder, STR("/yonder")));
}

static void
lose(const char *table)
{
	const struct sql_options options = { .path = "r.db", .mode = SQL_CREATE };
	AUTO_PTR(sql) db = NULL;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) script = BUF_INIT;

	buf_printf(&script, "PRAGMA foreign_keys = OFF; DROP TABLE %s;", table);
	assert_int_equal(sql_open(&db, &options, &err), 0);
	if (sql_script(db, script.ptr, "losing a table", &err) < 0)
		fail_msg("%s", err.what);
}

/* Whichever question the registry does not answer: nothing is planned, freed or written. */
static void
without_an_answer_of_the_registry_nothing_is_done(void **state)
{
	static const struct {
		const char *table;
		bool is_of_prune;
	} cases[] = { { "berth_apps", true }, { "berth_ports", true }, { "berth_former", true },
		{ "berth_names", true }, { "port_configurations", true }, { "berth_plans", false },
		{ "berth_seals", false }, { "berth_audits", false },
		{ "berth_audit_clashes", false }, { "berth_findings", false }, { "berth_plan_apps", false } };
	struct plan_options o = PLAN_OPTIONS_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO_PTR(store) s = NULL;
		AUTO(draft) p = DRAFT_INIT;
		AUTO(draft) pruned = DRAFT_INIT;
		AUTO(error) err = ERROR_INIT;
		FILE *f = tmpfile();

		(void)unlink("r.db");
		assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
		free(made(s, &o));
		lose(cases[i].table);
		assert_int_equal(read_fleet(&p, whole, &err), 0);
		if (draft_make(&p, s, &o, "berth 7 stream 1", f, &err) == 0)
			fail_msg("%s is not missed", cases[i].table);
		error_release(&err);
		assert_int_equal(read_fleet(&pruned, whole, &err), 0);
		assert_int_equal(draft_prune(&pruned, s, true, f, &err), cases[i].is_of_prune ? -1 : 0);
		assert_int_equal(fclose(f), 0);
	}
}

/* Whether all apps are where the whole fleet moved to is asked of a root that is this machine's. */
static void
nor_where_it_does_not_say_which_roots_it_knows(void **state)
{
	const struct scratch *here = *state;
	struct plan_options o = PLAN_OPTIONS_INIT;
	AUTO_PTR(store) s = NULL;
	AUTO(draft) p = DRAFT_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) text = BUF_INIT;
	struct stat st;
	FILE *f, *out = tmpfile();

	assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
	free(made(s, &o));
	lose("berth_plans");
	o.dry_run = true;	/* so that nobody else asks for it */
	assert_int_equal(stat(here->root, &st), 0);
	buf_add_str(&text, str_sub(str_from(fleet), 0, str_find(str_from(fleet), 0, '\n')));
	buf_printf(&text, ",root_id\nfleet,,,,,,,,,%s,,,,,,,,,,,,,,,%s\nend,,,,,,,,,1,,,,,,,,,,,,,,,\n",
	    here->root, folder_id(&st).text);
	f = scratch_input(text.ptr);
	assert_int_equal(draft_read(&p, fileno(f), "findings", &err), 0);
	assert_int_equal(draft_make(&p, s, &o, "berth 7 stream 1", out, &err), -1);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(fclose(out), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_made_and_registered),
		cmocka_unit_test(a_stream_without_its_end_is_refused),
		cmocka_unit_test(a_pattern_of_no_app_plans_nothing),
		cmocka_unit_test(what_is_gone_is_pruned),
		cmocka_unit_test(what_is_gone_is_forgotten),
		scratch_test(without_an_answer_of_the_registry_nothing_is_done),
		scratch_test(nor_where_it_does_not_say_which_roots_it_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

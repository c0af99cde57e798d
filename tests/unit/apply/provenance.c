/* provenance: a plan is the registry's own, less rows that were deleted, and nothing else.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/planned.h"

#include "stream/change.h"
#include "apply/changeset.h"
#include "apply/provenance.h"
#include "store/store.h"

#include <sqlite3.h>

static const struct change port = {
	.action = CHANGE_REPLACE,
	.id.model = STR("m"),
	.id.app_num = 1,
	.app = STR("m/app1"),
	.file = STR("m/app1/c.yml"),
	.has_span = true,
	.span = { 0, 2 },
	.old = STR("80"),
	.new = STR("8000"),
	.reason = REASON_PORT,
};

/* A registry whose latest plan is `id`, of that row and a .env made with a line. */
static struct store *
registry(struct error *err)
{
	struct change row = port;
	struct store *s = NULL;

	assert_int_equal(store_open(&s, NULL, STORE_MEMORY, err), 0);
	assert_int_equal(store_begin(s, err), 0);
	assert_int_equal(store_put_plan(s, STR("id"), STR("/srv"), err), 0);
	assert_int_equal(store_put_change(s, STR("id"), &row, err), 0);
	row = (struct change){ .action = CHANGE_CREATE, .app = STR("m/app1"), .file = STR("m/app1/.env") };
	assert_int_equal(store_put_change(s, STR("id"), &row, err), 0);
	row = (struct change){ .action = CHANGE_INSERT,
		.app = STR("m/app1"),
		.file = STR("m/app1/.env"),
		.has_span = true,
		.new = STR("A=1") };
	assert_int_equal(store_put_change(s, STR("id"), &row, err), 0);
	assert_int_equal(store_seal_plan(s, STR("id"), err), 0);
	assert_int_equal(store_end(s, 0, true, err), 0);
	return s;
}

/* The set of plan P is the registry's; or an error names LINE and says WHY. */
static void
checked(struct planned *p, size_t line, const char *why)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) s = registry(&err);
	AUTO(changeset) set = CHANGESET_INIT;
	FILE *f = planned_end(p);

	assert_int_equal(changeset_read(&set, fileno(f), "in", false, &err), 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(provenance_check(s, &set, &err), why ? -1 : 0);
	if (why)
		scratch_error(&err, "in", line, why);
	buf_clear(&p->text);
	planned_begin(p, "id", "/srv");
}

static void
rows_may_go_but_not_change(void **state)
{
	AUTO(planned) p = PLANNED_INIT;

	(void)state;
	planned_begin(&p, "id", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=1,port,");
	checked(&p, 0, NULL);
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	checked(&p, 0, NULL);
	checked(&p, 0, NULL);
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8001");
	checked(&p, 3, "not edited");
	planned_port(&p, "m/app1", "m/app1/c.yml", " 80", "80", "8000");	/* elsewhere in the file */
	checked(&p, 3, "not edited");
	planned_port(&p, "m/app1", "m/app1/d.yml", "80", "80", "8000");
	checked(&p, 3, "not edited");
	planned_row(&p, "create", "m/app2", "m/app2/.env,,,,,,,,env-file,");
	checked(&p, 3, "not edited");
	planned_row(&p, "copy", "m/app1", "m/app1/.env,,,,,xxh3:0000000000000000,,,env-file,");
	checked(&p, 3, "not edited");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=2,port,");
	checked(&p, 4, "not edited");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=1,port,");
	planned_row(&p, "insert", "m/app1", "m/app1/.env,,,0,0,,,A=2,port,");
	checked(&p, 5, "not edited");
	planned_row(&p, "create", "m/app1", "m/app1/.env,,,,,,,,env-file,");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8001");		/* of another file */
	checked(&p, 4, "not edited");
}

static void
other_plans_are_not_known(void **state)
{
	AUTO(planned) p = PLANNED_INIT;

	(void)state;
	planned_begin(&p, "di", "/srv");
	planned_port(&p, "m/app1", "m/app1/c.yml", "80", "80", "8000");
	checked(&p, 2, "knows no plan 'di'");
}

/* Of plans before the latest ones the registry knows no row. */
static void
rows_are_known_for_a_while(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(changeset) set = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) s = registry(&err);
	FILE *f;

	(void)state;
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_plan(s, STR("bare"), STR("/srv"), &err), 0);
	assert_int_equal(store_end(s, 0, true, &err), 0);
	planned_begin(&p, "bare", "/srv");
	f = planned_end(&p);
	assert_int_equal(changeset_read(&set, fileno(f), "in", false, &err), 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(provenance_check(s, &set, &err), -1);
	scratch_error(&err, "in", 2, "knows this plan, but not its rows any more");
}

/* A registry that cannot be asked knows nothing. */
static void
a_failing_registry_is_told(void **state)
{
	AUTO(planned) p = PLANNED_INIT;
	AUTO(changeset) set = CHANGESET_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(store) s = NULL;
	sqlite3 *db;
	FILE *f;

	(void)state;
	assert_int_equal(store_open(&s, "r.db", STORE_WRITE, &err), 0);
	planned_begin(&p, "id", "/srv");
	f = planned_end(&p);
	assert_int_equal(changeset_read(&set, fileno(f), "in", false, &err), 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(sqlite3_open("r.db", &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DROP TABLE berth_plans", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(provenance_check(s, &set, &err), -1);
	assert_non_null(strstr(err.what, "no such table"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_may_go_but_not_change),
		cmocka_unit_test(other_plans_are_not_known),
		cmocka_unit_test(rows_are_known_for_a_while),
		scratch_test(a_failing_registry_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

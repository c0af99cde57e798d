/* past: which run of the journal is finished, taken back or dropped, and what becomes of its apps.
 * SPDX-License-Identifier: MIT */
#include "unit/apply/operated.h"

#include <time.h>

/* A journal is believed as far as its registry knows of it, but for a root that its user names. */
static void
a_journal_without_its_registry_is_not_believed(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int gone = 0; gone < 2; gone++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(operation) back = OPERATION_INIT;
		AUTO(operation) meant = OPERATION_INIT;

		(void)fleet(state);
		assert_int_equal(apply(&o, "id", root, &err), 0);
		if (gone)
			assert_int_equal(unlink("r.db"), 0);
		else
			meddle("r.db", "UPDATE berth_plans SET root = '/else'");
		assert_int_equal(undo(&back, "", NULL, NULL, &err), -1);
		scratch_error(
		    &err, root, 0, "but the registry r.db has no such plan for it: say with --root");
		both("8000");
		meant.root = root;
		assert_int_equal(undo(&meant, "", NULL, NULL, &err), 0);
		both("80");
		answers("r.db", "SELECT count(*) FROM berth_plans", gone ? "0;" : "1;");
		(void)unlink("r.db");
		know("id", root);
	}
}

static void
undo_is_by_app(void **state)
{
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) back = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	scratch_put("m/app1/c", "edited");
	back.db = "r.db";
	assert_int_equal(past_undo(&back, "1", &err), 0);
	assert_int_equal(back.run.apps[0].state, RUN_STALE);
	scratch_holds("m/app1/c", "edited");
	scratch_holds("m/app2/c", "80");
}

static void
an_interrupted_run_comes_first(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int back = 0; back < 2; back++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(operation) other = OPERATION_INIT;
		AUTO(operation) none = OPERATION_INIT;

		interrupt(root);
		assert_int_equal(apply(&other, "id", root, &err), -1);
		scratch_error(&err, NULL, 0, "was interrupted");
		o.db = none.db = "r.db";
		if (back) {
			assert_int_equal(past_undo(&o, "", &err), 0);
		} else {
			assert_int_equal(past_resume(&o, &err), 0);
			assert_int_not_equal(o.run.id, 0);
		}
		both(back ? "80" : "8000");
		assert_int_equal(past_resume(&none, &err), 0);
		assert_int_equal(none.run.id, 0);
		fleet(state);
	}
}

static void
numbers_and_ages_are_held_to_their_form(void **state)
{
	static const char *const ids[] = { "0", "x", "-1", "1x" },
				 *const ages[] = { "", "d", "1y", "-1d", "1dd", "9999999w" };
	AUTO(error) err = ERROR_INIT;
	AUTO(operation) o = OPERATION_INIT;
	size_t n;

	(void)state;
	o.db = "r.db";
	assert_int_equal(past_undo(&o, "", &err), -1);
	scratch_error(&err, "r.db", 0, "there is no journal");
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		assert_int_equal(past_undo(&o, ids[i], &err), -1);
		scratch_error(&err, NULL, 0, "takes the number of a run");
	}
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
		assert_int_equal(past_forget(&o, ages[i], &n, &err), -1);
		scratch_error(&err, NULL, 0, "--forget takes an age");
	}
}

/* What is no journal is neither resumed nor undone, forgotten or given up. */
static void
a_journal_that_is_none_is_told(void **state)
{
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	size_t n;

	(void)state;
	scratch_put("r.db.runs",
	    "no database at all, but long enough to be looked at as one, which takes a hundred bytes ......");
	o.db = "r.db";
	assert_int_equal(past_resume(&o, &err), -1);
	scratch_error(&err, "r.db.runs", 0, "is not a journal");
	assert_int_equal(past_undo(&o, "", &err), -1);
	scratch_error(&err, "r.db.runs", 0, "is not a journal");
	assert_int_equal(past_undo_preview(&o, "", &err), -1);
	scratch_error(&err, "r.db.runs", 0, "is not a journal");
	assert_int_equal(past_forget(&o, "1", &n, &err), -1);
	scratch_error(&err, "r.db.runs", 0, "is not a journal");
	assert_int_equal(past_abandon(&o, "1", &err), -1);
	scratch_error(&err, "r.db.runs", 0, "is not a journal");
}

static size_t
forget(const char *age)
{
	AUTO(operation) o = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;
	size_t n;

	o.db = "r.db";
	if (past_forget(&o, age, &n, &err) < 0)
		fail_msg("%s", err.what);
	return n;
}

static int
abandon(const char *id, struct error *err)
{
	struct operation o = OPERATION_INIT;
	int result;

	o.db = "r.db";
	result = past_abandon(&o, id, err);
	operation_release(&o);
	return result;
}

static void
old_and_lost_runs_are_forgotten(void **state)
{
	const char *root = fleet(state);
	sqlite3 *db;
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) late = OPERATION_INIT;
	AUTO(run) lost = RUN_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	assert_int_equal(forget("1"), 0);
	assert_int_equal(forget("1h"), 0);
	operation_release(&o);
	assert_int_equal(sqlite3_open("r.db.runs", &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "UPDATE runs SET started = started - 5000", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(forget("1w"), 0);
	assert_int_equal(forget("2h"), 0);
	assert_int_equal(forget("1h"), 1);
	fleet(state);
	interrupt(root);
	assert_int_equal(forget("0s"), 0);			/* its root is there */
	late.db = "r.db";
	assert_int_equal(journal_open(&late.journal, "r.db", false, &err), 0);
	lost.plan = STR("id");
	lost.root = STR("/nowhere/at/all");
	assert_int_equal(journal_record(late.journal, &lost, &err), 0);
	operation_release(&late);
	assert_int_equal(forget("0s"), 0);			/* nor one whose root is not there now */
	assert_int_equal(abandon("1", &err), -1);
	scratch_error(&err, NULL, 0, "no run 1 was interrupted");
	assert_int_equal(abandon("3", &err), 0);
	assert_int_equal(forget("0s"), 1);
	assert_int_equal(abandon("2", &err), -1);
	scratch_error(&err, root, 0, "is there");
}

/* Of a run that is taken back an app stays as it is where --keep says so, and goes back over edits where
 * --force does; either has to name one. */
static void
apps_are_kept_or_forced(void **state)
{
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) kept = OPERATION_INIT;
	AUTO(operation) forced = OPERATION_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	for (int force = 0; force < 2; force++) {
		AUTO(operation) none = OPERATION_INIT;

		assert_int_equal(undo(&none, "", force ? NULL : "x", force ? "x" : NULL, &err), -1);
		scratch_error(&err, NULL, 0,
		    force ? "--force 'x' is none of the apps that the run still has"
			  : "--keep 'x' is none of the apps that the run still has");
	}
	for (int force = 0; force < 2; force++) { /* also where it is not the first one */
		AUTO(operation) none = OPERATION_INIT;
		struct option_list *list = force ? &none.force : &none.keep;

		list->items = mem_zero(2, sizeof *list->items);
		list->items[0] = "m/app1";
		list->items[1] = "y";
		list->count = 2;
		assert_int_equal(undo(&none, "", NULL, NULL, &err), -1);
		scratch_error(&err, NULL, 0, "'y' is none of the apps");
	}
	both("8000");
	scratch_put("m/app2/c", "edited");
	assert_int_equal(undo(&kept, "", "m/app1", NULL, &err), 0);
	assert_int_equal(kept.run.apps[0].state, RUN_KEPT);
	assert_int_equal(kept.run.apps[1].state, RUN_STALE);
	answers("r.db.runs", "SELECT app, state FROM apps ORDER BY app", "0 2;1 1;");
	assert_int_equal(undo(&forced, "1", NULL, "m/app[12]", &err), 0);
	assert_int_equal(forced.run.count, 1);
	assert_int_equal(forced.run.apps[0].state, RUN_DONE);
	scratch_holds("m/app1/c", "8000");
	scratch_holds("m/app2/c", "80");
}

/* An undo that is only looked at says what it would do and does none of it. */
static void
an_undo_is_foretold(void **state)
{
	const char *root = fleet(state);
	AUTO(operation) o = OPERATION_INIT;
	AUTO(operation) would = OPERATION_INIT;
	AUTO(operation) none = OPERATION_INIT;
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	assert_int_equal(apply(&o, "id", root, &err), 0);
	scratch_put("m/app1/c", "edited");
	would.db = none.db = "r.db";
	assert_int_equal(past_undo_preview(&would, "", &err), 0);
	assert_true(would.is_preview && would.direction == RUN_BACK);
	assert_int_equal(would.run.apps[0].state, RUN_STALE);
	assert_int_equal(would.run.apps[1].state, RUN_WAITING);
	scratch_holds("m/app2/c", "8000");
	answers("r.db.runs", "SELECT state FROM runs", "1;");
	assert_int_equal(past_undo_preview(&none, "7", &err), -1);
	scratch_error(&err, NULL, 0, "no run 7 in the journal (berth apply --runs lists them)");
}

/* Which run is taken back: the one that is named, the interrupted one, else the latest that has something
 * left. */
static void
undo_takes_one_run(void **state)
{
	static const struct {
		const char *states, *left, *id; /* of runs 1, 2, 3; which is asked for */
		int64_t taken; /* 0: none */
		const char *error;
	} cases[] = {
		{ "111", "000", "", 3, NULL },
		{ "113", "000", "", 2, NULL },
		{ "113", "001", "", 3, NULL },
		{ "333", "000", "", 0, "there is no run that was not taken back already" },
		{ "113", "000", "1", 1, NULL },
		{ "101", "000", "", 2, NULL },
		{ "121", "000", "", 2, NULL },
		{ "101", "000", "2", 2, NULL },
		{ "101", "000", "3", 0,
		    "run 2 was interrupted: `berth apply --undo 2 --db r.db` or "
		    "`berth apply --resume --db r.db` comes first" },
		{ "101", "000", "9", 0, "run 2 was interrupted" },
		{ "111", "000", "9", 0, "no run 9 in the journal (berth apply --runs lists them)" },
	};
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (int i = 0; i < 3; i++) {
		AUTO(operation) o = OPERATION_INIT;

		(void)fleet(state);
		assert_int_equal(apply(&o, "id", root, &err), 0);
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(buf) script = BUF_INIT;

		for (int k = 0; k < 3; k++)
			buf_printf(&script,
			    "UPDATE runs SET state = %c WHERE id = %d;"
			    "UPDATE apps SET state = %d WHERE run = %d;",
			    cases[i].states[k], k + 1,
			    cases[i].states[k] == '3' ? cases[i].left[k] == '1' ? 1 : 3 : 1, k + 1);
		meddle("r.db.runs", script.ptr);
		o.db = "r.db";
		assert_int_equal(past_undo_preview(&o, cases[i].id, &err), cases[i].error ? -1 : 0);
		assert_int_equal(o.run.id, cases[i].taken);
		if (cases[i].error)
			scratch_error(&err, NULL, 0, cases[i].error);
	}
}

/* Each unit of an age counts what it is called, and a number alone days. */
static void
ages_are_of_their_unit(void **state)
{
	static const struct {
		const char *unit;
		long seconds;
	} cases[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 },
		{ "", 86400 } };
	const char *root = fleet(state);
	AUTO(error) err = ERROR_INIT;

	know("id", root);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(operation) o = OPERATION_INIT;
		AUTO(buf) script = BUF_INIT;
		char age[20];

		(void)fleet(state);
		assert_int_equal(apply(&o, "id", root, &err), 0);
		operation_release(&o);
		buf_printf(&script, "UPDATE runs SET started = %lld",
		    (long long)time(NULL) - 200 * cases[i].seconds - cases[i].seconds / 2);
		meddle("r.db.runs", script.ptr);
		(void)snprintf(age, sizeof age, "%d%s", *cases[i].unit == 's' ? 900 : 201, cases[i].unit);
		assert_int_equal(forget(age), 0);
		(void)snprintf(age, sizeof age, "%d%s", *cases[i].unit == 's' ? 100 : 200, cases[i].unit);
		assert_int_equal(forget(age), 1);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_journal_without_its_registry_is_not_believed),
		scratch_test(undo_is_by_app),
		scratch_test(an_interrupted_run_comes_first),
		scratch_test(numbers_and_ages_are_held_to_their_form),
		scratch_test(a_journal_that_is_none_is_told),
		scratch_test(old_and_lost_runs_are_forgotten),
		scratch_test(apps_are_kept_or_forced),
		scratch_test(an_undo_is_foretold),
		scratch_test(undo_takes_one_run),
		scratch_test(ages_are_of_their_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
